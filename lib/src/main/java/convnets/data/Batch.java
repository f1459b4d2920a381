package convnets.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * A few images and their labels, with a manager of their own.
 *
 * @param images (N, C, H, W), float32
 * @param labels (N), int64: the class of each image, of a mixed one the class that has the larger
 *     share in it
 * @param targets what the loss compares with: the labels; or, if images were mixed, the share of
 *     each class, (N, classes), float32
 * @param manager owns these arrays, and what is computed from them: all is freed with the batch
 */
public record Batch(NDArray images, NDArray labels, NDArray targets, NDManager manager)
    implements AutoCloseable {
  /**
   * The number of images.
   *
   * @return N
   */
  public int size() {
    return (int) images.getShape().get(0);
  }

  /** Frees the images, the labels and what was computed from them. Closing twice does no harm. */
  @Override
  public void close() {
    manager.close();
  }
}
