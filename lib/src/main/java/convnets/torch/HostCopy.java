package convnets.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import java.util.function.Function;

/**
 * The numbers of an array, wherever it is, as Java's own.
 *
 * <p>DJL's methods of these names copy an array of a GPU to the CPU first, and leave the copy to
 * the manager of the array: a network whose parameters are looked at grows by a copy with every
 * look. Here the copy is freed.
 */
public final class HostCopy {

  private HostCopy() {}

  /** The numbers of a float32 array, row by row. Waits for the device. */
  public static float[] floats(NDArray array) {
    return read(array, NDArray::toFloatArray);
  }

  /** The numbers of an int64 array, row by row. Waits for the device. */
  public static long[] longs(NDArray array) {
    return read(array, NDArray::toLongArray);
  }

  /** The numbers of an array of bytes, row by row. Waits for the device. */
  public static byte[] bytes(NDArray array) {
    return read(array, NDArray::toByteArray);
  }

  /** The array as DJL writes arrays into files. Waits for the device. */
  public static byte[] encoded(NDArray array) {
    return read(array, NDArray::encode);
  }

  private static <T> T read(NDArray array, Function<NDArray, T> reading) {
    if (array.getDevice().equals(Device.cpu())) {
      return reading.apply(array);
    }
    try (NDArray copy = array.toDevice(Device.cpu(), true)) {
      return reading.apply(copy);
    }
  }
}
