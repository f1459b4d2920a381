package convnets.data;

import ai.djl.ndarray.NDManager;
import convnets.Checks;
import convnets.Options;
import convnets.io.FileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Pictures in whose files somebody has marked things: a folder as Pascal VOC or COCO have them.
 *
 * <p>Immutable: each option returns another object.
 *
 * @param <T> the subclass itself
 */
public abstract sealed class AnnotatedFolder<T extends AnnotatedFolder<T>> extends Options<T>
    permits VocFolder, CocoFolder {

  /** A mark may end so many pixels outside of its picture: there are several ways to count. */
  private static final double SLACK = 1;

  private boolean letterbox;
  private boolean skipping;

  AnnotatedFolder() {}

  /**
   * What the files say.
   *
   * @param classes their names
   * @param pictures in their order
   */
  record Contents(List<String> classes, List<AnnotatedPicture> pictures) {}

  /** Reads all but the pictures, and notes what is wrong. */
  abstract Contents read(Faults faults);

  /** Where that is, for messages. */
  abstract Path place();

  /**
   * The same, but pictures keep their form and lie between bars, which are black, and ignored in
   * masks. Otherwise they are stretched.
   */
  public T letterbox() {
    return with(copy -> ((AnnotatedFolder<?>) copy).letterbox = true);
  }

  /**
   * The same, but marks with faults are left out, and pictures that are missing: {@link
   * AnnotatedSource#faults} tells which. Otherwise they are refused.
   */
  public T skipFaulty() {
    return with(copy -> ((AnnotatedFolder<?>) copy).skipping = true);
  }

  /**
   * The pictures, decoded when they are asked for, on all processors, and scaled to one size. Boxes
   * and masks go along. What is marked is read now, and checked; pictures and masks in files of
   * their own are checked when they are decoded.
   *
   * @param manager decides the device of batches, and closes them at the latest
   * @param height of the images in pixels
   * @param width of the images in pixels
   * @return images (3, height, width) with {@link Target#BOXES}
   * @throws FileException if the files cannot be read, or marks are faulty: the message names them
   */
  public AnnotatedSource source(NDManager manager, int height, int width) {
    Checks.positive("height", height);
    Checks.positive("width", width);
    Faults faults = new Faults();
    Contents contents = read(faults);
    if (!skipping) {
      faults.refuse(place(), "mend them, or leave out what is faulty by skipFaulty()");
    }
    if (contents.pictures().isEmpty()) {
      throw new FileException(place() + " has no pictures: expected one or more");
    }
    return new AnnotatedSource(
        manager,
        place(),
        contents,
        height,
        width,
        letterbox,
        faults.messages(),
        List.of(Target.BOXES));
  }

  /**
   * Checks a box against its picture, and cuts off what is hardly outside.
   *
   * @param name of the mark, for messages
   * @return null: it has a fault, which is noted
   */
  static Annotation checked(Annotation a, String name, int width, int height, Faults faults) {
    double out =
        Math.max(Math.max(-a.left(), -a.top()), Math.max(a.right() - width, a.bottom() - height));
    if (!(out <= SLACK)) {
      faults.add(
          "%s: its box (left %s, top %s, right %s, bottom %s) is outside of the picture, %d × %d"
              + " pixels",
          name, a.left(), a.top(), a.right(), a.bottom(), width, height);
      return null;
    }
    float left = Math.max(a.left(), 0);
    float top = Math.max(a.top(), 0);
    float right = Math.min(a.right(), width);
    float bottom = Math.min(a.bottom(), height);
    if (!(left < right && top < bottom)) {
      faults.add(
          "%s: its box (left %s, top %s, right %s, bottom %s) is empty",
          name, a.left(), a.top(), a.right(), a.bottom());
      return null;
    }
    return new Annotation(a.label(), left, top, right, bottom, a.ignored(), a.area());
  }
}
