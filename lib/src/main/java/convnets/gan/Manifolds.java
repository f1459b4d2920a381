package convnets.gan;

import ai.djl.ndarray.NDArray;
import convnets.Checks;
import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * How good generated samples are, and how much of the real ones they reach, apart from each other.
 * A cloud of features stands for a region: the balls around its points, each as large as the
 * distance to the point's k-th neighbour in the cloud.
 *
 * @param precision the share of generated samples within the region of the real ones (Kynkäänniemi
 *     et al. 2019, arXiv:1904.06991, section 2)
 * @param recall the share of real samples within the region of the generated ones
 * @param density in how many of the real balls a generated sample lies in the mean, over k: above 1
 *     where they crowd (Naeem et al. 2020, arXiv:2002.09797, equation 4)
 * @param coverage the share of real samples in whose ball a generated one lies (equation 5)
 */
public record Manifolds(double precision, double recall, double density, double coverage) {

  /**
   * Compares two clouds.
   *
   * @param real (N, D)
   * @param fake (M, D)
   * @param neighbours k, below N and M; both papers recommend small ones, as 3 or 5
   */
  public static Manifolds of(NDArray real, NDArray fake, int neighbours) {
    Checks.positive("neighbours", neighbours);
    Distances.check("real", real, "fake", fake, neighbours + 1);
    double[] realRadii = radii(real, neighbours);
    double[] fakeRadii = radii(fake, neighbours);
    int[] around = new int[fakeRadii.length]; // in how many real balls each generated sample lies
    boolean[] reached = new boolean[realRadii.length];
    boolean[] covered = new boolean[realRadii.length];
    Distances.visit(
        real,
        fake,
        (row, from, squares) -> {
          for (int j = 0; j < squares.length; j++) {
            boolean inside = squares[j] < realRadii[row];
            around[from + j] += inside ? 1 : 0;
            covered[row] |= inside;
            reached[row] |= squares[j] < fakeRadii[from + j];
          }
        });
    double balls = Arrays.stream(around).sum();
    return new Manifolds(
        share(around.length, j -> around[j] > 0),
        share(reached.length, i -> reached[i]),
        balls / neighbours / around.length,
        share(covered.length, i -> covered[i]));
  }

  /** The squared distance of each row to its k-th neighbour; the nearest of all is itself. */
  private static double[] radii(NDArray cloud, int neighbours) {
    Smallest[] nearest =
        IntStream.range(0, Distances.rows(cloud))
            .mapToObj(i -> new Smallest(neighbours + 1))
            .toArray(Smallest[]::new);
    Distances.visit(
        cloud,
        cloud,
        (row, from, squares) -> {
          for (int j = 0; j < squares.length; j++) {
            nearest[row].add(squares[j], from + j);
          }
        });
    return Arrays.stream(nearest).mapToDouble(Smallest::last).toArray();
  }

  private static double share(int size, IntPredicate holds) {
    return (double) IntStream.range(0, size).filter(holds).count() / size;
  }
}
