package convnets.weights;

import java.io.IOException;

/**
 * A tensor of a PyTorch checkpoint, as its pickle describes it.
 *
 * @param kind of its numbers, where the pickle says more than the storage does; otherwise null
 * @param offset of the first element in the storage
 */
record TorchTensor(TorchStorage storage, String kind, long offset, Strides strides) {

  /** How a layout finds the bytes of a storage. */
  interface Memory {
    /** Where the piece of memory of a storage starts; it is known to fit into the file. */
    long position(TorchStorage storage) throws IOException;
  }

  /** Whether it may be a weight: no single number, and none of integers. */
  boolean isWeight() {
    return storage.type().element().stored.isFloating() && strides.shape().length > 0;
  }

  StoredTensor in(FileBytes file, String name, Memory memory) throws IOException {
    ElementType type = storage.type().element();
    if (kind != null || type == ElementType.UNREAD) {
      String called = kind == null ? storage.type().name() : kind;
      return StoredTensor.unread(file, name, called, strides, memory.position(storage), 0);
    }
    int bytes = type.bytes();
    if (offset < 0 || offset > storage.length()) {
      throw MalformedException.damaged("tensor %s starts outside of its storage", name);
    }
    long start = memory.position(storage) + (storage.first() + offset) * bytes;
    long length = (storage.length() - offset) * bytes;
    return StoredTensor.of(file, name, type, strides, start, length);
  }
}
