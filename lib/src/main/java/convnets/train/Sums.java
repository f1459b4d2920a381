package convnets.train;

import java.util.Map;

/**
 * What has been added up over some images, on the host.
 *
 * @param count how many images
 * @param loss of all images
 * @param counts what the task counts; empty of no images
 */
record Sums(int count, double loss, double[] counts) {

  static final Sums ZERO = new Sums(0, 0, new double[0]);

  /** What is made of sums: {@link Task#metrics} or {@link Learner#metrics}. */
  @FunctionalInterface
  interface Meaning {
    Map<Metric, Double> metrics(double[] counts, int images);
  }

  Metrics metrics(Meaning meaning) {
    return count == 0
        ? Metrics.NONE
        : new Metrics(count, loss / count, meaning.metrics(counts, count));
  }
}
