package convnets.gan;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import convnets.torch.GradMode;

/** Many rows, some at a time, without a graph: what a portion took is freed before the next. */
final class Portions {

  /** Makes the rows from one to before another. */
  @FunctionalInterface
  interface Maker {

    /**
     * Called for each portion, in their order.
     *
     * @param own may own what is not returned; it is closed afterwards
     */
    NDArray make(NDManager own, int from, int to);
  }

  private Portions() {}

  /**
   * All rows, one behind the other.
   *
   * @param owner of what is returned
   * @param rows how many, at least 1
   * @param size of a portion
   */
  static NDArray of(NDManager owner, int rows, int size, Maker maker) {
    return GradMode.off(
        () -> {
          try (NDManager scratch = owner.newSubManager()) {
            NDList parts = new NDList();
            for (int from = 0; from < rows; from += size) {
              try (NDManager own = scratch.newSubManager()) {
                NDArray part = maker.make(own, from, Math.min(from + size, rows));
                part.attach(scratch);
                parts.add(part);
              }
            }
            NDArray whole = parts.size() == 1 ? parts.head() : NDArrays.concat(parts);
            whole.attach(owner);
            return whole;
          }
        });
  }
}
