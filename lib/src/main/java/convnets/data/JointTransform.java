package convnets.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.SplittableRandom;

/**
 * A transform of images and of what belongs to them: it first draws what is to be done, then does
 * it to images, boxes and masks alike. Those of {@link Transforms} are of this kind. It keeps the
 * images' size.
 */
@FunctionalInterface
public interface JointTransform extends Transform {

  /**
   * Draws what is to be done to a batch.
   *
   * @param images the shape of its images, (N, C, H, W)
   * @param random where all random numbers come from
   */
  Change draw(Shape images, SplittableRandom random);

  @Override
  default NDArray apply(NDArray images, SplittableRandom random) {
    return draw(images.getShape(), random).images(images);
  }

  /** Both, one after the other; a joint transform if the next is one. */
  @Override
  default Transform andThen(Transform next) {
    if (next instanceof JointTransform joint) {
      return new InTurn(this, joint);
    }
    return Transform.super.andThen(next);
  }
}
