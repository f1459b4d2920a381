package convnets.gan;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import convnets.torch.GradMode;
import convnets.torch.HostCopy;
import convnets.train.Metric;
import java.util.Arrays;

/**
 * How near pictures are to others: the peak signal-to-noise ratio, −10 log₁₀ of the mean squared
 * difference of their pixels, which go from 0 to 1. In decibels, more is nearer: 20 dB is a tenth
 * of the range at each pixel, say. It sees pixels and not pictures: what is sharp at a place that
 * is one pixel off costs more than what is blurred.
 */
public final class Psnr {

  /** The mean over the pictures. */
  public static final Metric PSNR = new Metric("PSNR (dB)", false, true);

  /** Equal pictures have 100 dB here, not infinitely many, so that means stay numbers. */
  private static final double LEAST = 1e-10;

  private Psnr() {}

  /**
   * Of each picture.
   *
   * @param pictures (N, C, H, W), float32, from 0 to 1
   * @param others likewise
   * @return N numbers, 100 at most
   */
  public static double[] of(NDArray pictures, NDArray others) {
    if (!pictures.getShape().equals(others.getShape()) || pictures.getShape().dimension() != 4) {
      throw new IllegalArgumentException(
          "pictures %s and others %s must be (N, C, H, W), the same"
              .formatted(pictures.getShape(), others.getShape()));
    }
    return GradMode.off(
        () -> {
          try (NDManager scratch = pictures.getManager().newSubManager()) {
            NDArray apart = pictures.sub(others);
            apart.attach(scratch);
            long size = Math.max(1, pictures.getShape().slice(1).size());
            NDArray rows = apart.square().reshape(pictures.getShape().get(0), size);
            float[] squares = HostCopy.floats(rows.mean(new int[] {1}));
            double[] decibels = new double[squares.length];
            for (int i = 0; i < decibels.length; i++) {
              decibels[i] = -10 * Math.log10(Math.max(LEAST, squares[i]));
            }
            return decibels;
          }
        });
  }

  /** The mean over the pictures, of which there must be one at least. */
  public static double mean(NDArray pictures, NDArray others) {
    return Arrays.stream(of(pictures, others))
        .average()
        .orElseThrow(() -> new IllegalArgumentException("pictures (none) must be one at least"));
  }
}
