package convnets.gan;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.data.Source;
import convnets.data.Target;
import convnets.torch.ImageOps;
import convnets.torch.TorchOps;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/**
 * Two pictures as one: the channels of the first, and behind them those of the second. So whatever
 * an augmentation does, it does to both.
 *
 * <pre>{@code
 * Source pairs = Pairs.of(day.source(manager, 2000), night.source(manager, 2000));
 * Source outlines = Pairs.made(pictures, x -> edges(x));
 * Source strangers = Pairs.unaligned(horses, zebras);
 * }</pre>
 *
 * <p>Targets and names of classes are those of the first.
 */
public final class Pairs implements Source {

  private final Source first;
  private final Source second;

  /** What makes the first of the second, where they are one source; else null. */
  private final UnaryOperator<NDArray> making;

  /** The place of each one's partner in the second; null: its own. */
  private final int[] partners;

  private final boolean aligned;

  private Pairs(
      Source first, Source second, UnaryOperator<NDArray> making, boolean aligned, int[] partners) {
    this.first = Objects.requireNonNull(first, "first must not be null");
    this.second = Objects.requireNonNull(second, "second must not be null");
    this.making = making;
    this.aligned = aligned;
    this.partners = partners;
    Shape a = first.inputShape();
    Shape b = second.inputShape();
    if (a.dimension() != 3 || b.dimension() != 3 || !a.slice(1).equals(b.slice(1))) {
      throw new IllegalArgumentException(
          "first %s and second %s must be images (C, H, W) of one height and width"
              .formatted(a, b));
    }
  }

  /**
   * Each picture with that of the same number.
   *
   * @param first as many as the second, of its height and width
   */
  public static Pairs of(Source first, Source second) {
    if (first.size() != second.size()) {
      throw new IllegalArgumentException(
          "first (%d) and second (%d) must be as many, or call Pairs.unaligned"
              .formatted(first.size(), second.size()));
    }
    return new Pairs(first, second, null, true, null);
  }

  /**
   * What a function makes of each picture, and the picture itself.
   *
   * @param making takes images (N, C, H, W), float32, from 0 to 1, and gives (N, C', H, W),
   *     likewise
   */
  public static Pairs made(Source pictures, UnaryOperator<NDArray> making) {
    Objects.requireNonNull(making, "making must not be null");
    return new Pairs(pictures, pictures, making, true, null);
  }

  /**
   * Each picture of the first with one of the second that is drawn by lot, another one in each
   * epoch: there is nothing to learn of which goes with which. All of the second come equally
   * often, but for one time.
   */
  public static Pairs unaligned(Source first, Source second) {
    return new Pairs(first, second, null, false, partners(first.size(), second.size(), 0));
  }

  private static int[] partners(int size, int among, int epoch) {
    SplittableRandom random = new SplittableRandom(0x70616972L + epoch);
    int[] partners = new int[size];
    int[] order = new int[among];
    for (int i = 0; i < size; i++) {
      int place = i % among;
      if (place == 0) {
        shuffle(order, random);
      }
      partners[i] = order[place];
    }
    return partners;
  }

  private static void shuffle(int[] order, SplittableRandom random) {
    for (int i = 0; i < order.length; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
  }

  /** The first pictures of pairs (N, C, H, W): their first channels. */
  public static NDArray first(NDArray pairs, int channels) {
    return channels(pairs, 0, channels);
  }

  /** The second pictures of pairs (N, C, H, W): all channels behind those of the first. */
  public static NDArray second(NDArray pairs, int channels) {
    return channels(pairs, channels, (int) pairs.getShape().get(1));
  }

  private static NDArray channels(NDArray pairs, int from, int to) {
    Shape shape = pairs.getShape();
    if (shape.dimension() != 4 || from >= to || to > shape.get(1)) {
      throw new IllegalArgumentException(
          "pairs %s must have channels %d to %d: see Pairs".formatted(shape, from, to - 1));
    }
    return pairs.get(new NDIndex().addAllDim().addSliceDim(from, to));
  }

  @Override
  public int size() {
    return first.size();
  }

  @Override
  public Shape inputShape() {
    Shape b = second.inputShape();
    long channels = making == null ? first.inputShape().get(0) : made(b);
    return new Shape(channels + b.get(0), b.get(1), b.get(2));
  }

  private long made(Shape picture) {
    try (NDManager scratch = NDManager.newBaseManager();
        NDArray blank = scratch.zeros(new Shape(1).addAll(picture))) {
      return making.apply(blank).getShape().get(1);
    }
  }

  @Override
  public List<Target> kinds() {
    return first.kinds();
  }

  @Override
  public List<String> classes() {
    return first.classes();
  }

  @Override
  public NDManager manager() {
    return first.manager();
  }

  @Override
  public Source epoch(int epoch) {
    Source a = first.epoch(epoch);
    Source b = first == second ? a : second.epoch(epoch);
    int[] others = aligned ? null : partners(a.size(), b.size(), epoch);
    return new Pairs(a, b, making, aligned, others);
  }

  @Override
  public NDList gather(NDManager owner, int... indices) {
    NDList a = first.gather(owner, indices);
    try (NDManager scratch = owner.newSubManager()) {
      NDArray one = a.head();
      one.attach(scratch);
      NDArray other = one;
      if (making == null) {
        int[] places =
            partners == null ? indices : Arrays.stream(indices).map(i -> partners[i]).toArray();
        other = second.gather(scratch, places).head();
      } else {
        other = floats(one);
        one = making.apply(other);
      }
      if (one.getDataType() != other.getDataType()) {
        one = floats(one);
        other = floats(other);
      }
      NDArray pairs = TorchOps.concat(new NDList(one, other), 1);
      pairs.attach(owner);
      return new NDList(pairs).addAll(a.subNDList(1));
    }
  }

  /** Pixels as batches have them. */
  private static NDArray floats(NDArray pictures) {
    return pictures.getDataType() == DataType.UINT8 ? ImageOps.floats(pictures) : pictures;
  }

  @Override
  public String toString() {
    return (aligned ? "pairs of " : "unaligned pairs of ")
        + (making == null ? first + " and " + second : "what is made of " + first);
  }
}
