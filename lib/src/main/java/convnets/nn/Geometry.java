package convnets.nn;

import ai.djl.ndarray.NDArray;

/**
 * How a convolution's window moves.
 *
 * @param rows of zeros above and below
 * @param columns of zeros left and right
 */
record Geometry(int stride, int rows, int columns, int dilation, int groups) {

  /** What the scripts are told: these numbers, and another. */
  NDArray and(int more) {
    return TorchScript.integers(stride, rows, columns, dilation, groups, more);
  }

  /** What the scripts are told: these numbers, and two others. */
  NDArray and(int more, int last) {
    return TorchScript.integers(stride, rows, columns, dilation, groups, more, last);
  }
}
