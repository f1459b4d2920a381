package convnets.data;

/** Is told how far the reading of pictures is. */
@FunctionalInterface
public interface ReadingProgress {
  /**
   * Called after each picture, by one thread at a time.
   *
   * @param done how many have been read
   * @param total how many there are
   */
  void read(int done, int total);
}
