package convnets.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;

/**
 * Bytes of Java as arrays.
 *
 * <p>DJL puts every array that it creates from Java's numbers on a direct buffer of its own, which
 * stays until the garbage collector comes to it, however early the array is closed. A stream of
 * pictures would fill the memory with them. Here one buffer serves all, and an array's memory goes
 * when it is closed.
 */
public final class HostBytes {

  private static ByteBuffer staging = ByteBuffer.allocateDirect(0);

  private HostBytes() {}

  /** A new array of unsigned bytes on the manager's device. */
  public static synchronized NDArray array(NDManager owner, byte[] bytes, Shape shape) {
    if (staging.capacity() < bytes.length) {
      staging = ByteBuffer.allocateDirect(bytes.length);
    }
    staging.clear().put(bytes).flip();
    return copy(owner, staging, shape);
  }

  /**
   * A new array of the remaining bytes of a buffer on the manager's device.
   *
   * @param bytes a direct buffer is read in place
   */
  public static NDArray copy(NDManager owner, ByteBuffer bytes, Shape shape) {
    // On a CPU DJL's array borrows the buffer's memory. A copy is freed on close, and slices of it
    // stay valid.
    try (NDArray borrowed = owner.create(bytes, shape, DataType.UINT8)) {
      return borrowed.duplicate();
    }
  }
}
