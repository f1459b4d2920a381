package convnets.detect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Locale;

/** Checks of arrays where they enter, by name. */
final class BoxShapes {

  private BoxShapes() {}

  /** Requires boxes, (…, 4), float32. */
  static void boxes(String name, NDArray boxes) {
    Shape shape = boxes.getShape();
    if (shape.dimension() == 0 || shape.get(shape.dimension() - 1) != 4) {
      throw new IllegalArgumentException(
          "%s %s must be (…, 4): Boxes.of takes the edges of truth (N, K, 5)"
              .formatted(name, shape));
    }
    floats(name, boxes);
  }

  /** Requires the truth of a batch, (N, K, 5), float32. */
  static void truth(NDArray truth) {
    truth(truth, truth.getShape().dimension() == 3, "(N, K, 5)");
  }

  /** Requires truth of any number of axes, (…, 5), float32. */
  static void rowsOfTruth(NDArray truth) {
    truth(truth, truth.getShape().dimension() > 0, "(…, 5)");
  }

  private static void truth(NDArray truth, boolean axesFit, String wanted) {
    Shape shape = truth.getShape();
    if (!axesFit || shape.get(shape.dimension() - 1) != 5) {
      throw new IllegalArgumentException(
          "truth %s must be %s: class, left, top, right and bottom edge".formatted(shape, wanted));
    }
    floats("truth", truth);
  }

  /** Requires single precision. */
  static void floats(String name, NDArray array) {
    type(name, array, DataType.FLOAT32);
  }

  /** Requires whole numbers, as classes and rows are. */
  static void longs(String name, NDArray array) {
    type(name, array, DataType.INT64);
  }

  private static void type(String name, NDArray array, DataType type) {
    if (array.getDataType() != type) {
      throw new IllegalArgumentException(
          "%s (%s) must be %s: toType makes it so"
              .formatted(name, name(array.getDataType()), name(type)));
    }
  }

  private static String name(DataType type) {
    return type.name().toLowerCase(Locale.ROOT);
  }

  /** Requires a number of axes. */
  static void dimensions(String name, NDArray array, int count, String shape) {
    if (array.getShape().dimension() != count) {
      throw new IllegalArgumentException(
          "%s %s must be %s".formatted(name, array.getShape(), shape));
    }
  }

  /** Requires an array to have a shape, such as one number for each box. */
  static void shape(String name, NDArray array, Shape shape, String why) {
    if (!array.getShape().equals(shape)) {
      throw new IllegalArgumentException(
          "%s %s must be %s, %s".formatted(name, array.getShape(), shape, why));
    }
  }

  /**
   * Requires two arrays to go together, but for their last axes: counted from the last, axes are
   * equal, or 1, or missing.
   *
   * @param own how many last axes are each array's own
   */
  static void together(String aName, NDArray a, String bName, NDArray b, int own) {
    int dimension = Math.min(a.getShape().dimension(), b.getShape().dimension());
    for (int i = own + 1; i <= dimension; i++) {
      long one = a.getShape().get(a.getShape().dimension() - i);
      long other = b.getShape().get(b.getShape().dimension() - i);
      if (one != other && one != 1 && other != 1) {
        throw new IllegalArgumentException(
            "%s %s and %s %s do not go together: %d beside %d"
                .formatted(aName, a.getShape(), bName, b.getShape(), one, other));
      }
    }
  }

  /** All axes but the last. */
  static Shape withoutLast(NDArray array) {
    return array.getShape().slice(0, array.getShape().dimension() - 1);
  }
}
