package convnets.detect;

import ai.djl.ndarray.NDArray;
import convnets.Checks;
import convnets.torch.DetectOps;

/**
 * Suppression by all better boxes at once: a score is multiplied by the least of f(IoU with a
 * better box) / f(what that box was suppressed by itself, at most), which takes a few operations on
 * matrices instead of a loop. (Wang et al., "SOLOv2", 2020, arXiv:2003.10152, "Matrix NMS".)
 *
 * @param sigma of f(x) = exp(−x² / σ), or 0 for f(x) = 1 − x
 */
public record MatrixNms(double sigma) {

  /** Checks sigma. */
  public MatrixNms {
    Checks.notNegative("sigma", sigma);
  }

  /** f(x) = 1 − x. */
  public static MatrixNms linear() {
    return new MatrixNms(0);
  }

  /** f(x) = exp(−x² / σ); SOLOv2's is 0.5. */
  public static MatrixNms gaussian(double sigma) {
    return new MatrixNms(Checks.positive("sigma", sigma));
  }

  /**
   * The scores that boxes are left with. Nothing waits for the device.
   *
   * @param boxes (…, K, 4), corner form
   * @param scores (…, K), float32
   * @param classes (…, K), int64: only boxes of the same class suppress each other
   * @return (…, K), float32, in the order of the boxes, owned by their manager
   */
  public NDArray apply(NDArray boxes, NDArray scores, NDArray classes) {
    Nms.boxesWithScores(boxes, scores);
    BoxShapes.longs("classes", classes);
    BoxShapes.shape("classes", classes, scores.getShape(), "one for each score");
    return DetectOps.matrixNms(boxes, scores, classes, sigma);
  }
}
