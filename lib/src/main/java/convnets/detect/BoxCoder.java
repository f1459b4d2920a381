package convnets.detect;

import ai.djl.ndarray.NDArray;
import convnets.Checks;
import convnets.torch.DetectOps;

/**
 * Boxes as offsets from anchors, which is what networks predict: how far the centre moves, in sides
 * of the anchor, and the logarithms of the ratios of the sides. Each is multiplied by a weight, so
 * that all four vary about as much. A weight is one over what SSD calls a variance.
 *
 * <pre>
 * tx = wx (x − xa) / wa    ty = wy (y − ya) / ha    tw = ww log(w / wa)    th = wh log(h / ha)
 * </pre>
 *
 * <p>(Girshick et al., "Rich feature hierarchies", 2013, arXiv:1311.2524, appendix C; torchvision's
 * {@code BoxCoder}.)
 *
 * @param x weight of the offset across
 * @param y weight of the offset down
 * @param width weight of the logarithm of the widths' ratio
 * @param height weight of the logarithm of the heights' ratio
 */
public record BoxCoder(double x, double y, double width, double height) {

  /** A box is not decoded larger than 1000/16 anchors, as in Detectron. */
  private static final double MOST = Math.log(1000.0 / 16);

  /** Checks the weights. */
  public BoxCoder {
    Checks.positive("x", x);
    Checks.positive("y", y);
    Checks.positive("width", width);
    Checks.positive("height", height);
  }

  /** Weights 10, 10, 5, 5, those of SSD and of Faster R-CNN's head: variances 0.1 and 0.2. */
  public static BoxCoder standard() {
    return new BoxCoder(10, 10, 5, 5);
  }

  /** Weights of 1, those of Faster R-CNN's proposals. */
  public static BoxCoder unweighted() {
    return new BoxCoder(1, 1, 1, 1);
  }

  /** Weights of one over these. */
  public static BoxCoder variances(double x, double y, double width, double height) {
    return new BoxCoder(
        1 / Checks.positive("x", x),
        1 / Checks.positive("y", y),
        1 / Checks.positive("width", width),
        1 / Checks.positive("height", height));
  }

  /**
   * Offsets of boxes. A side of less than 1e-7 counts as that, so that the offsets are finite.
   *
   * @param boxes (…, 4), corner form
   * @param anchors (…, 4), corner form, with an area; (A, 4) go with boxes (N, A, 4)
   * @return (…, 4)
   */
  public NDArray encode(NDArray boxes, NDArray anchors) {
    check("boxes", boxes, anchors);
    return DetectOps.encode(boxes, anchors, x, y, width, height);
  }

  /**
   * The boxes that offsets mean. Ratios of sides above 1000/16 count as that, so that no box is
   * infinite, and have no gradient.
   *
   * @param offsets (…, 4)
   * @param anchors (…, 4), corner form; (A, 4) go with offsets (N, A, 4)
   * @return (…, 4), corner form
   */
  public NDArray decode(NDArray offsets, NDArray anchors) {
    check("offsets", offsets, anchors);
    return DetectOps.decode(offsets, anchors, x, y, width, height, MOST);
  }

  private static void check(String name, NDArray array, NDArray anchors) {
    BoxShapes.boxes(name, array);
    BoxShapes.boxes("anchors", anchors);
    BoxShapes.together(name, array, "anchors", anchors, 1);
  }
}
