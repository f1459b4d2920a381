package convnets.train;

/**
 * What has been added up over some images, on the host.
 *
 * @param count how many images
 * @param loss of all images
 * @param counts what the task counts; empty of no images
 */
record Sums(int count, double loss, double[] counts) {

  static final Sums ZERO = new Sums(0, 0, new double[0]);

  Metrics metrics(Task task) {
    return count == 0
        ? Metrics.NONE
        : new Metrics(count, loss / count, task.metrics(counts, count));
  }
}
