package convnets.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/** What layers take, said before the engine is given something else. */
final class Inputs {

  private Inputs() {}

  /**
   * Refuses what is not a batch of images, each with a number or more.
   *
   * @param layer as it describes itself
   */
  static Shape images(String layer, NDArray x) {
    Shape shape = x.getShape();
    if (shape.dimension() != 4 || isEmpty(shape)) {
      throw refusal(layer, "(N, C, H, W)", shape);
    }
    return shape;
  }

  /** Refuses what has no channels, or nothing in them. */
  static Shape channels(String layer, NDArray x) {
    Shape shape = x.getShape();
    if (shape.dimension() < 2 || isEmpty(shape)) {
      throw refusal(layer, "(N, C, …)", shape);
    }
    return shape;
  }

  /** Whether an example has no number. A batch may have no example. */
  static boolean isEmpty(Shape shape) {
    return shape.slice(1).size() == 0;
  }

  /** What is thrown for other shapes than a layer takes. */
  static IllegalArgumentException refusal(String layer, String takes, Shape given) {
    return new IllegalArgumentException(layer + " takes " + takes + ", but was given " + given);
  }
}
