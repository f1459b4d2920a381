package convnets.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import convnets.nn.HostCopy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Loss and hits over many batches, kept on the device until they are read: adding does not wait for
 * the device, reading does.
 */
final class Tally implements AutoCloseable {

  /** A class counts as found if it is among this many highest scores. */
  private static final int RANKS = 5;

  /**
   * Sums over {@code count} images, on the host.
   *
   * @param loss of all images
   * @param hits how many images' own class had the highest score, the second highest …
   */
  record Sums(int count, double loss, long[] hits) {
    static final Sums ZERO = new Sums(0, 0, new long[0]);

    Metrics metrics() {
      return count == 0
          ? Metrics.NONE
          : new Metrics(
              count,
              loss / count,
              (double) hits[0] / count,
              (double) Arrays.stream(hits).sum() / count);
    }
  }

  private final NDManager manager;
  private Sums sums;

  // On the device, since the last reading.
  private final NDList losses = new NDList();
  private final List<Integer> sizes = new ArrayList<>();
  private NDArray hits;

  /** Goes on from sums that were read before. */
  Tally(NDManager parent, Sums sums) {
    this.manager = parent.newSubManager();
    this.sums = sums;
  }

  /** The classes with the highest scores, highest first: (N, classes) -> (N, ranks), int64. */
  static NDArray ranked(NDArray logits) {
    int classes = (int) logits.getShape().get(1);
    return logits.topK(Math.min(RANKS, classes), 1).get(1);
  }

  /**
   * Adds a batch. What is computed on the way belongs to the manager of {@code ranked}.
   *
   * @param ranked as from {@link #ranked(NDArray)}
   * @param labels (N), int64
   * @param loss the mean over the batch, a scalar without a graph; kept, and freed at the reading
   */
  void add(NDArray ranked, NDArray labels, NDArray loss) {
    loss.attach(manager);
    losses.add(loss);
    sizes.add((int) labels.size());
    NDArray hit = ranked.eq(labels.expandDims(1)); // (N, ranks)
    NDArray byRank = hit.sum(new int[] {0});
    if (hits == null) {
      byRank.attach(manager);
      hits = byRank;
    } else {
      hits.addi(byRank);
    }
  }

  /**
   * Waits for the device and adds up what was added since the last reading.
   *
   * @return the mean losses of the new batches
   */
  float[] read() {
    if (losses.isEmpty()) {
      return new float[0];
    }
    float[] means;
    try (NDArray stacked = NDArrays.stack(losses)) {
      means = HostCopy.floats(stacked);
    }
    int count = sums.count;
    double loss = sums.loss;
    for (int i = 0; i < means.length; i++) {
      count += sizes.get(i);
      loss += (double) means[i] * sizes.get(i); // always in the order of the batches
    }
    sums = new Sums(count, loss, plus(sums.hits, HostCopy.longs(hits)));
    losses.forEach(NDArray::close);
    losses.clear();
    sizes.clear();
    hits.close();
    hits = null;
    return means;
  }

  /** What has been read. */
  Sums sums() {
    return sums;
  }

  @Override
  public void close() {
    manager.close();
  }

  private static long[] plus(long[] a, long[] b) {
    long[] sum = b.clone();
    for (int i = 0; i < a.length; i++) {
      sum[i] += a[i];
    }
    return sum;
  }
}
