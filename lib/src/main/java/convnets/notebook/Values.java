package convnets.notebook;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.Locale;
import java.util.StringJoiner;

/** Arrays and numbers as a few words. */
final class Values {

  private static final int SHOWN = 6;

  private Values() {}

  /** Shape, type, device and the first few values: "(2, 3) float32 on cpu: 0.5, 1, …". */
  static String describe(NDArray array) {
    if (array.isReleased()) {
      return "an array that has been closed";
    }
    DataType type = array.getDataType();
    if (!hasNumbers(array)) {
      return array.getShape() + " " + type + ": " + array; // of strings, which have no device
    }
    String head = array.getShape() + " " + type + " on " + device(array.getDevice());
    long size = array.size();
    if (size == 0) {
      return head;
    }
    StringJoiner values = new StringJoiner(", ");
    try (NDArray flat = array.flatten();
        NDArray first = flat.get("0:" + Math.min(size, SHOWN))) {
      for (double value : doubles(first)) {
        values.add(number(value));
      }
    }
    return head + ": " + values + (size > SHOWN ? ", …" : "");
  }

  /** Any value in a few words: an array by its shape and first values, an object as it prints. */
  static String text(Object value) {
    if (value instanceof NDArray array) {
      return describe(array);
    }
    if (value instanceof Number number) {
      return number(number.doubleValue());
    }
    String text = Arrays.deepToString(new Object[] {value}); // also of arrays
    return text.substring(1, text.length() - 1);
  }

  /** "cpu", "gpu 0". */
  static String device(Device device) {
    return device.isGpu() ? "gpu " + device.getDeviceId() : device.getDeviceType();
  }

  /** Whether an array is open and holds numbers or truth values, not strings. */
  static boolean hasNumbers(NDArray array) {
    if (array.isReleased()) {
      return false;
    }
    DataType type = array.getDataType();
    return type.isFloating() || type.isInteger() || type.isBoolean();
  }

  /** The values of an array of any type of number or of truth values, in row-major order. */
  static double[] doubles(NDArray array) {
    try (NDArray host = array.toDevice(Device.cpu(), true); // not every GPU has double precision
        NDArray wide = host.toType(DataType.FLOAT64, false)) {
      return wide.toDoubleArray();
    }
  }

  /** A number with at most six significant digits, as in "0.333333", "12", "1.5e-07". */
  static String number(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e9) {
      return Long.toString((long) value);
    }
    String text = String.format(Locale.ROOT, "%.6g", value);
    return text.contains(".") ? text.replaceFirst("\\.?0+($|e)", "$1") : text;
  }
}
