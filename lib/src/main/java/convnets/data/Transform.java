package convnets.data;

import ai.djl.ndarray.NDArray;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * What is done to a batch of images before a network sees it.
 *
 * <p>A transform works on the whole batch at once, on the device. It draws its random numbers from
 * the generator that it is given, never from the engine, so that a batch is the same on every
 * device and when training is resumed. It leaves its input as it is, and the result belongs to the
 * input's manager.
 *
 * <p>A function of images alone will do where each image has a class or values. Boxes and masks
 * must go along when pixels move, so with them {@link Batches} take only transforms that say what
 * they move: those of {@link Transforms}, {@link #ofColours}, and any other {@link JointTransform}.
 */
@FunctionalInterface
public interface Transform {
  /**
   * Transforms a batch.
   *
   * @param images (N, C, H, W), float32
   * @param random where random numbers come from
   * @return (N, C, H', W'), float32; {@code images} itself if there is nothing to do
   */
  NDArray apply(NDArray images, SplittableRandom random);

  /**
   * This transform, then another. Each draws from a generator split off the given one, so how much
   * the first draws does not change what the second does.
   *
   * @param next what follows
   */
  default Transform andThen(Transform next) {
    return (images, random) -> next.apply(apply(images, random.split()), random.split());
  }

  /**
   * A transform that moves no pixel: it may change what colour each is, and boxes and masks stay.
   *
   * @param colours of images to images of the same shape
   */
  static Transform ofColours(Transform colours) {
    Objects.requireNonNull(colours, "colours must not be null");
    return (JointTransform)
        (shape, random) -> Change.ofColours(images -> colours.apply(images, random));
  }
}
