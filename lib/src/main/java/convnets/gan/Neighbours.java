package convnets.gan;

import ai.djl.ndarray.NDArray;
import convnets.Checks;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Who lies next to whom: the nearest training pictures of generated ones, for instance, to see
 * whether a generator has learned them by heart. Nearest is meant by the Euclidean distance of
 * whatever is given, pixels or features.
 *
 * @param places for each query the places of its neighbours, nearest first; of equally near ones
 *     the first
 * @param distances of the same
 */
public record Neighbours(int[][] places, double[][] distances) {

  /**
   * The nearest neighbours.
   *
   * @param queries (N, …), bytes or numbers
   * @param among (M, …), of the same shape a row; of the same type, or pixels of another range lie
   *     far away
   * @param count how many for each query, at most M
   */
  public static Neighbours of(NDArray queries, NDArray among, int count) {
    Checks.positive("count", count);
    Distances.check("queries", queries, "among", among, 1);
    if (!queries.getDataType().equals(among.getDataType())) {
      throw new IllegalArgumentException(
          "queries (%s) and among (%s) must be of the same type: bytes, or numbers of one range"
              .formatted(queries.getDataType(), among.getDataType()));
    }
    if (count > Distances.rows(among)) {
      throw new IllegalArgumentException(
          "count (%d) must be at most the rows of among (%d)"
              .formatted(count, Distances.rows(among)));
    }
    Smallest[] nearest =
        IntStream.range(0, Distances.rows(queries))
            .mapToObj(i -> new Smallest(count))
            .toArray(Smallest[]::new);
    Distances.visit(
        queries,
        among,
        (row, from, squares) -> {
          for (int j = 0; j < squares.length; j++) {
            nearest[row].add(squares[j], from + j);
          }
        });
    return new Neighbours(
        Arrays.stream(nearest).map(Smallest::places).toArray(int[][]::new),
        Arrays.stream(nearest)
            .map(near -> Arrays.stream(near.values()).map(Math::sqrt).toArray())
            .toArray(double[][]::new));
  }

  /** The place of each query's nearest neighbour. */
  public int[] nearest() {
    return Arrays.stream(places).mapToInt(row -> row[0]).toArray();
  }

  /** How far each query's nearest neighbour is. */
  public double[] nearestDistances() {
    return Arrays.stream(distances).mapToDouble(row -> row[0]).toArray();
  }
}
