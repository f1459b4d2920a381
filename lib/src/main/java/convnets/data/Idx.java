package convnets.data;

import convnets.io.FileException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * An array of unsigned bytes from a gzipped file in the IDX format of MNIST: two zero bytes, the
 * element type 8, the number of dimensions, each dimension as a big-endian int, the elements.
 *
 * @param shape the dimensions
 * @param bytes the elements, the last dimension varying fastest; a direct buffer
 */
record Idx(int[] shape, ByteBuffer bytes) {
  private static final int UNSIGNED_BYTE = 0x08;
  private static final int CHUNK = 1 << 16;

  /**
   * Reads a file whole.
   *
   * @param expected the dimensions that it must have
   * @throws FileException if the file is something else, ends early or goes on after its end
   */
  static Idx read(Path file, int... expected) {
    try (var in =
        new DataInputStream(
            new BufferedInputStream(
                new GZIPInputStream(Files.newInputStream(file), CHUNK), CHUNK))) {
      int magic = in.readInt();
      int[] shape = new int[expected.length];
      if (magic == (UNSIGNED_BYTE << 8 | shape.length)) {
        for (int i = 0; i < shape.length; i++) {
          shape[i] = in.readInt();
        }
      }
      if (!Arrays.equals(shape, expected)) {
        throw new FileException(
            "%s is not what it should be: expected an IDX array of bytes of shape %s, found magic number %08x and shape %s"
                .formatted(file, Arrays.toString(expected), magic, Arrays.toString(shape)));
      }
      ByteBuffer bytes =
          ByteBuffer.allocateDirect(Arrays.stream(shape).reduce(1, Math::multiplyExact));
      byte[] chunk = new byte[CHUNK];
      while (bytes.hasRemaining()) {
        int n = in.read(chunk, 0, Math.min(CHUNK, bytes.remaining()));
        if (n < 0) {
          throw new EOFException("%d of %d bytes".formatted(bytes.position(), bytes.limit()));
        }
        bytes.put(chunk, 0, n);
      }
      // Reading past the end also makes gzip compare its own checksum.
      if (in.read() >= 0) {
        throw new FileException(file + " goes on after its last element");
      }
      return new Idx(shape, bytes.flip());
    } catch (IOException e) {
      throw new FileException(file + " is damaged: " + e, e);
    }
  }
}
