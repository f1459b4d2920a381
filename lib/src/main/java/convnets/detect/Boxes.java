package convnets.detect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.Checks;
import convnets.torch.DetectOps;

/**
 * Boxes, (…, 4), float32, in one of three forms:
 *
 * <ul>
 *   <li><b>corners</b>: left, top, right and bottom edge. Where nothing else is said, boxes are in
 *       this form and in pixels, as {@link convnets.data.Target#BOXES} has them: edges are counted
 *       from the upper left corner of the image, so that a box of the first pixel alone is 0, 0, 1,
 *       1;
 *   <li><b>centers</b>: x and y of the centre, width, height, as networks predict them;
 *   <li><b>extents</b>: left and top edge, width, height, as COCO's files have them.
 * </ul>
 *
 * <p>All three are in pixels or relative, as shares of the width and the height of the image.
 * Gradients flow through every change of form. Results are new arrays that belong to the manager of
 * the boxes, unless it is said that they are views.
 */
public final class Boxes {

  private Boxes() {}

  // Truth of a batch, (N, K, 5): class, left, top, right, bottom; rows of class -1 are padding.

  /** The edges of truth, in corner form: (…, 5) -> (…, 4), a view. */
  public static NDArray of(NDArray truth) {
    BoxShapes.rowsOfTruth(truth);
    return truth.get(new NDIndex("..., 1:5"));
  }

  /** The classes of truth, -1 for padding: (…, 5) -> (…), int64. */
  public static NDArray classes(NDArray truth) {
    BoxShapes.rowsOfTruth(truth);
    try (NDArray numbers = truth.get(new NDIndex("..., 0"))) {
      return numbers.toType(DataType.INT64, true);
    }
  }

  /**
   * Rows of a table of each image, in their order: boxes, or whatever else there is for each.
   *
   * @param table (N, A, D)
   * @param rows (N, R), int64, from 0; negative ones count as 0
   * @return (N, R, D), owned by the manager of the table
   */
  public static NDArray gather(NDArray table, NDArray rows) {
    BoxShapes.dimensions("table", table, 3, "(N, A, D)");
    BoxShapes.dimensions("rows", rows, 2, "(N, R)");
    BoxShapes.longs("rows", rows);
    return DetectOps.gather(table, rows);
  }

  // Forms.

  /** Centre, width and height as left, top, right and bottom edge. */
  public static NDArray centersToCorners(NDArray centers) {
    BoxShapes.boxes("centers", centers);
    return DetectOps.centersToCorners(centers);
  }

  /** Left, top, right and bottom edge as centre, width and height. */
  public static NDArray cornersToCenters(NDArray corners) {
    BoxShapes.boxes("corners", corners);
    return DetectOps.cornersToCenters(corners);
  }

  /** Left and top edge, width and height as left, top, right and bottom edge. */
  public static NDArray extentsToCorners(NDArray extents) {
    BoxShapes.boxes("extents", extents);
    return DetectOps.extentsToCorners(extents);
  }

  /** Left, top, right and bottom edge as left and top edge, width and height. */
  public static NDArray cornersToExtents(NDArray corners) {
    BoxShapes.boxes("corners", corners);
    return DetectOps.cornersToExtents(corners);
  }

  /**
   * Boxes of any form in shares of the image's sides.
   *
   * @param boxes in pixels
   * @param height of the image
   * @param width of the image
   */
  public static NDArray toRelative(NDArray boxes, int height, int width) {
    BoxShapes.boxes("boxes", boxes);
    return DetectOps.shrink(
        boxes, Checks.positive("width", width), Checks.positive("height", height));
  }

  /**
   * Boxes of any form in pixels.
   *
   * @param relative in shares of the image's sides
   * @param height of the image
   * @param width of the image
   */
  public static NDArray toPixels(NDArray relative, int height, int width) {
    BoxShapes.boxes("relative", relative);
    return DetectOps.stretch(
        relative, Checks.positive("width", width), Checks.positive("height", height));
  }

  // Sizes, of boxes in corner form.

  /** Width times height: (…, 4) -> (…). */
  public static NDArray areas(NDArray boxes) {
    BoxShapes.boxes("boxes", boxes);
    return DetectOps.areas(boxes);
  }

  /** What of boxes is inside of the image; of those outside, an edge or a corner of the image. */
  public static NDArray clip(NDArray boxes, int height, int width) {
    BoxShapes.boxes("boxes", boxes);
    return DetectOps.clip(
        boxes, Checks.positive("height", height), Checks.positive("width", width));
  }

  /** The same for an image (…, H, W). */
  static NDArray clip(NDArray boxes, Shape image) {
    int axes = image.dimension();
    return clip(boxes, (int) image.get(axes - 2), (int) image.get(axes - 1));
  }

  /** Whether neither side is shorter than this: (…, 4) -> (…), boolean. */
  public static NDArray atLeast(NDArray boxes, double side) {
    BoxShapes.boxes("boxes", boxes);
    return DetectOps.atLeast(boxes, Checks.notNegative("side", side));
  }

  /**
   * The intersection over the union of each box with each, from 0 to 1: (…, A, 4), (…, K, 4) -> (…,
   * A, K). {@link Overlap} has others of its kind, and pairs.
   */
  public static NDArray iou(NDArray a, NDArray b) {
    return Overlap.IOU.matrix(a, b);
  }
}
