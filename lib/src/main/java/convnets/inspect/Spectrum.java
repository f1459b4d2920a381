package convnets.inspect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.torch.HostCopy;

/**
 * How strongly images vary from pixel to pixel, by frequency: the mean power of the Fourier
 * transform of all rows and all columns, each less its mean. A checkerboard is a peak at the
 * highest frequency there is, half a period a pixel (Nyquist's), and so can be told in one number:
 * {@link #checkerboard()}.
 *
 * @param frequencies from 0 to 0.5, in periods a pixel
 * @param power at each of them
 */
public record Spectrum(double[] frequencies, double[] power) {

  /** The frequencies that Nyquist's is compared with: from here to below it. */
  private static final double NEAR = 0.375;

  /** Less than this is what rounding leaves of an image of one colour. */
  private static final double NOTHING = 1e-20;

  /** Pixels that a side has at least: two neighbouring frequencies are this far apart at most. */
  private static final int SHORTEST = 8;

  /**
   * Of images, feature maps or logits.
   *
   * @param maps (N, C, H, W); of an odd side the last row or column is left away
   * @throws IllegalArgumentException if a side has fewer than 8 pixels
   */
  public static Spectrum of(NDArray maps) {
    Shape shape = maps.getShape();
    if (shape.dimension() != 4 || shape.get(2) < SHORTEST || shape.get(3) < SHORTEST) {
      throw new IllegalArgumentException(
          "maps %s must be (N, C, H, W), with sides of %d pixels at least"
              .formatted(shape, SHORTEST));
    }
    float[] numbers;
    try (NDArray single = maps.toType(DataType.FLOAT32, true)) {
      numbers = HostCopy.floats(single);
    }
    int height = (int) shape.get(2);
    int width = (int) shape.get(3);
    int bins = Math.min(height, width) / 2;
    double[] frequencies = new double[bins + 1];
    double[] power = new double[bins + 1];
    for (int k = 0; k <= bins; k++) {
      frequencies[k] = 0.5 * k / bins;
    }
    int planes = numbers.length / (height * width);
    for (int p = 0; p < planes; p++) {
      int start = p * height * width;
      for (int y = 0; y < height; y++) {
        add(power, frequencies, numbers, start + y * width, 1, width, height * 2);
      }
      for (int x = 0; x < width; x++) {
        add(power, frequencies, numbers, start + x, width, height, width * 2);
      }
    }
    for (int k = 0; k <= bins; k++) {
      power[k] /= Math.max(1, planes);
    }
    return new Spectrum(frequencies, power);
  }

  /** Adds the power of one row or column, over its length and over how many there are alike. */
  private static void add(
      double[] power,
      double[] frequencies,
      float[] numbers,
      int start,
      int step,
      int size,
      int alike) {
    int even = size - size % 2;
    double mean = 0;
    for (int i = 0; i < even; i++) {
      mean += numbers[start + i * step] / (double) even;
    }
    for (int k = 0; k < frequencies.length; k++) {
      double cosine = 0;
      double sine = 0;
      double angle = 2 * Math.PI * frequencies[k];
      // A rotation from pixel to pixel, in place of a sine each.
      double turn = Math.cos(angle);
      double tilt = Math.sin(angle);
      double re = 1;
      double im = 0;
      for (int i = 0; i < even; i++) {
        double value = numbers[start + i * step] - mean;
        cosine += value * re;
        sine += value * im;
        double next = re * turn - im * tilt;
        im = re * tilt + im * turn;
        re = next;
      }
      power[k] += (cosine * cosine + sine * sine) / even / alike;
    }
  }

  /** The power at Nyquist's frequency. */
  public double nyquist() {
    return power[power.length - 1];
  }

  /**
   * The power at Nyquist's frequency over the mean power of those from 3/8 to below it: about 1 or
   * less of an image without a pattern of every second pixel, and many times that of one with a
   * checkerboard; 1 where there is no power at all.
   */
  public double checkerboard() {
    double sum = 0;
    int count = 0;
    for (int k = 0; k < power.length - 1; k++) {
      if (frequencies[k] >= NEAR) {
        sum += power[k];
        count++;
      }
    }
    double near = sum / count;
    return Math.max(near, nyquist()) < NOTHING ? 1 : nyquist() / near;
  }
}
