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
  private final NDList counts = new NDList();
  private final List<Integer> sizes = new ArrayList<>();

  /** Goes on from sums that were read before. */
  Tally(NDManager parent, Sums sums) {
    this.manager = parent.newSubManager();
    this.sums = sums;
  }

  /** Adds a batch. What it leaves is kept, and freed at the reading. */
  void add(Outcome outcome) {
    outcome.attach(manager);
    losses.add(outcome.loss());
    outcome.counts().ifPresent(counts::add);
    sizes.add(outcome.size());
  }

  /**
   * Waits for the device and adds up what was added since the last reading: always in the order of
   * the batches, in double precision, so that the sums do not depend on when they were read.
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
      loss += (double) means[i] * sizes.get(i);
    }
    sums = new Sums(count, loss, counts.isEmpty() ? sums.counts() : plus(sums.counts(), counts));
    for (NDList read : List.of(losses, counts)) {
      read.close();
      read.clear();
    }
    sizes.clear();
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

  private static double[] plus(double[] before, NDList more) {
    int length = (int) more.head().size();
    double[] sum = Arrays.copyOf(before, length);
    double[] values = numbers(more);
    for (int i = 0; i < values.length; i++) {
      sum[i % length] += values[i];
    }
    return sum;
  }

  /** All numbers of arrays of one type, one after the other. */
  private static double[] numbers(NDList arrays) {
    try (NDArray stacked = NDArrays.stack(arrays)) {
      return stacked.getDataType() == DataType.INT64
          ? Arrays.stream(HostCopy.longs(stacked)).asDoubleStream().toArray()
          : floats(stacked);
    }
  }

  private static double[] floats(NDArray array) {
    try (NDArray single = array.toType(DataType.FLOAT32, true)) {
      float[] values = HostCopy.floats(single);
      return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }
  }
}
