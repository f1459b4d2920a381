package convnets.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/**
 * How well a network does on some images, by the metrics of its task.
 *
 * @param count how many images
 * @param loss the mean loss; in training that of the task, with what it adds to the plain one, such
 *     as smoothed labels and auxiliary heads
 * @param values by metric, the leading one first; empty if the task counts nothing
 */
public record Metrics(int count, double loss, Map<Metric, Double> values) {

  /** Of no images: every number is NaN. */
  public static final Metrics NONE = new Metrics(0, Double.NaN, Map.of());

  /** Copies the map, in its order. */
  public Metrics {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** The metric that decides which network is the best: the first one, or the loss. */
  public Metric leading() {
    return values.keySet().stream().findFirst().orElse(Metric.LOSS);
  }

  /** The value of a metric; NaN where it was not measured. */
  public double get(Metric metric) {
    return metric.equals(Metric.LOSS) ? loss : values.getOrDefault(metric, Double.NaN);
  }

  /**
   * The value of the metric with a name; NaN of no images.
   *
   * @param name "loss" or that of a metric of the task
   * @throws IllegalArgumentException if the task has no such metric
   */
  public double get(String name) {
    if (count == 0) {
      return Double.NaN;
    }
    return values.keySet().stream()
        .filter(metric -> metric.name().equals(name))
        .findFirst()
        .map(this::get)
        .orElseGet(() -> lossOr(name));
  }

  private double lossOr(String name) {
    if (!name.equals(Metric.LOSS.name())) {
      StringJoiner names = new StringJoiner(", ");
      names.add(Metric.LOSS.name());
      values.keySet().forEach(metric -> names.add(metric.name()));
      throw new IllegalArgumentException(
          "metric (" + name + ") is none of this task, which has: " + names);
    }
    return loss;
  }

  /**
   * Of a classification: the share of images whose class has not the highest score, from 0 to 1.
   *
   * @throws IllegalArgumentException of another task
   */
  public double error() {
    return get(Classification.ERROR.name());
  }

  /** Of a classification: 1 - {@link #error}. */
  public double accuracy() {
    return 1 - error();
  }

  /**
   * Of a classification: the share of images whose class is not among the five highest scores.
   *
   * @throws IllegalArgumentException of another task
   */
  public double top5Error() {
    return get(Classification.TOP_5_ERROR.name());
  }

  /** As in "loss 0.241, error 8.2%, top-5 error 0.2% of 10,000 images". */
  @Override
  public String toString() {
    StringJoiner text = new StringJoiner(", ");
    text.add(Metric.LOSS.text(loss));
    values.forEach((metric, value) -> text.add(metric.text(value)));
    return text + String.format(Locale.ROOT, " of %,d images", count);
  }
}
