package convnets.torch;

import static convnets.torch.TorchScript.call;
import static convnets.torch.TorchScript.integers;
import static convnets.torch.TorchScript.numbers;

import ai.djl.ndarray.NDArray;

/**
 * Native operators of PyTorch that move pixels: borders, other sizes, windows as columns. Images
 * are (N, C, H, W); gradients flow through all of them.
 */
public final class SpatialOps {

  private SpatialOps() {}

  // Borders: so many columns left and right, so many rows above and below.

  /** The same number all around. */
  public static NDArray constantPad(
      NDArray x, long left, long right, long above, long below, double value) {
    return call("pad", x, integers(left, right, above, below), numbers(value));
  }

  /**
   * What a mirror in the outermost pixels shows, those themselves not repeated: b a | b c d.
   *
   * @throws IllegalArgumentException if a side has as many pixels as the image, or more
   */
  public static NDArray reflectionPad(NDArray x, long left, long right, long above, long below) {
    checkReflection(Math.max(left, right), x.getShape().get(3));
    checkReflection(Math.max(above, below), x.getShape().get(2));
    return call("reflection_pad", x, integers(left, right, above, below));
  }

  /**
   * Requires an image that a border can be reflected in.
   *
   * @param border how many pixels are put on a side
   * @param size of the image, across that side
   * @throws IllegalArgumentException if it is not larger
   */
  public static void checkReflection(long border, long size) {
    if (border >= size) {
      throw new IllegalArgumentException(
          "a reflected border of %d must be smaller than the image, which has a side of %d"
              .formatted(border, size));
    }
  }

  /** The outermost pixels once more: a a | a b c. */
  public static NDArray replicationPad(NDArray x, long left, long right, long above, long below) {
    return call("replication_pad", x, integers(left, right, above, below));
  }

  // Other sizes. (TorchOps.resize is for photographs: it smooths what it shrinks.)

  /** Each pixel of {@code height} × {@code width} from the one at ⌊place · size / new size⌋. */
  public static NDArray upsampleNearest(NDArray x, long height, long width) {
    return call("upsample_nearest", x, integers(height, width));
  }

  /**
   * Each pixel of {@code height} × {@code width} between its four neighbours, PyTorch's {@code
   * interpolate}.
   *
   * @param alignCorners whether the centres of the corner pixels stay where they are, so that a
   *     pixel's origin is at place · (size − 1) / (new size − 1); else the corners themselves do,
   *     and it is at (place + ½) · size / new size − ½ (PyTorch's default)
   */
  public static NDArray upsampleBilinear(NDArray x, long height, long width, boolean alignCorners) {
    return call("upsample_bilinear", x, integers(height, width, alignCorners ? 1 : 0));
  }

  // Windows as columns.

  /**
   * The windows of a convolution, each a column (im2col): (N, C, H, W) -> (N, C · kernel², L), L
   * the number of windows, from left to right and then down. A convolution is weight (out, C ·
   * kernel²) times this.
   */
  public static NDArray unfold(NDArray x, int kernel, int stride, int padding, int dilation) {
    return call("unfold", x, integers(kernel, kernel, stride, padding, dilation));
  }

  /**
   * Puts columns back to where {@link #unfold} takes them from, and adds up where windows overlap:
   * its adjoint. (N, C · kernel², L) -> (N, C, height, width).
   */
  public static NDArray fold(
      NDArray columns, long height, long width, int kernel, int stride, int padding, int dilation) {
    NDArray numbers = integers(height, width, kernel, kernel, stride, padding, dilation);
    return call("fold_columns", columns, numbers);
  }
}
