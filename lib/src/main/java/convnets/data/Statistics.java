package convnets.data;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.List;

/**
 * Mean and standard deviation of each channel, over all pixels of all images.
 *
 * @param mean a number for each channel
 * @param deviation a number for each channel: the root of the mean squared distance from the mean
 */
public record Statistics(List<Double> mean, List<Double> deviation) {
  /** Images at a time, so that memory stays small. */
  private static final int CHUNK = 1_000;

  /**
   * Copies both lists.
   *
   * @throws IllegalArgumentException if they differ in length or are empty
   */
  public Statistics {
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
    if (mean.isEmpty() || mean.size() != deviation.size()) {
      throw new IllegalArgumentException(
          "mean %s and deviation %s must have a number for each channel"
              .formatted(mean, deviation));
    }
  }

  /**
   * Refuses what would make pixels infinite, or no numbers at all.
   *
   * @throws IllegalArgumentException if a deviation is not above 0, or a mean no number
   */
  void checkDivisor() {
    for (int c = 0; c < mean.size(); c++) {
      double d = deviation.get(c);
      if (!(d > 0 && Double.isFinite(d) && Double.isFinite(mean.get(c)))) {
        throw new IllegalArgumentException(
            ("mean %s and deviation %s must be numbers, and the deviation above 0, to normalise by"
                    + " them: channel %d is the same in all pictures, or was not measured. Put 1 for"
                    + " its deviation, or other pictures in")
                .formatted(mean, deviation, c));
      }
    }
  }

  /**
   * Of grey images.
   *
   * @param mean of the only channel
   * @param deviation of the only channel
   */
  public static Statistics of(double mean, double deviation) {
    return new Statistics(List.of(mean), List.of(deviation));
  }

  /**
   * Of a data set, with bytes scaled to 0 … 1, as {@link Batches} scales them.
   *
   * @param data at least one image
   */
  public static Statistics of(ImageDataset data) {
    var sums = new Sums((int) data.inputShape().get(0));
    for (int from = 0; from < data.size(); from += CHUNK) {
      try (NDManager scratch = data.manager().newSubManager()) {
        int to = Math.min(from + CHUNK, data.size());
        sums.add(data.images().get(scratch, new NDIndex("{}:{}", from, to)));
      }
    }
    return sums.statistics(255);
  }

  /**
   * Of a batch as it is, for example to see that it is normalised.
   *
   * @param images at least one image, (N, C, H, W), of any type
   */
  public static Statistics of(NDArray images) {
    var sums = new Sums((int) images.getShape().get(1));
    try (NDManager scratch = images.getManager().newSubManager()) {
      sums.add(images.get(scratch, new NDIndex(":")));
    }
    return sums.statistics(1);
  }

  /** Sums of values and of their squares, by channel; of bytes they are exact. */
  private static final class Sums {
    private final double[] values;
    private final double[] squares;
    private long count;

    Sums(int channels) {
      values = new double[channels];
      squares = new double[channels];
    }

    /** Adds (N, C, H, W); leaves its temporaries to the manager of {@code images}. */
    void add(NDArray images) {
      // On the CPU, for not every GPU has double precision.
      NDArray host = images.toDevice(Device.cpu(), false);
      // (N, C, H, W) -> (C, N, H, W) -> (C, N * H * W)
      NDArray x =
          host.transpose(1, 0, 2, 3).reshape(values.length, -1).toType(DataType.FLOAT64, false);
      double[] sum = x.sum(new int[] {1}).toDoubleArray();
      double[] sumOfSquares = x.square().sum(new int[] {1}).toDoubleArray();
      for (int c = 0; c < values.length; c++) {
        values[c] += sum[c];
        squares[c] += sumOfSquares[c];
      }
      count += x.getShape().get(1);
    }

    /** Mean and deviation of the values divided by {@code scale}. */
    Statistics statistics(double scale) {
      if (count == 0) {
        throw new IllegalArgumentException("no images: their mean is not defined");
      }
      List<Double> mean = new ArrayList<>();
      List<Double> deviation = new ArrayList<>();
      for (int c = 0; c < values.length; c++) {
        double m = values[c] / count;
        mean.add(m / scale);
        deviation.add(Math.sqrt(Math.max(0, squares[c] / count - m * m)) / scale);
      }
      return new Statistics(mean, deviation);
    }
  }
}
