package convnets.data;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** What fits into Java's arrays, and into the machine's memory. */
final class HostRoom {

  /** How much of the machine's memory examples may take. */
  private static final double SHARE = 0.8;

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

  /** The machine's memory, in bytes. */
  static long memory() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }

  /**
   * Refuses what would not fit beside everything else, with the size and the way round.
   *
   * @param what the examples, for the message
   * @param memory of the machine
   * @throws IllegalArgumentException if the bytes are too many
   */
  static void check(String what, double bytes, long memory, String remedy) {
    if (bytes > SHARE * memory) {
      throw new IllegalArgumentException(
          "%s take %.1f GB, and this machine has %.1f GB of memory: %s"
              .formatted(what, bytes / 1e9, memory / 1e9, remedy));
    }
  }
}
