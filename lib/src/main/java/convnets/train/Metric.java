package convnets.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A number by which a network is judged.
 *
 * @param name as tables and plots say it: "error", "mean IoU"
 * @param percent whether it is a share, from 0 to 1, that is shown in percent
 * @param higherIsBetter whether more of it is better
 */
public record Metric(String name, boolean percent, boolean higherIsBetter) {

  /** The loss itself: what is looked at where a task counts nothing. */
  public static final Metric LOSS = new Metric("loss", false, false);

  /**
   * Means from sums: the values of {@link Learner#metrics} for a learner whose counts are losses
   * and the like ({@link Outcome#beside}).
   *
   * @param metrics one for each count, in their order
   * @param counts sums over the images
   * @param images how many, at least 1
   */
  public static Map<Metric, Double> means(List<Metric> metrics, double[] counts, int images) {
    Map<Metric, Double> means = new LinkedHashMap<>();
    for (int i = 0; i < counts.length; i++) {
      means.put(metrics.get(i), counts[i] / images);
    }
    return means;
  }

  /** The value as it is shown: a share in percent. */
  public double shown(double value) {
    return percent ? 100 * value : value;
  }

  /** The higher, the better; what is not a number is the worst. */
  double worth(double value) {
    if (Double.isNaN(value)) {
      return Double.NEGATIVE_INFINITY;
    }
    return higherIsBetter ? value : -value;
  }

  /** As an axis says it: "error (%)", "loss". */
  public String label() {
    return percent ? name + " (%)" : name;
  }

  /** As in "error 14.2%", "loss 0.412". */
  public String text(double value) {
    return name + String.format(Locale.ROOT, percent ? " %.1f%%" : " %.3f", shown(value));
  }
}
