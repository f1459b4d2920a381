package convnets.detect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import convnets.Checks;
import convnets.torch.HostCopy;
import java.util.Arrays;

/**
 * Soft suppression: the box with the highest score stays, and lowers the scores of those that
 * overlap it, the more the higher their IoU; then the next. A thing behind another is not lost,
 * only doubted. (Bodla et al., "Soft-NMS", 2017, arXiv:1704.04503, section 3.)
 *
 * @param threshold of linear suppression: where the IoU is above, the score is multiplied by 1 −
 *     IoU; NaN for Gaussian suppression
 * @param sigma of Gaussian suppression: the score is multiplied by exp(−IoU² / σ); NaN for linear
 */
public record SoftNms(double threshold, double sigma) {

  /** Checks that there is one of the two. */
  public SoftNms {
    if (Double.isNaN(threshold) == Double.isNaN(sigma)) {
      throw new IllegalArgumentException(
          "threshold (%s) or sigma (%s) must be given, and the other NaN"
              .formatted(threshold, sigma));
    }
    if (Double.isNaN(sigma)) {
      Checks.probability("threshold", threshold);
    } else {
      Checks.positive("sigma", sigma);
    }
  }

  /** Multiplies by 1 − IoU above a threshold; the paper's is 0.3. */
  public static SoftNms linear(double threshold) {
    return new SoftNms(threshold, Double.NaN);
  }

  /** Multiplies by exp(−IoU² / σ); the paper's is 0.5. */
  public static SoftNms gaussian(double sigma) {
    return new SoftNms(Double.NaN, sigma);
  }

  /**
   * Boxes in the order in which they were taken, and the scores that they had then.
   *
   * @param rows (M), int64: their places
   * @param scores (M), float32, falling
   */
  public record Rescored(NDArray rows, NDArray scores) {}

  /**
   * Takes the boxes one after the other until the best score left is below a least one. Waits for
   * the device.
   *
   * @param boxes (K, 4), corner form
   * @param scores (K), float32
   * @param least score of a box that stays
   * @return owned by the manager of the boxes
   */
  public Rescored apply(NDArray boxes, NDArray scores, double least) {
    BoxShapes.dimensions("boxes", boxes, 2, "(K, 4)");
    Nms.boxesWithScores(boxes, scores);
    float[] edges = HostCopy.floats(boxes);
    float[] marks = HostCopy.floats(scores).clone();
    int k = marks.length;
    int[] order = new int[k];
    Arrays.setAll(order, i -> i);
    int taken = 0;
    for (; taken < k; taken++) {
      int best = best(order, marks, taken);
      if (!(marks[order[best]] >= least)) {
        break;
      }
      // Those left stay in their order, so that of equal scores the first is taken.
      int row = order[best];
      System.arraycopy(order, taken, order, taken + 1, best - taken);
      order[taken] = row;
      for (int i = taken + 1; i < k; i++) {
        marks[order[i]] *= (float) factor(iou(edges, row, order[i]));
      }
    }
    NDManager manager = boxes.getManager();
    int count = taken;
    float[] rescored = new float[count];
    for (int i = 0; i < count; i++) {
      rescored[i] = marks[order[i]];
    }
    long[] rows = Arrays.stream(order).limit(count).asLongStream().toArray();
    return new Rescored(manager.create(rows), manager.create(rescored));
  }

  private static int best(int[] order, float[] scores, int from) {
    int best = from;
    for (int i = from + 1; i < order.length; i++) {
      if (scores[order[i]] > scores[order[best]]) {
        best = i;
      }
    }
    return best;
  }

  private double factor(double iou) {
    if (Double.isNaN(sigma)) {
      return iou > threshold ? 1 - iou : 1;
    }
    return Math.exp(-iou * iou / sigma);
  }

  private static double iou(float[] boxes, int a, int b) {
    int i = 4 * a;
    int j = 4 * b;
    double across = Math.min(boxes[i + 2], boxes[j + 2]) - Math.max(boxes[i], boxes[j]);
    double down = Math.min(boxes[i + 3], boxes[j + 3]) - Math.max(boxes[i + 1], boxes[j + 1]);
    if (across <= 0 || down <= 0) {
      return 0;
    }
    double inter = across * down;
    return inter / (area(boxes, i) + area(boxes, j) - inter);
  }

  private static double area(float[] boxes, int at) {
    return ((double) boxes[at + 2] - boxes[at]) * ((double) boxes[at + 3] - boxes[at + 1]);
  }
}
