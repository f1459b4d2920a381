package convnets.detect;

import ai.djl.ndarray.NDArray;
import convnets.torch.DetectOps;

/**
 * How much two boxes are the same, 1 for equal ones. Boxes are in corner form, (…, 4); gradients
 * flow to both. Two boxes of which neither has an area overlap by 0.
 *
 * <p>Everything equals torchvision's {@code ops} of these names.
 */
public enum Overlap {
  /** The intersection over the union, from 0 to 1; 0 for all that do not touch. */
  IOU,

  /**
   * IoU − (C − U) / C, where U is the union and C the area of the smallest box around both; from -1
   * to 1, and below 0 the lower the farther they are apart. (Rezatofighi et al., "Generalized
   * Intersection over Union", 2019, arXiv:1902.09630, algorithm 1.)
   */
  GIOU,

  /**
   * IoU − d² / c², where d is the distance of the centres and c the diagonal of the smallest box
   * around both. (Zheng et al., "Distance-IoU Loss", 2019, arXiv:1911.08287, equation 7.)
   */
  DIOU,

  /**
   * DIoU − αv, where v = 4/π² (arctan w/h − arctan w'/h')² tells how far the ratios of the sides
   * differ, and α = v / (1 − IoU + v) counts as a constant in gradients. (The same, equations 8 to
   * 11.)
   */
  CIOU;

  /**
   * Of each box with each: (…, A, 4), (…, K, 4) -> (…, A, K).
   *
   * @param a its leading axes and those of {@code b} are equal, or 1, or missing: anchors (A, 4) go
   *     with the boxes of a batch (N, K, 4), to (N, A, K)
   */
  public NDArray matrix(NDArray a, NDArray b) {
    check("a", a, "b", b, 2);
    return DetectOps.overlaps(a, b, ordinal());
  }

  /** Of pairs: (…, 4), (…, 4) -> (…). */
  public NDArray pairs(NDArray a, NDArray b) {
    check("a", a, "b", b, 1);
    return DetectOps.overlapsOfPairs(a, b, ordinal());
  }

  /**
   * A loss for each pair, one minus their overlap: (…, 4), (…, 4) -> (…). It differs from {@link
   * #pairs} by less than 1e-7 over the union, which makes its gradients finite for boxes without an
   * area.
   */
  public NDArray loss(NDArray predicted, NDArray truth) {
    check("predicted", predicted, "truth", truth, 1);
    return DetectOps.overlapLosses(predicted, truth, ordinal());
  }

  private static void check(String aName, NDArray a, String bName, NDArray b, int own) {
    BoxShapes.boxes(aName, a);
    BoxShapes.boxes(bName, b);
    if (Math.min(a.getShape().dimension(), b.getShape().dimension()) < own) {
      throw new IllegalArgumentException(
          "%s %s and %s %s must be (…, A, 4) and (…, K, 4)"
              .formatted(aName, a.getShape(), bName, b.getShape()));
    }
    BoxShapes.together(aName, a, bName, b, own);
  }
}
