package convnets.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import convnets.torch.HostCopy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Losses and counts over many batches, kept on the device until they are read: adding does not wait
 * for the device, reading does.
 */
final class Tally implements AutoCloseable {

  private final NDManager manager;
  private Sums sums;

  // On the device, since the last reading.
  private final NDList losses = new NDList();
  private final List<Integer> sizes = new ArrayList<>();

  /** Null: none. */
  private NDArray counts;

  /** Goes on from sums that were read before. */
  Tally(NDManager parent, Sums sums) {
    this.manager = parent.newSubManager();
    this.sums = sums;
  }

  /** Adds a batch. Its loss is kept, and freed at the reading. */
  void add(Outcome outcome) {
    outcome.loss().attach(manager);
    losses.add(outcome.loss());
    sizes.add(outcome.size());
    outcome.counts().ifPresent(this::count);
  }

  private void count(NDArray more) {
    if (counts == null) {
      more.attach(manager);
      counts = more;
    } else {
      counts.addi(more);
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
    int count = sums.count();
    double loss = sums.loss();
    for (int i = 0; i < means.length; i++) {
      count += sizes.get(i);
      loss += (double) means[i] * sizes.get(i); // always in the order of the batches
    }
    sums = new Sums(count, loss, counts == null ? sums.counts() : plus(sums.counts(), counts));
    losses.forEach(NDArray::close);
    losses.clear();
    sizes.clear();
    if (counts != null) {
      counts.close();
      counts = null;
    }
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

  private static double[] plus(double[] before, NDArray more) {
    double[] sum =
        more.getDataType() == DataType.INT64
            ? Arrays.stream(HostCopy.longs(more)).asDoubleStream().toArray()
            : floats(more);
    for (int i = 0; i < before.length; i++) {
      sum[i] += before[i];
    }
    return sum;
  }

  private static double[] floats(NDArray array) {
    try (NDArray single = array.toType(DataType.FLOAT32, true)) {
      float[] values = HostCopy.floats(single);
      return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }
  }
}
