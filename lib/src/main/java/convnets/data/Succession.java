package convnets.data;

import ai.djl.ndarray.NDArray;

/**
 * One change after another.
 *
 * @param first this one
 * @param second then this one
 */
record Succession(Change first, Change second) implements Change {
  @Override
  public NDArray images(NDArray images) {
    return second.images(first.images(images));
  }

  @Override
  public NDArray mask(NDArray mask) {
    return second.mask(first.mask(mask));
  }

  @Override
  public NDArray boxes(NDArray boxes) {
    return second.boxes(first.boxes(boxes));
  }
}
