package convnets.data;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;

/**
 * What a {@link JointTransform} has drawn for the images of a batch, ready to be done to them and
 * to what belongs to them. Each method leaves its argument as it is, and the result belongs to the
 * argument's manager; it is the argument itself if there is nothing to do.
 */
public interface Change {

  /**
   * Changes the images.
   *
   * @param images (N, C, H, W), float32
   * @return of the same shape
   */
  NDArray images(NDArray images);

  /**
   * Moves masks, each pixel as that of its image: no number comes that was not there, but 0 for
   * what is seen no more.
   *
   * @param mask (N, H, W), int64 or uint8
   * @return of the same shape and type
   */
  NDArray mask(NDArray mask);

  /**
   * Moves boxes by the rules of {@link Target}.
   *
   * @param boxes (N, K, 5), float32
   * @return of the same shape
   */
  NDArray boxes(NDArray boxes);

  /**
   * A change that moves no pixel, and leaves masks and boxes as they are.
   *
   * @param images what is done to the images, float32
   */
  static Change ofColours(UnaryOperator<NDArray> images) {
    return new Change() {
      @Override
      public NDArray images(NDArray x) {
        return images.apply(x);
      }

      @Override
      public NDArray mask(NDArray mask) {
        return mask;
      }

      @Override
      public NDArray boxes(NDArray boxes) {
        return boxes;
      }
    };
  }

  /** Moves masks, (N, H, W), as if they were images of one channel, (N, 1, H, W). */
  static NDArray asImages(NDArray mask, UnaryOperator<NDArray> move) {
    try (NDArray planes = mask.expandDims(1);
        NDArray moved = move.apply(planes)) {
      return moved.squeeze(1);
    }
  }
}
