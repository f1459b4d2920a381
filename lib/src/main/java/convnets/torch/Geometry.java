package convnets.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/**
 * How a convolution's window moves.
 *
 * @param rows of zeros above and below
 * @param columns of zeros left and right
 */
public record Geometry(int stride, int rows, int columns, int dilation, int groups) {

  /** How many pixels the window moves at a time, down and to the right. */
  Shape strides() {
    return new Shape(stride, stride);
  }

  /** The zeros above and below, and left and right. */
  Shape padding() {
    return new Shape(rows, columns);
  }

  /** How many pixels the kernel's taps lie apart, down and to the right. */
  Shape dilations() {
    return new Shape(dilation, dilation);
  }

  /** What the scripts are told: these numbers, and others. */
  NDArray and(int... more) {
    long[] numbers = new long[5 + more.length];
    numbers[0] = stride;
    numbers[1] = rows;
    numbers[2] = columns;
    numbers[3] = dilation;
    numbers[4] = groups;
    for (int i = 0; i < more.length; i++) {
      numbers[5 + i] = more[i];
    }
    return TorchScript.integers(numbers);
  }
}
