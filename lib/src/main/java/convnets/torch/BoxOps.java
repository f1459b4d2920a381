package convnets.torch;

import static convnets.torch.TorchScript.call;
import static convnets.torch.TorchScript.integers;
import static convnets.torch.TorchScript.numbers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Native operators on the boxes of a batch of images: (N, K, 5), float32, class, left, top, right
 * and bottom edge in pixels. A box of which less than a share of its area is seen, or nothing,
 * becomes a row of padding (-1, 0, 0, 0, 0), as do rows of padding. A result is a new array that
 * belongs to the manager of the boxes.
 */
public final class BoxOps {

  /** For what a script takes to the device of the boxes itself. */
  private static final NDManager HOST = TorchScript.HOST;

  private BoxOps() {}

  /**
   * The hulls of moved boxes, as far as they are in the image.
   *
   * @param matrices for each image (a, b, c, d, e, f): the point (x, y) moves to (ax + by + c, dx +
   *     ey + f)
   * @param height of the images
   * @param width of the images
   * @param least the share of the moved hull that must be in the image
   */
  public static NDArray move(NDArray boxes, float[] matrices, int height, int width, double least) {
    try (NDArray m = HOST.create(matrices, new Shape(boxes.getShape().get(0), 2, 3))) {
      return call("move_boxes", boxes, m, integers(height, width), numbers(least));
    }
  }

  /**
   * The hulls of what is left of boxes when a rectangle of each image is covered.
   *
   * @param rectangles for each image left, top, right and bottom edge; all 0 where there is none
   * @param least the share of the box that must be left
   */
  public static NDArray cover(NDArray boxes, float[] rectangles, double least) {
    try (NDArray r = HOST.create(rectangles, new Shape(boxes.getShape().get(0), 4))) {
      return call("cover_boxes", boxes, r, numbers(least));
    }
  }
}
