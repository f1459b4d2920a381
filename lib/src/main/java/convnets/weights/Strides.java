package convnets.weights;

import java.util.Arrays;

/**
 * How the elements of a tensor lie in memory, as in PyTorch: element (i, j, …) lies i · strides[0]
 * + j · strides[1] + … elements behind the first.
 *
 * @param shape sizes, none negative
 * @param strides as many, none negative
 */
record Strides(long[] shape, long[] strides) {

  /** PyTorch makes tensors of up to 64 axes, networks have up to five. */
  private static final int MAX_AXES = 16;

  Strides {
    if (shape.length != strides.length || shape.length > MAX_AXES) {
      throw new IllegalArgumentException(
          "%d sizes and %d strides".formatted(shape.length, strides.length));
    }
    if (Arrays.stream(shape).anyMatch(n -> n < 0) || Arrays.stream(strides).anyMatch(n -> n < 0)) {
      throw new IllegalArgumentException(
          "sizes %s, strides %s".formatted(Arrays.toString(shape), Arrays.toString(strides)));
    }
  }

  /** Rows one after the other. */
  static Strides contiguous(long... shape) {
    if (shape.length > MAX_AXES) {
      throw new IllegalArgumentException(shape.length + " sizes");
    }
    return new Strides(shape, rowMajor(shape));
  }

  private static long[] rowMajor(long[] shape) {
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride = saturatedProduct(stride, Math.max(1, shape[axis]));
    }
    return strides;
  }

  /** The number of elements, or Long.MAX_VALUE if it is no long. */
  long elements() {
    long elements = 1;
    for (long size : shape) {
      if (size == 0) {
        return 0;
      }
      elements = saturatedProduct(elements, size);
    }
    return elements;
  }

  /** How many elements of memory there are from the first to the last, or Long.MAX_VALUE. */
  long span() {
    if (elements() == 0) {
      return 0;
    }
    long span = 1;
    for (int axis = 0; axis < shape.length; axis++) {
      long reach = saturatedProduct(shape[axis] - 1, strides[axis]);
      span = reach > Long.MAX_VALUE - span ? Long.MAX_VALUE : span + reach;
    }
    return span;
  }

  /** Whether the elements lie in rows one after the other. */
  boolean isContiguous() {
    long[] expected = rowMajor(shape);
    for (int axis = 0; axis < shape.length; axis++) {
      if (shape[axis] > 1 && strides[axis] != expected[axis]) {
        return elements() == 0;
      }
    }
    return true;
  }

  private static long saturatedProduct(long a, long b) {
    return Math.multiplyHigh(a, b) != 0 || a * b < 0 ? Long.MAX_VALUE : a * b;
  }
}
