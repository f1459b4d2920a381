package convnets.gan;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import convnets.torch.GradMode;
import java.util.Arrays;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.RealMatrix;

/**
 * How far apart two clouds of features are, each taken for a normal distribution with its own mean
 * μ and covariance Σ (Heusel et al. 2017, arXiv:1706.08500, equation 6):
 *
 * <pre>{@code
 * |μ₁ − μ₂|² + tr(Σ₁ + Σ₂ − 2 (Σ₁ Σ₂)^½)
 * }</pre>
 *
 * <p>With the features of Inception-V3 that is the FID of papers. With others, as those of a
 * classifier of your own, it orders generators by the same idea, and its numbers are its own: they
 * compare only with numbers of the same features and as many samples, since it is the larger the
 * fewer the samples.
 */
public final class FrechetDistance {

  private final double[] mean;
  private final RealMatrix covariance;

  private FrechetDistance(double[] mean, RealMatrix covariance) {
    this.mean = mean;
    this.covariance = covariance;
  }

  /**
   * Distances from one cloud, whose mean and covariance are computed once.
   *
   * @param features (N, D), of at least two samples
   */
  public static FrechetDistance from(NDArray features) {
    Distances.check("features", features, 2);
    return GradMode.off(
        () -> {
          try (NDManager scratch = features.getManager().newSubManager()) {
            int rows = Distances.rows(features);
            NDArray x = Distances.portion(scratch, features, 0, rows);
            NDArray mean = x.mean(new int[] {0}, true);
            NDArray centred = x.sub(mean);
            NDArray products = centred.transpose().matMul(centred); // (D, D)
            products.attach(scratch);
            double[] means = mean.toDoubleArray();
            return new FrechetDistance(
                means, matrix(products.toDoubleArray(), means.length, 1.0 / (rows - 1)));
          }
        });
  }

  private static RealMatrix matrix(double[] numbers, int size, double factor) {
    double[][] rows = new double[size][];
    for (int i = 0; i < size; i++) {
      rows[i] = Arrays.copyOfRange(numbers, i * size, (i + 1) * size);
    }
    return new Array2DRowRealMatrix(rows, false).scalarMultiply(factor);
  }

  /**
   * The distance to another cloud.
   *
   * @param features (N, D), of at least two samples
   * @return 0 or above
   */
  public double to(NDArray features) {
    return to(from(features));
  }

  /** The distance to another cloud, the same in both directions. */
  public double to(FrechetDistance other) {
    if (mean.length != other.mean.length) {
      throw new IllegalArgumentException(
          "features (%d) must be as many as those they are compared with (%d)"
              .formatted(other.mean.length, mean.length));
    }
    double squares = 0;
    for (int i = 0; i < mean.length; i++) {
      squares += (mean[i] - other.mean[i]) * (mean[i] - other.mean[i]);
    }
    double traces = covariance.getTrace() + other.covariance.getTrace();
    return Math.max(0, squares + traces - 2 * common(other.covariance));
  }

  /**
   * The trace of (Σ₁ Σ₂)^½. The product is not symmetric, but Σ₁^½ Σ₂ Σ₁^½ is, and has the same
   * eigenvalues.
   */
  private double common(RealMatrix other) {
    EigenDecomposition own = new EigenDecomposition(symmetric(covariance));
    RealMatrix v = own.getV();
    double[] values = own.getRealEigenvalues();
    RealMatrix scaled = v.copy();
    for (int j = 0; j < values.length; j++) {
      double root = Math.sqrt(Math.max(0, values[j]));
      for (int i = 0; i < values.length; i++) {
        scaled.multiplyEntry(i, j, root);
      }
    }
    RealMatrix root = scaled.multiply(v.transpose());
    RealMatrix product = root.multiply(other).multiply(root);
    double[] squares = new EigenDecomposition(symmetric(product)).getRealEigenvalues();
    return Arrays.stream(squares).map(square -> Math.sqrt(Math.max(0, square))).sum();
  }

  /** What is symmetric but for rounding, exactly so. */
  private static RealMatrix symmetric(RealMatrix matrix) {
    return matrix.add(matrix.transpose()).scalarMultiply(0.5);
  }

  /**
   * The distance between two clouds.
   *
   * @param a (N, D), of at least two samples
   * @param b (M, D), of at least two samples
   */
  public static double between(NDArray a, NDArray b) {
    return from(a).to(b);
  }
}
