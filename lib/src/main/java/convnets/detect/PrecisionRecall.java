package convnets.detect;

/**
 * Precision over recall, as detections of falling score are taken in.
 *
 * @param scores of the detections, falling; those that do not count are left out
 * @param recall the share of things found with all detections up to each
 * @param precision the share of these detections that found one
 */
public record PrecisionRecall(float[] scores, double[] recall, double[] precision) {

  /** At each point the highest precision of those from it on: what all averages are taken of. */
  public double[] highest() {
    double[] highest = precision.clone();
    for (int i = highest.length - 2; i >= 0; i--) {
      highest[i] = Math.max(highest[i], highest[i + 1]);
    }
    return highest;
  }

  /** The recall with all detections. */
  double reached() {
    return recall.length == 0 ? 0 : recall[recall.length - 1];
  }

  double average(Interpolation interpolation) {
    return interpolation.average(recall, highest());
  }
}
