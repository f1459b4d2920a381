package convnets.weights;

/**
 * A tensor of a PyTorch checkpoint, as its pickle describes it.
 *
 * @param offset of the first element in the storage
 */
record TorchTensor(TorchStorage storage, long offset, Strides strides) {

  /** How a layout finds the bytes of a storage. */
  interface Memory {
    /** Where the piece of memory of a storage starts; it is known to fit into the file. */
    long position(TorchStorage storage) throws java.io.IOException;
  }

  StoredTensor in(FileBytes file, String name, Memory memory) throws java.io.IOException {
    int bytes = storage.type().bytes();
    if (offset < 0 || offset > storage.length()) {
      throw MalformedException.damaged("tensor %s starts outside of its storage", name);
    }
    long start = memory.position(storage) + (storage.first() + offset) * bytes;
    long length = (storage.length() - offset) * bytes;
    return StoredTensor.of(file, name, storage.type(), strides, start, length);
  }
}
