package convnets.weights;

/**
 * A stretch of numbers that tensors of a PyTorch checkpoint share, as its pickle names it.
 *
 * @param type of the numbers, as the pickle names their class
 * @param key of the piece of memory, or of the root that this one is a view of
 * @param elements of the whole piece
 * @param first of them that belongs to this storage
 * @param length how many belong to it
 */
record TorchStorage(
    TorchGlobals.StorageClass type, String key, long elements, long first, long length) {

  TorchStorage {
    if (elements < 0 || first < 0 || length < 0 || first > elements || length > elements - first) {
      throw new IllegalArgumentException(
          "storage %s of %d elements, of which %d from %d".formatted(key, elements, length, first));
    }
  }
}
