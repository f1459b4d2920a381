package convnets.detect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import convnets.Checks;
import convnets.torch.DetectOps;

/**
 * Cross-entropy that cares little for what is easy: each term is multiplied by (1 − p)^γ, where p
 * is the probability of what is right. So thousands of clear backgrounds do not outvote a few
 * objects. (Lin et al., "Focal Loss for Dense Object Detection", 2017, arXiv:1708.02002, equations
 * 4 and 5.)
 *
 * <p>Classes are (…), int64: from 0, or {@link AnchorMatches#BACKGROUND}, or {@link
 * AnchorMatches#IGNORED}, whose loss is 0. A loss for each anchor comes out, (…); usually their sum
 * over the number of objects is learned, {@link BoxLosses#average}.
 *
 * @param alpha weight of objects, 1 − α that of background; NaN for none
 * @param gamma 0 for plain cross-entropy
 */
public record FocalLoss(double alpha, double gamma) {

  /** Checks both. */
  public FocalLoss {
    if (!Double.isNaN(alpha)) {
      Checks.probability("alpha", alpha);
    }
    Checks.notNegative("gamma", gamma);
  }

  /** α = 0.25 and γ = 2, which the paper finds best. */
  public static FocalLoss standard() {
    return new FocalLoss(0.25, 2);
  }

  /** The same with another weight of objects, from 0 to 1. */
  public FocalLoss alpha(double alpha) {
    return new FocalLoss(Checks.probability("alpha", alpha), gamma);
  }

  /** The same, with objects and background weighing the same. */
  public FocalLoss unweighted() {
    return new FocalLoss(Double.NaN, gamma);
  }

  /** The same with another exponent, 0 or above. */
  public FocalLoss gamma(double gamma) {
    return new FocalLoss(alpha, gamma);
  }

  /**
   * Of one output for each class, each a yes or no; background is no to all. (torchvision's {@code
   * sigmoid_focal_loss}.)
   *
   * @param logits (…, C), float32
   * @param classes (…)
   * @return (…), the sum over the classes
   */
  public NDArray sigmoid(NDArray logits, NDArray classes) {
    check(logits, classes);
    return DetectOps.sigmoidFocal(logits, classes, weight(), gamma);
  }

  /**
   * Of outputs of which one is right, the first for background. With γ = 0 and without weights it
   * is the plain cross-entropy of each anchor.
   *
   * @param logits (…, 1 + C), float32
   * @param classes (…)
   * @return (…)
   */
  public NDArray softmax(NDArray logits, NDArray classes) {
    check(logits, classes);
    return DetectOps.softmaxFocal(logits, classes, weight(), gamma);
  }

  /** Below 0 for none: what scripts take. */
  private double weight() {
    return Double.isNaN(alpha) ? -1 : alpha;
  }

  private static void check(NDArray logits, NDArray classes) {
    BoxShapes.floats("logits", logits);
    BoxShapes.longs("classes", classes);
    Shape each = BoxShapes.withoutLast(logits);
    BoxShapes.shape("classes", classes, each, "one for each row of logits " + logits.getShape());
  }
}
