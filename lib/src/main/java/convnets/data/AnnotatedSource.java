package convnets.data;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.io.Pictures;
import convnets.torch.HostBytes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Pictures with marked things, of one size, decoded when they are asked for: {@link
 * AnnotatedFolder#source}.
 *
 * <p>Things that are {@linkplain Annotation#ignored ignored} have no row among the boxes, and their
 * pixels are ignored in masks; evaluation finds them among the {@link #annotations}.
 *
 * <p>Immutable: {@link #targets} returns another object.
 */
public final class AnnotatedSource implements HostSource {
  private static final List<Target> KNOWN = List.of(Target.BOXES, Target.MASK, Target.INSTANCES);

  private static final int ROW = 5;

  private final NDManager manager;
  private final Path place;
  private final AnnotatedFolder.Contents contents;
  private final int height;
  private final int width;
  private final boolean letterbox;
  private final List<String> faults;
  private final List<Target> kinds;

  /** How many things a picture has at most. */
  private final int most;

  AnnotatedSource(
      NDManager manager,
      Path place,
      AnnotatedFolder.Contents contents,
      int height,
      int width,
      boolean letterbox,
      List<String> faults,
      List<Target> kinds) {
    this.manager = manager;
    this.place = place;
    this.contents = contents;
    this.height = height;
    this.width = width;
    this.letterbox = letterbox;
    this.faults = faults;
    this.kinds = kinds;
    this.most = contents.pictures().stream().mapToInt(p -> p.things().size()).reduce(1, Math::max);
  }

  /**
   * The same with other targets.
   *
   * @param kinds which, in their order, of boxes, mask and instances
   * @throws convnets.io.FileException if pictures have no such mask; the message names them
   */
  public AnnotatedSource targets(Target... kinds) {
    List<Target> all = Target.chosen(KNOWN, kinds);
    Faults missing = new Faults();
    for (Target kind : all) {
      if (kind.isMask()) {
        check(kind, missing);
      }
    }
    missing.refuse(place, "masks need one for each");
    return new AnnotatedSource(manager, place, contents, height, width, letterbox, faults, all);
  }

  private void check(Target kind, Faults missing) {
    int count = kind == Target.MASK ? contents.classes().size() : most;
    if (count >= Target.IGNORED) {
      throw new IllegalArgumentException(
          "a mask (%s) tells at most %d %s apart, and %s has %d"
              .formatted(
                  kind,
                  Target.IGNORED - 1,
                  kind == Target.MASK ? "classes" : "things of a picture",
                  place,
                  count));
    }
    for (AnnotatedPicture picture : contents.pictures()) {
      String what = picture.marks().missing(kind);
      if (what != null) {
        missing.add("%s: %s", picture.name(), what);
      }
    }
  }

  /**
   * All that is marked in a picture, in the pixels of its image: what detections are judged by.
   *
   * @param index of the example, from 0
   */
  public List<Annotation> annotations(int index) {
    AnnotatedPicture picture = contents.pictures().get(index);
    return picture.annotations().stream().map(fit(picture)::moved).toList();
  }

  /** The file of a picture. */
  public Path file(int index) {
    return contents.pictures().get(index).file();
  }

  /** What was left out, and why: {@link AnnotatedFolder#skipFaulty}. */
  public List<String> faults() {
    return faults;
  }

  @Override
  public int size() {
    return contents.pictures().size();
  }

  @Override
  public Shape inputShape() {
    return new Shape(3, height, width);
  }

  @Override
  public List<Target> kinds() {
    return kinds;
  }

  @Override
  public List<String> classes() {
    return contents.classes();
  }

  @Override
  public NDManager manager() {
    return manager;
  }

  @Override
  public Function<NDManager, NDList> make(int... indices) {
    int area = height * width;
    byte[] pixels = new byte[HostRoom.bytes(indices.length, 3, height, width)];
    float[] boxes = new float[indices.length * most * ROW];
    byte[][] masks = new byte[kinds.size()][];
    for (int k = 0; k < masks.length; k++) {
      masks[k] = kinds.get(k).isMask() ? new byte[indices.length * area] : null;
    }
    Faults broken = new Faults();
    IntStream.range(0, indices.length)
        .parallel()
        .mapToObj(i -> decode(contents.pictures().get(indices[i]), i, pixels, boxes, masks))
        .forEachOrdered(broken::addAll);
    broken.refuse(place, "repair or remove them");
    Shape batch = new Shape(indices.length);
    return owner -> {
      NDList example = new NDList(HostBytes.array(owner, pixels, batch.addAll(inputShape())));
      for (byte[] mask : masks) {
        example.add(
            mask == null
                ? owner.create(boxes, new Shape(indices.length, most, ROW))
                : HostBytes.array(owner, mask, new Shape(indices.length, height, width)));
      }
      return example;
    };
  }

  /** Decodes a picture into place i; what fails is returned. */
  private Faults decode(
      AnnotatedPicture picture, int i, byte[] pixels, float[] boxes, byte[][] masks) {
    Faults faults = new Faults();
    Fit fit = fit(picture);
    int area = height * width;
    try {
      System.arraycopy(fit.pixels(picture.read()), 0, pixels, i * 3 * area, 3 * area);
      for (int k = 0; k < masks.length; k++) {
        if (masks[k] != null) {
          byte[] mask = fit.mask(picture.marks().mask(kinds.get(k)));
          System.arraycopy(mask, 0, masks[k], i * area, area);
        }
      }
    } catch (IOException | RuntimeException e) {
      // ImageIO's decoders throw both when a file is damaged.
      faults.add("%s: %s", picture.file(), Pictures.reason(e));
    }
    List<Annotation> things = picture.things();
    for (int k = 0; k < most; k++) {
      int row = (i * most + k) * ROW;
      boxes[row] = -1;
      if (k < things.size()) {
        Annotation a = fit.moved(things.get(k));
        float[] numbers = {a.label(), a.left(), a.top(), a.right(), a.bottom()};
        System.arraycopy(numbers, 0, boxes, row, ROW);
      }
    }
    return faults;
  }

  private Fit fit(AnnotatedPicture picture) {
    return letterbox
        ? Fit.letterbox(picture.width(), picture.height(), width, height)
        : Fit.stretch(picture.width(), picture.height(), width, height);
  }

  @Override
  public String toString() {
    return "%d pictures of %s, as %s, with targets %s in %d classes"
        .formatted(size(), place, inputShape(), kinds, classes().size());
  }
}
