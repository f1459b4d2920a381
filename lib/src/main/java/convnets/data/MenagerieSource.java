package convnets.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.torch.HostBytes;
import java.util.List;
import java.util.function.Function;

/**
 * Pictures of the {@link Menagerie} as a source of batches, drawn when they are asked for: {@link
 * MenageriePictures#source}.
 *
 * <p>Immutable: {@link #targets} and {@link #fresh} return another object.
 */
public final class MenagerieSource implements HostSource {

  /** What is known of each picture. */
  private static final List<Target> KNOWN =
      List.of(Target.CLASS, Target.BOXES, Target.MASK, Target.INSTANCES);

  private final MenageriePictures pictures;
  private final NDManager manager;
  private final int count;
  private final List<Target> kinds;
  private final boolean fresh;

  /** The number of the first picture. */
  private final long first;

  private MenagerieSource(
      MenageriePictures pictures,
      NDManager manager,
      int count,
      List<Target> kinds,
      boolean fresh,
      long first) {
    this.pictures = pictures;
    this.manager = manager;
    this.count = count;
    this.kinds = kinds;
    this.fresh = fresh;
    this.first = first;
  }

  /** The first pictures, with boxes, masks and instances. */
  static MenagerieSource of(MenageriePictures pictures, NDManager manager, int count) {
    List<Target> kinds = List.of(Target.BOXES, Target.MASK, Target.INSTANCES);
    return new MenagerieSource(pictures, manager, count, kinds, false, 0);
  }

  /**
   * The same with other targets.
   *
   * @param kinds which, in their order: {@link Target#CLASS} is that of the hindmost animal, and
   *     the rows of {@link Target#BOXES} are the animals from the back to the front, as many as a
   *     picture may have
   */
  public MenagerieSource targets(Target... kinds) {
    List<Target> all = Target.chosen(KNOWN, kinds);
    return new MenagerieSource(pictures, manager, count, all, fresh, first);
  }

  /**
   * The same with new pictures in each epoch: no network sees one twice. Epoch 0, which is
   * evaluated on, has the first pictures.
   */
  public MenagerieSource fresh() {
    return new MenagerieSource(pictures, manager, count, kinds, true, first);
  }

  @Override
  public Source epoch(int epoch) {
    long from = fresh ? first + (long) epoch * count : first;
    return new MenagerieSource(pictures, manager, count, kinds, false, from);
  }

  @Override
  public int size() {
    return count;
  }

  @Override
  public Shape inputShape() {
    return new Shape(3, pictures.height(), pictures.width());
  }

  @Override
  public List<Target> kinds() {
    return kinds;
  }

  @Override
  public List<String> classes() {
    return pictures.classNames();
  }

  @Override
  public NDManager manager() {
    return manager;
  }

  @Override
  public Function<NDManager, NDList> make(int... indices) {
    Drawn drawn = Drawn.of(pictures, first, indices);
    byte[] pixels = drawn.pixels();
    Shape batch = new Shape(indices.length);
    List<Function<NDManager, NDArray>> targets =
        kinds.stream().map(kind -> target(kind, drawn, batch)).toList();
    return owner -> {
      NDList example = new NDList(HostBytes.array(owner, pixels, batch.addAll(inputShape())));
      targets.forEach(target -> example.add(target.apply(owner)));
      return example;
    };
  }

  private Function<NDManager, NDArray> target(Target kind, Drawn drawn, Shape batch) {
    return switch (kind) {
      case CLASS -> {
        long[] labels = drawn.labels();
        yield owner -> owner.create(labels);
      }
      case BOXES -> {
        float[] boxes = drawn.boxes();
        yield owner -> owner.create(boxes, batch.add(pictures.most()).add(5));
      }
      case MASK, INSTANCES -> {
        byte[] mask = drawn.mask(kind == Target.INSTANCES);
        yield owner -> HostBytes.array(owner, mask, batch.addAll(inputShape().slice(1)));
      }
      case VALUES -> throw new IllegalStateException("refused by targets(…)");
    };
  }

  @Override
  public String toString() {
    return "%d pictures of the menagerie%s with targets %s"
        .formatted(count, fresh ? ", new in each epoch," : "", kinds);
  }
}
