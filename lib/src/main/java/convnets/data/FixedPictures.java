package convnets.data;

import convnets.io.Checksum;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The first pictures of a seed, drawn once and kept in a file: the targets, kind by kind, then the
 * pixels. Each number is a byte: labels, edges of boxes and masks of small pictures fit into one.
 *
 * @param pictures what they are the first of; at most 127 pixels high and wide if there are boxes
 * @param count how many
 * @param kinds of the targets
 * @param file its name
 * @param checksum of the file
 */
record FixedPictures(
    MenageriePictures pictures, int count, List<Target> kinds, String file, Checksum checksum) {

  FixedPictures(
      MenageriePictures pictures, int count, List<Target> kinds, String file, String sha256) {
    this(pictures, count, kinds, file, new Checksum("SHA-256", sha256));
  }

  /**
   * The bytes of the file, which is drawn if it is missing or damaged.
   *
   * @param cache the folder that the file lies in
   */
  ByteBuffer read(Path cache) {
    return ByteBuffer.wrap(new CheckedCache(cache.resolve(file), checksum).get(this::draw));
  }

  private byte[] draw() {
    Drawn drawn = Drawn.of(pictures, 0, IntStream.range(0, count).toArray());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    kinds.forEach(kind -> bytes.writeBytes(numbers(drawn, kind)));
    bytes.writeBytes(drawn.pixels());
    return bytes.toByteArray();
  }

  private static byte[] numbers(Drawn drawn, Target kind) {
    return switch (kind) {
      case CLASS -> {
        long[] labels = drawn.labels();
        byte[] bytes = new byte[labels.length];
        for (int i = 0; i < bytes.length; i++) {
          bytes[i] = (byte) labels[i];
        }
        yield bytes;
      }
      case BOXES -> {
        float[] boxes = drawn.boxes();
        byte[] bytes = new byte[boxes.length];
        for (int i = 0; i < bytes.length; i++) {
          bytes[i] = (byte) boxes[i];
        }
        yield bytes;
      }
      case MASK -> drawn.mask(false);
      case INSTANCES -> drawn.mask(true);
      case VALUES -> throw new IllegalArgumentException("pictures have no values");
    };
  }
}
