package convnets.data;

/** What fits into Java's arrays. */
final class HostRoom {

  private HostRoom() {}

  /**
   * The bytes of a batch of images.
   *
   * @throws IllegalArgumentException if they are more than an array holds; the message says how
   *     many images would fit
   */
  static int bytes(int images, int channels, int height, int width) {
    long each = (long) channels * height * width;
    long most = Integer.MAX_VALUE / each;
    if (images > most) {
      throw new IllegalArgumentException(
          "a batch of %d images (%d, %d, %d) takes %.1f GB, and %d fit into an array of Java: make"
                  .formatted(images, channels, height, width, images * (double) each / 1e9, most)
              + " batches or images smaller");
    }
    return (int) (images * each);
  }
}
