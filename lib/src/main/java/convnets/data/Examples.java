package convnets.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.torch.HostCopy;
import convnets.torch.TorchOps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Arrays of inputs and of targets, in memory: PyTorch's {@code TensorDataset}.
 *
 * <p>{@link #of(NDArray, NDArray...)} takes arrays as they are. They stay the caller's, who keeps
 * them open and does not write into them. {@link #of(Source)} and {@link #take} make arrays of
 * their own, which {@link #close} frees, and the manager at the latest.
 */
public final class Examples implements Source, AutoCloseable {

  /** How many examples of a source are made at once. */
  private static final int PORTION = 256;

  private final NDArray inputs;
  private final NDList targets;
  private final List<Target> kinds;
  private final List<String> classes;

  /** The lowest and the highest label, empty if there are none; null: nobody has asked. */
  private volatile long[] labelRange;

  /** Owns the arrays, and nothing else; null if they are the caller's. */
  private final NDManager own;

  private Examples(
      NDArray inputs, NDList targets, List<Target> kinds, List<String> classes, NDManager own) {
    this.inputs = inputs;
    this.targets = targets;
    this.kinds = kinds;
    this.classes = classes;
    this.own = own;
  }

  /** Takes over a manager with the arrays that it owns. */
  static Examples owned(
      NDManager own, NDArray inputs, NDList targets, List<Target> kinds, List<String> classes) {
    return new Examples(inputs, targets, kinds, classes, own);
  }

  /**
   * All examples of a source, made once and kept, so that training reads instead of drawing or
   * decoding them in each epoch:
   *
   * <pre>{@code
   * Source drawn = Menagerie.scenes(1).source(manager, 4000).targets(Target.BOXES);
   * Examples train = Examples.of(drawn); // 49 MB
   * }</pre>
   *
   * <p>Images and masks stay bytes: a picture takes 3 H W bytes and each of its masks H W. While
   * the examples are made, memory holds what is kept and 256 of them besides. Of a source that has
   * others in each epoch, they are those of epoch 0.
   *
   * @param source its manager decides the device, and closes the arrays at the latest
   */
  public static Examples of(Source source) {
    Source first = source.epoch(0);
    NDManager own = source.manager().newSubManager();
    try {
      NDList kept = new NDList();
      for (int from = 0; from == 0 || from < first.size(); from += PORTION) {
        try (NDManager scratch = own.newSubManager()) {
          int to = Math.min(from + PORTION, first.size());
          NDList portion = first.gather(scratch, IntStream.range(from, to).toArray());
          if (kept.isEmpty()) {
            check(source, portion, first.size());
            portion.forEach(array -> kept.add(whole(own, array, first.size())));
          }
          for (int i = 0; i < kept.size(); i++) {
            put(portion.get(i), kept.get(i), from, to);
          }
        }
      }
      return owned(own, kept.head(), kept.subNDList(1), source.kinds(), source.classes());
    } catch (RuntimeException | Error e) {
      own.close();
      throw e;
    }
  }

  private static void check(Source source, NDList portion, int size) {
    double bytes = 0;
    for (NDArray array : portion) {
      double each = (double) array.size() / Math.max(1, array.getShape().get(0));
      bytes += each * size * array.getDataType().getNumOfBytes();
    }
    if (!source.manager().getDevice().isGpu()) { // whose memory is another
      HostRoom.check(source.toString(), bytes, HostRoom.memory(), "train on the source itself");
    }
  }

  /** An array for all examples, yet to be filled, by that of a portion. */
  private static NDArray whole(NDManager owner, NDArray portion, int size) {
    Shape shape = new Shape(size).addAll(portion.getShape().slice(1));
    return owner.create(shape, portion.getDataType());
  }

  private static void put(NDArray portion, NDArray whole, int from, int to) {
    try (NDArray rows = whole.get(new NDIndex().addSliceDim(from, to))) {
      TorchOps.copy(portion, rows);
    }
  }

  /**
   * Examples by the first axis of each array. The targets are {@link Target#VALUES}, unless {@link
   * #kinds} says otherwise.
   *
   * @param inputs (N, …), float32, or uint8 for images
   * @param targets one or more, (N, …)
   * @throws IllegalArgumentException if the arrays are not of as many examples
   */
  public static Examples of(NDArray inputs, NDArray... targets) {
    DataType type = inputs.getDataType();
    if (type != DataType.FLOAT32 && type != DataType.UINT8) {
      throw new IllegalArgumentException(
          "inputs (%s) must be float32, or uint8 for images".formatted(type));
    }
    if (targets.length == 0) {
      throw new IllegalArgumentException("targets (none) must be at least one array");
    }
    for (NDArray target : targets) {
      if (target.getShape().get(0) != inputs.getShape().get(0)) {
        throw new IllegalArgumentException(
            "targets %s must be of as many examples as inputs %s"
                .formatted(target.getShape(), inputs.getShape()));
      }
    }
    List<Target> values = Collections.nCopies(targets.length, Target.VALUES);
    return new Examples(inputs, new NDList(targets), values, List.of(), null);
  }

  /**
   * The same, told what the targets are, so that boxes and masks go along when pixels move.
   *
   * @param kinds one for each target
   * @throws IllegalArgumentException if there are more or fewer, or an array is not of its kind
   */
  public Examples kinds(Target... kinds) {
    if (kinds.length != targets.size()) {
      throw new IllegalArgumentException(
          "kinds %s must be one for each of the %d targets"
              .formatted(Arrays.toString(kinds), targets.size()));
    }
    for (int i = 0; i < kinds.length; i++) {
      kinds[i].check(targets.get(i), inputs.getShape());
    }
    return new Examples(inputs, targets, List.of(kinds), classes, own);
  }

  /**
   * The same, with names of the classes.
   *
   * @param names in the order of the classes' numbers
   */
  public Examples classes(List<String> names) {
    return new Examples(inputs, targets, kinds, List.copyOf(names), own);
  }

  /**
   * The same arrays with some of the targets, so that one set serves detection and segmentation:
   *
   * <pre>{@code
   * Examples boxes = Menagerie.scenesTest(manager).targets(Target.BOXES);
   * }</pre>
   *
   * @param kinds which, in their order; of several of one kind all come
   * @throws IllegalArgumentException if there are none of a kind
   */
  public Examples targets(Target... kinds) {
    NDList chosen = new NDList();
    List<Target> all = new ArrayList<>();
    for (Target kind : Target.chosen(this.kinds, kinds)) {
      for (int i = 0; i < targets.size(); i++) {
        if (this.kinds.get(i) == kind) {
          chosen.add(targets.get(i));
          all.add(kind);
        }
      }
    }
    return new Examples(inputs, chosen, List.copyOf(all), classes, own);
  }

  /**
   * The first examples, copied into arrays of their own.
   *
   * @param n how many, from 0 to {@link #size}
   */
  public Examples take(int n) {
    if (n < 0 || n > size()) {
      throw new IllegalArgumentException(
          "n (%d) must be from 0 to the number of examples (%d)".formatted(n, size()));
    }
    NDManager parent = own == null ? inputs.getManager() : own.getParentManager();
    NDManager other = parent.newSubManager(inputs.getDevice());
    try {
      NDList taken = gather(other, IntStream.range(0, n).toArray());
      return owned(other, taken.head(), taken.subNDList(1), kinds, classes);
    } catch (RuntimeException | Error e) {
      other.close();
      throw e;
    }
  }

  @Override
  public List<Target> kinds() {
    return kinds;
  }

  @Override
  public List<String> classes() {
    return classes;
  }

  @Override
  public int size() {
    return (int) inputs.getShape().get(0);
  }

  @Override
  public Shape inputShape() {
    return inputs.getShape().slice(1);
  }

  @Override
  public NDManager manager() {
    return inputs.getManager();
  }

  @Override
  public NDList gather(NDManager owner, int... indices) {
    NDList chosen = new NDList(ImageDataset.gather(inputs, owner, indices));
    targets.forEach(target -> chosen.add(ImageDataset.gather(target, owner, indices)));
    return chosen;
  }

  /**
   * The lowest and the highest class that the first target names: among classes, or whole numbers
   * without a kind; among boxes, where -1 is padding; in masks, where 0 is background and {@link
   * Target#IGNORED} does not count. They are looked for once.
   *
   * @return nothing if it names none
   */
  public Optional<long[]> labelRange() {
    if (labelRange == null) {
      labelRange = targets.head().size() == 0 ? new long[0] : range();
    }
    return labelRange.length == 0 ? Optional.empty() : Optional.of(labelRange.clone());
  }

  private long[] range() {
    NDArray labels = targets.head();
    return switch (kinds.get(0)) {
      case CLASS, VALUES -> labels.getDataType() == DataType.INT64 ? extremes(labels) : new long[0];
      case BOXES -> {
        try (NDArray classes = labels.get(new NDIndex(":, :, 0"));
            NDArray whole = classes.toType(DataType.INT64, true)) {
          yield extremes(whole);
        }
      }
      case MASK -> {
        try (NDArray known = labels.neq(Target.IGNORED);
            NDArray ones = known.toType(DataType.INT64, true);
            NDArray whole = labels.toType(DataType.INT64, true)) {
          yield extremes(whole.muli(ones));
        }
      }
      case INSTANCES -> new long[0];
    };
  }

  private static long[] extremes(NDArray whole) {
    try (NDArray lowest = whole.min();
        NDArray highest = whole.max()) {
      return new long[] {HostCopy.longs(lowest)[0], HostCopy.longs(highest)[0]};
    }
  }

  /**
   * Frees the arrays that {@link #of(Source)} or {@link #take} made, for all that share them;
   * arrays that were given stay. Closing twice does no harm.
   */
  @Override
  public void close() {
    if (own != null) {
      own.close();
    }
  }

  @Override
  public String toString() {
    return "%d examples %s with targets %s of %s"
        .formatted(size(), inputShape(), kinds, Arrays.toString(targets.getShapes()));
  }
}
