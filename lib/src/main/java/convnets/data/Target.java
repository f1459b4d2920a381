package convnets.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Collection;
import java.util.List;

/**
 * What a target says of an image, and so what becomes of it when a {@link Transform} moves the
 * image's pixels. Here are the conventions of boxes and masks, for the whole library:
 *
 * <p><b>Pixels and edges.</b> Edges are counted in pixels from the upper left corner of the image,
 * so that a box of the first pixel alone is 0, 0, 1, 1. A pixel's centre is half a pixel from its
 * edges.
 *
 * <p><b>What is seen.</b> Boxes and masks tell what is seen of a thing. What moves out of the image
 * or is erased is seen no more. A box becomes the hull of what is seen of it after the move; if
 * that is less than a quarter of its area ({@link #LEAST_SEEN}), or nothing, it becomes padding.
 * The other rows stay where they are. Its pixels in masks stay as well, as far as they are seen.
 * What moves in from outside is background.
 *
 * <p><b>What is not known.</b> Pixels of masks that hold {@link #IGNORED} count in no loss and no
 * metric, whatever is said of them: the borders that Pascal VOC leaves open, crowds, the bars of a
 * letterbox. They move as all others do.
 */
public enum Target {
  /** (N, …), of any type: numbers that do not change when pixels move. */
  VALUES,

  /** (N), int64: the class of each image, from 0. */
  CLASS,

  /**
   * (N, K, 5), float32: up to K things in each image, each its class, from 0, and its left, top,
   * right and bottom edge. Rows of class -1 are padding, wherever they stand.
   */
  BOXES,

  /**
   * (N, H, W), int64: for each pixel 0, which is background, one more than its class, or {@link
   * #IGNORED}. A source may give bytes. There are at most 254 classes.
   */
  MASK,

  /**
   * (N, H, W), int64: for each pixel 0, which is background, k where thing k is seen, whose box is
   * row k - 1, or {@link #IGNORED}. A source may give bytes. A picture has at most 254 things.
   */
  INSTANCES;

  /** The share of a box's area that must still be seen after a move for the box to stay. */
  public static final double LEAST_SEEN = 0.25;

  /**
   * In masks: a pixel of which nothing is known. The number is Pascal VOC's, which torchvision and
   * DeepLab ignore as well, and the highest that a byte can hold.
   */
  public static final int IGNORED = 255;

  /** Whether it says where something is in the image. */
  boolean isPlaced() {
    return this == BOXES || isMask();
  }

  /** Whether it has a number for each pixel. */
  boolean isMask() {
    return this == MASK || this == INSTANCES;
  }

  /** Whether one of them says where something is. */
  static boolean anyPlaced(Collection<Target> kinds) {
    return kinds.stream().anyMatch(Target::isPlaced);
  }

  /** The kinds that somebody wants, of those that a source knows; others are refused. */
  static List<Target> chosen(List<Target> known, Target... kinds) {
    List<Target> all = List.of(kinds);
    if (all.isEmpty() || !known.containsAll(all)) {
      throw new IllegalArgumentException(
          "kinds %s must be one or more of %s".formatted(all, known));
    }
    return all;
  }

  /** The target after a change of its images. */
  NDArray after(Change change, NDArray target) {
    return switch (this) {
      case BOXES -> change.boxes(target);
      case MASK, INSTANCES -> change.mask(target);
      case VALUES, CLASS -> target;
    };
  }

  /**
   * Refuses an array that is no such target.
   *
   * @param inputs (N, C, H, W)
   */
  void check(NDArray target, Shape inputs) {
    Shape shape = target.getShape();
    DataType type = target.getDataType();
    boolean fits =
        switch (this) {
          case VALUES -> true;
          case CLASS -> shape.dimension() == 1 && type == DataType.INT64;
          case BOXES -> shape.dimension() == 3 && shape.get(2) == 5 && type == DataType.FLOAT32;
          case MASK, INSTANCES ->
              shape.dimension() == 3
                  && inputs.dimension() == 4
                  && shape.slice(1).equals(inputs.slice(2))
                  && (type == DataType.INT64 || type == DataType.UINT8);
        };
    if (!fits) {
      throw new IllegalArgumentException(
          "target %s of %s must be %s, for inputs %s".formatted(shape, type, expected(), inputs));
    }
  }

  private String expected() {
    return switch (this) {
      case VALUES -> "anything";
      case CLASS -> "(N), int64, to be a class";
      case BOXES -> "(N, K, 5), float32, to be boxes";
      case MASK, INSTANCES -> "(N, H, W), int64 or uint8, to be a mask";
    };
  }
}
