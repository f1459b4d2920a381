package convnets.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads the numbers of a tensor from a file straight into the memory of a new array. */
final class TensorReader {

  private TensorReader() {}

  /**
   * Reads a tensor.
   *
   * @param manager of the CPU
   * @return an array of the manager
   */
  static NDArray read(FileBytes file, StoredTensor tensor, NDManager manager) throws IOException {
    Strides strides = tensor.strides();
    if (!tensor.isRead()) {
      throw MalformedException.unsupported(
          "tensor %s is of type %s, which is not read here. Convert it to float32 in PyTorch",
          tensor.name(), tensor.kind());
    }
    if (strides.elements() > Integer.MAX_VALUE / tensor.type().loaded.getNumOfBytes()) {
      throw MalformedException.unsupported(
          "tensor %s is larger than the 2 GiB that are read here", tensor.name());
    }
    NDArray array = manager.create(tensor.shape(), tensor.type().loaded);
    if (strides.elements() > 0) {
      ByteBuffer memory = array.toByteBuffer(true);
      if (strides.isContiguous() && tensor.type().stored == tensor.type().loaded) {
        file.read(tensor.position(), memory);
      } else {
        ByteBuffer raw = file.read(tensor.position(), strides.span() * tensor.type().bytes());
        gather(raw, strides, tensor.type(), memory.order(ByteOrder.nativeOrder()));
      }
    }
    return array;
  }

  /** Puts the elements row by row into {@code target}. */
  private static void gather(ByteBuffer raw, Strides strides, ElementType type, ByteBuffer target) {
    int axes = strides.shape().length;
    long[] index = new long[axes];
    int from = 0;
    for (long left = strides.elements(); left > 0; left--) {
      put(raw, from * type.bytes(), type, target);
      // The next index in row-major order: the last axis runs fastest.
      for (int axis = axes - 1; axis >= 0; axis--) {
        from += (int) strides.strides()[axis];
        if (++index[axis] < strides.shape()[axis]) {
          break;
        }
        from -= (int) (strides.strides()[axis] * strides.shape()[axis]);
        index[axis] = 0;
      }
    }
  }

  private static void put(ByteBuffer raw, int at, ElementType type, ByteBuffer target) {
    switch (type) {
      case BFLOAT16 -> target.putInt(raw.getShort(at) << 16); // the upper half of a float32
      case INT16 -> target.putInt(raw.getShort(at));
      case FLOAT16 -> target.putShort(raw.getShort(at));
      case FLOAT32, INT32 -> target.putInt(raw.getInt(at));
      case FLOAT64, INT64 -> target.putLong(raw.getLong(at));
      case INT8, UINT8, BOOLEAN -> target.put(raw.get(at));
      case UNREAD -> throw new AssertionError(type);
    }
  }
}
