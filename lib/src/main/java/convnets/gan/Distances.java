package convnets.gan;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import convnets.torch.GradMode;
import java.util.Arrays;

/**
 * Distances between the rows of two arrays, in double precision, a few rows at a time: what is held
 * does not grow with the square of the rows.
 */
final class Distances {

  private static final int ROWS = 256;
  private static final int OTHERS = 4096;

  /** Is told of a row's distances to some of the other rows. */
  @FunctionalInterface
  interface Visitor {

    /**
     * Called for each row and each portion of the others, these in their order.
     *
     * @param row of the first array
     * @param from the first of the other rows
     * @param squares of the Euclidean distances to it and those behind it
     */
    void visit(int row, int from, double[] squares);
  }

  private Distances() {}

  /**
   * Visits all pairs.
   *
   * @param a (N, …)
   * @param b (M, …), of as many numbers a row; where it is the same array, the distance of a row to
   *     itself is exactly 0
   */
  static void visit(NDArray a, NDArray b, Visitor visitor) {
    GradMode.off(
        () -> {
          int rows = rows(a);
          for (int i = 0; i < rows; i += ROWS) {
            visit(a, i, Math.min(i + ROWS, rows), b, visitor);
          }
          return null;
        });
  }

  private static void visit(NDArray a, int from, int to, NDArray b, Visitor visitor) {
    try (NDManager scratch = a.getManager().newSubManager()) {
      NDArray x = portion(scratch, a, from, to);
      NDArray lengths = x.square().sum(new int[] {1}, true);
      for (int j = 0; j < rows(b); j += OTHERS) {
        try (NDManager inner = scratch.newSubManager()) {
          NDArray y = portion(inner, b, j, Math.min(j + OTHERS, rows(b)));
          NDArray product = x.matMul(y.transpose());
          product.attach(inner);
          NDArray both = product.add(product);
          both.attach(inner);
          NDArray squares = y.square().sum(new int[] {1}).sub(both).add(lengths).maximum(0);
          squares.attach(inner);
          tell(squares.toDoubleArray(), from, to, j, a == b, visitor);
        }
      }
    }
  }

  private static void tell(
      double[] squares, int from, int to, int first, boolean same, Visitor visitor) {
    int width = squares.length / (to - from);
    for (int i = from; i < to; i++) {
      double[] row = Arrays.copyOfRange(squares, (i - from) * width, (i - from + 1) * width);
      if (same && i >= first && i < first + width) {
        row[i - first] = 0;
      }
      visitor.visit(i, first, row);
    }
  }

  /** How many rows an array has. */
  static int rows(NDArray array) {
    return (int) array.getShape().get(0);
  }

  /** Some rows as vectors in double precision. */
  static NDArray portion(NDManager owner, NDArray array, int from, int to) {
    NDArray rows = array.get(new NDIndex().addSliceDim(from, to));
    rows.attach(owner);
    NDArray numbers = rows.reshape(to - from, -1).toType(DataType.FLOAT64, true);
    numbers.attach(owner);
    return numbers;
  }

  /**
   * Refuses arrays whose rows cannot be compared.
   *
   * @param least how many rows each must have
   */
  static void check(String first, NDArray a, String second, NDArray b, int least) {
    check(first, a, least);
    check(second, b, least);
    if (!a.getShape().slice(1).equals(b.getShape().slice(1))) {
      throw new IllegalArgumentException(
          "%s %s and %s %s must have rows of the same shape"
              .formatted(first, a.getShape(), second, b.getShape()));
    }
  }

  /** Refuses an array that has not rows, or too few of them. */
  static void check(String name, NDArray array, int least) {
    if (array.getShape().dimension() < 2) {
      throw new IllegalArgumentException(
          "%s %s must be (N, …), a row for each".formatted(name, array.getShape()));
    }
    if (rows(array) < least) {
      throw new IllegalArgumentException(
          "%s %s must have at least %d rows".formatted(name, array.getShape(), least));
    }
  }
}
