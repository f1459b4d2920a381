package convnets.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.torch.HostBytes;
import java.util.Arrays;
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
    SpriteSheet sheet = SpriteSheet.of(pictures.art());
    List<Scene> scenes =
        Arrays.stream(indices)
            .parallel()
            .mapToObj(i -> Scene.of(pictures, sheet, first + i))
            .toList();
    byte[] pixels = new byte[indices.length * 3 * area()];
    for (int i = 0; i < indices.length; i++) {
      System.arraycopy(scenes.get(i).pixels(), 0, pixels, i * 3 * area(), 3 * area());
    }
    List<Function<NDManager, NDArray>> targets =
        kinds.stream().map(kind -> target(kind, scenes)).toList();
    Shape images = inputShape(indices.length);
    return owner -> {
      NDList example = new NDList(HostBytes.array(owner, pixels, images));
      targets.forEach(target -> example.add(target.apply(owner)));
      return example;
    };
  }

  private Shape inputShape(int n) {
    return new Shape(n).addAll(inputShape());
  }

  private int area() {
    return pictures.height() * pictures.width();
  }

  private Function<NDManager, NDArray> target(Target kind, List<Scene> scenes) {
    return switch (kind) {
      case CLASS -> {
        long[] labels = scenes.stream().mapToLong(s -> s.animals().get(0).label()).toArray();
        yield owner -> owner.create(labels);
      }
      case BOXES -> {
        float[] boxes = boxes(scenes);
        yield owner -> owner.create(boxes, new Shape(scenes.size(), pictures.most(), 5));
      }
      case MASK, INSTANCES -> {
        byte[] mask = mask(scenes, kind == Target.INSTANCES);
        Shape shape = new Shape(scenes.size(), pictures.height(), pictures.width());
        yield owner -> HostBytes.array(owner, mask, shape);
      }
      case VALUES -> throw new IllegalStateException("refused by targets(…)");
    };
  }

  private float[] boxes(List<Scene> scenes) {
    float[] boxes = new float[scenes.size() * pictures.most() * 5];
    for (int i = 0; i < scenes.size(); i++) {
      List<Scene.Animal> animals = scenes.get(i).animals();
      for (int k = 0; k < pictures.most(); k++) {
        int row = (i * pictures.most() + k) * 5;
        if (k < animals.size()) {
          boxes[row] = animals.get(k).label();
          System.arraycopy(animals.get(k).box(pictures.width()), 0, boxes, row + 1, 4);
        } else {
          boxes[row] = -1;
        }
      }
    }
    return boxes;
  }

  /** For each pixel the number of its animal, or one more than its class; 0 on the ground. */
  private byte[] mask(List<Scene> scenes, boolean instances) {
    byte[] mask = new byte[scenes.size() * area()];
    for (int i = 0; i < scenes.size(); i++) {
      List<Scene.Animal> animals = scenes.get(i).animals();
      for (int k = 0; k < animals.size(); k++) {
        byte number = (byte) (1 + (instances ? k : animals.get(k).label()));
        byte[] seen = animals.get(k).mask();
        for (int p = 0; p < seen.length; p++) {
          if (seen[p] != 0) {
            mask[i * area() + p] = number;
          }
        }
      }
    }
    return mask;
  }

  @Override
  public String toString() {
    return "%d pictures of the menagerie%s with targets %s"
        .formatted(count, fresh ? ", new in each epoch," : "", kinds);
  }
}
