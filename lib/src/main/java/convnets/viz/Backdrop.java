package convnets.viz;

import convnets.Checks;
import java.awt.image.BufferedImage;

/** What lies behind what a picture is about. */
public final class Backdrop {

  /** Beyond so many deviations a Gaussian is left away. */
  private static final int REACH = 3;

  private Backdrop() {}

  /**
   * A picture whose background is out of focus: a Gaussian mean over the background alone, so that
   * nothing of the foreground bleeds into it. The foreground stays as it is.
   *
   * <pre>{@code
   * Backdrop.blurred(picture, segmenter.predict(picture).foreground(), 6);
   * }</pre>
   *
   * @param foreground which pixels stay, by rows
   * @param deviation of the Gaussian, in pixels
   */
  public static BufferedImage blurred(
      BufferedImage picture, boolean[] foreground, double deviation) {
    Checks.positive("deviation", deviation);
    int width = picture.getWidth();
    int height = picture.getHeight();
    if (foreground.length != width * height) {
      throw new IllegalArgumentException(
          "foreground (%d) must have a value for each of the %d × %d pixels"
              .formatted(foreground.length, width, height));
    }
    int[] rgb = picture.getRGB(0, 0, width, height, null, 0, width);
    double[] kernel = kernel(deviation);
    double[] seen = new double[rgb.length];
    for (int i = 0; i < seen.length; i++) {
      seen[i] = foreground[i] ? 0 : 1;
    }
    double[] weights = smooth(seen, width, kernel);
    int[] blurred = new int[rgb.length];
    for (int shift = 0; shift <= 16; shift += 8) {
      double[] channel = new double[rgb.length];
      for (int i = 0; i < channel.length; i++) {
        channel[i] = seen[i] * (rgb[i] >> shift & 255);
      }
      double[] sums = smooth(channel, width, kernel);
      for (int i = 0; i < channel.length; i++) {
        int value = foreground[i] ? rgb[i] >> shift & 255 : (int) Math.round(sums[i] / weights[i]);
        blurred[i] |= value << shift;
      }
    }
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, width, height, blurred, 0, width);
    return AltText.describe(
        image,
        AltText.of(picture)
            .map(text -> text + ", its background blurred")
            .orElse("a picture with a blurred background"));
  }

  /** One side of a Gaussian, from its middle. */
  private static double[] kernel(double deviation) {
    double[] kernel = new double[(int) Math.ceil(REACH * deviation) + 1];
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] = Math.exp(-0.5 * i * i / (deviation * deviation));
    }
    return kernel;
  }

  /** Weighted sums along the rows and then along the columns; outside of the picture is nothing. */
  private static double[] smooth(double[] values, int width, double[] kernel) {
    int height = values.length / width;
    double[] across = new double[values.length];
    double[] smooth = new double[values.length];
    int reach = kernel.length - 1;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double sum = 0;
        for (int u = Math.max(0, x - reach); u <= Math.min(width - 1, x + reach); u++) {
          sum += kernel[Math.abs(u - x)] * values[y * width + u];
        }
        across[y * width + x] = sum;
      }
    }
    for (int y = 0; y < height; y++) {
      for (int v = Math.max(0, y - reach); v <= Math.min(height - 1, y + reach); v++) {
        double weight = kernel[Math.abs(v - y)];
        for (int x = 0; x < width; x++) {
          smooth[y * width + x] += weight * across[v * width + x];
        }
      }
    }
    return smooth;
  }
}
