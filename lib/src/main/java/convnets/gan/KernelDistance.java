package convnets.gan;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import convnets.torch.GradMode;

/**
 * How far apart two clouds of features are, by a kernel: the squared maximum mean discrepancy with
 * k(x, y) = (x·y / D + 1)³, estimated without bias (Bińkowski et al. 2018, arXiv:1801.01401,
 * section 4; with the features of Inception-V3 their KID).
 *
 * <p>Unlike {@link FrechetDistance} it assumes no normal distribution, and its mean does not depend
 * on the number of samples. For two clouds of one distribution it is about 0, and may be below.
 */
public final class KernelDistance {

  private static final int ROWS = 512;

  private KernelDistance() {}

  /**
   * The distance between two clouds.
   *
   * @param a (N, D), of at least two samples
   * @param b (M, D), of at least two samples
   */
  public static double between(NDArray a, NDArray b) {
    Distances.check("a", a, "b", b, 2);
    return GradMode.off(() -> within(a) + within(b) - 2 * across(a, b));
  }

  /** The mean over all pairs of different rows. */
  private static double within(NDArray a) {
    double rows = Distances.rows(a);
    return sum(a, a, true) / (rows * (rows - 1));
  }

  private static double across(NDArray a, NDArray b) {
    return sum(a, b, false) / ((double) Distances.rows(a) * Distances.rows(b));
  }

  private static double sum(NDArray a, NDArray b, boolean withoutDiagonal) {
    double sum = 0;
    try (NDManager scratch = a.getManager().newSubManager()) {
      NDArray y = Distances.portion(scratch, b, 0, Distances.rows(b));
      for (int from = 0; from < Distances.rows(a); from += ROWS) {
        try (NDManager inner = scratch.newSubManager()) {
          int to = Math.min(from + ROWS, Distances.rows(a));
          NDArray x = Distances.portion(inner, a, from, to);
          NDArray k = cubes(x.matMul(y.transpose()), inner, y.getShape().get(1));
          sum += k.sum().getDouble();
          if (withoutDiagonal) {
            sum -=
                cubes(x.square().sum(new int[] {1}), inner, y.getShape().get(1)).sum().getDouble();
          }
        }
      }
    }
    return sum;
  }

  /** The kernel of inner products. */
  private static NDArray cubes(NDArray products, NDManager owner, long size) {
    products.attach(owner);
    NDArray k = products.div(size).add(1);
    return k.mul(k).mul(k);
  }
}
