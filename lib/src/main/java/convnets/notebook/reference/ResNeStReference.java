package convnets.notebook.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import convnets.models.ResNeSt;
import convnets.notebook.Expected;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.ToDoubleBiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** The reference answers of chapter 9, ResNeSt. */
public final class ResNeStReference {

  private ResNeStReference() {}

  /**
   * The same rows in another order: those of a version together, not those of a group.
   *
   * @param rows (K · R · c, …), group by group and within a group version by version
   */
  public static Expected<NDArray> radixMajor(NDArray rows, int radix, int cardinality) {
    long c = rows.getShape().get(0) / (radix * cardinality);
    NDList parts = new NDList();
    for (int r = 0; r < radix; r++) {
      for (int k = 0; k < cardinality; k++) {
        long first = (k * radix + r) * c;
        parts.add(rows.get("{}:{}", first, first + c));
      }
    }
    return Expected.of(NDArrays.concat(parts, 0));
  }

  /** A 3×3 convolution, and gates from the means of what it makes. */
  public static Expected<Supplier<Block>> gates(int channels) {
    return Expected.of(() -> ResNeSt.splitAttention(channels, 1, 1));
  }

  /**
   * The shares of versions by exponentials, group by group; of one version, sigmoids.
   *
   * <p>(N, K · R · c, 1, 1) -> (N, R · K · c, 1, 1)
   */
  public static Expected<UnaryOperator<NDArray>> shares(int radix, int cardinality) {
    return Expected.of(
        t -> {
          if (radix == 1) {
            NDArray denominator = t.neg().exp().add(1);
            return denominator.onesLike().div(denominator);
          }
          NDArray e = t.exp();
          long c = t.getShape().get(1) / (radix * cardinality);
          NDList parts = new NDList();
          for (int r = 0; r < radix; r++) {
            for (int k = 0; k < cardinality; k++) {
              long first = k * radix * c;
              NDArray group = e.get(":, {}:{}", first, first + radix * c);
              NDArray total = group.reshape(new Shape(-1, radix, c, 1, 1)).sum(new int[] {1});
              parts.add(group.get(":, {}:{}", r * c, (r + 1) * c).div(total));
            }
          }
          return NDArrays.concat(parts, 1);
        });
  }

  /**
   * Means over the pictures of each class; zeros for a class without pictures.
   *
   * @param shares (N, C)
   * @param labels (N)
   */
  public static Expected<NDArray> attentionMap(NDArray shares, NDArray labels, int classes) {
    NDArray classNumbers = labels.toType(DataType.INT64, false);
    NDList rows = new NDList();
    for (long label = 0; label < classes; label++) {
      NDArray own = classNumbers.eq(label).toType(DataType.FLOAT32, false).reshape(-1, 1);
      float count = Math.max(own.sum().getFloat(), 1);
      rows.add(shares.mul(own).sum(new int[] {0}).div(count));
    }
    return Expected.of(NDArrays.stack(rows));
  }

  /**
   * What is lost without one of some tricks, seed by seed.
   *
   * @param accuracy of a network with these tricks, trained with this seed
   */
  public static Expected<double[]> lost(
      String trick,
      Set<String> tricks,
      int[] seeds,
      ToDoubleBiFunction<Set<String>, Integer> accuracy) {
    Set<String> others = new HashSet<>(tricks);
    others.remove(trick);
    return Expected.of(
        IntStream.of(seeds)
            .mapToDouble(
                seed -> accuracy.applyAsDouble(tricks, seed) - accuracy.applyAsDouble(others, seed))
            .toArray());
  }
}
