package convnets.notebook;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * A number or an array of numbers, of any type, to be compared with another.
 *
 * @param shape without dimensions for a number
 * @param values in row-major order
 */
record Numbers(Shape shape, double[] values) {

  /** Whether {@link #of} takes this value. */
  static boolean areNumbers(Object value) {
    return value instanceof Number
        || value instanceof NDArray array && Values.hasNumbers(array)
        || value instanceof float[]
        || value instanceof double[]
        || value instanceof int[]
        || value instanceof long[];
  }

  /** Reads a number, a primitive array or an {@code NDArray}. */
  static Numbers of(Object value) {
    if (value instanceof NDArray array) {
      return new Numbers(array.getShape(), Values.doubles(array));
    }
    if (value instanceof Number number) {
      return new Numbers(new Shape(), new double[] {number.doubleValue()});
    }
    double[] values =
        value instanceof double[] doubles
            ? doubles
            : value instanceof int[] ints
                ? Arrays.stream(ints).asDoubleStream().toArray()
                : value instanceof long[] longs
                    ? Arrays.stream(longs).asDoubleStream().toArray()
                    : widened((float[]) value);
    return new Numbers(new Shape(values.length), values);
  }

  private static double[] widened(float[] floats) {
    double[] doubles = new double[floats.length];
    for (int i = 0; i < floats.length; i++) {
      doubles[i] = floats[i];
    }
    return doubles;
  }

  /**
   * Says how others differ from these, the expected ones.
   *
   * @return nothing if the shapes are equal and no values differ by more than the tolerance
   */
  Optional<String> difference(Numbers actual, double tolerance) {
    if (!shape.equals(actual.shape)) {
      return Optional.of("expected " + kind() + ", but got " + actual.kind());
    }
    int first = -1;
    int count = 0;
    double largest = 0;
    for (int i = 0; i < values.length; i++) {
      if (!close(values[i], actual.values[i], tolerance)) {
        first = first < 0 ? i : first;
        count++;
        largest = Math.max(largest, Math.abs(values[i] - actual.values[i])); // NaN stays
      }
    }
    if (count == 0) {
      return Optional.empty();
    }
    String place = shape.dimension() == 0 ? "" : "at " + place(first) + " ";
    String extent =
        count == 1
            ? ""
            : String.format(
                Locale.ROOT,
                " (%,d of %,d values differ, at most by %s)",
                count,
                values.length,
                Values.number(largest));
    return Optional.of(place + both(values[first], actual.values[first]) + extent);
  }

  /** The largest absolute value, and at least 1. */
  double scale() {
    return Arrays.stream(values).map(Math::abs).reduce(1, Math::max);
  }

  /** Also for infinities, which are close to themselves. NaN is close to nothing. */
  private static boolean close(double expected, double actual, double tolerance) {
    return expected == actual || Math.abs(expected - actual) <= tolerance;
  }

  private String kind() {
    return shape.dimension() == 0 ? "the number " + Values.number(values[0]) : "shape " + shape;
  }

  /** Both values, with as many digits as it takes to tell them apart. */
  private static String both(double expected, double actual) {
    String e = Values.number(expected);
    String a = Values.number(actual);
    boolean same = e.equals(a) && !Double.isNaN(actual);
    return "expected " + (same ? expected : e) + ", but got " + (same ? actual : a);
  }

  /** The index of a value, as in "(0, 2, 1)". */
  private Shape place(int index) {
    long[] place = new long[shape.dimension()];
    for (int axis = place.length - 1; axis >= 0; axis--) {
      place[axis] = index % shape.get(axis);
      index /= (int) shape.get(axis);
    }
    return new Shape(place);
  }
}
