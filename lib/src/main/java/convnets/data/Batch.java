package convnets.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * A few images and their labels, with a manager of their own.
 *
 * @param images (N, C, H, W), float32
 * @param labels (N), int64
 * @param manager owns both arrays, and what is computed from them: all is freed with the batch
 */
public record Batch(NDArray images, NDArray labels, NDManager manager) implements AutoCloseable {
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
