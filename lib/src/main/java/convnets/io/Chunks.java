package convnets.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The parts of PNG and WebP files. */
final class Chunks {
  private static final int PNG_START = 8;
  private static final int PNG_AROUND = 12;
  private static final int RIFF_START = 12;
  private static final int RIFF_BEFORE = 8;
  private static final String NOTES_PREFIX = "Exif\0\0";

  private Chunks() {}

  /** The content of the first chunk of a name in a PNG file. */
  static Optional<ByteBuffer> ofPng(byte[] file, String name) {
    ByteBuffer all = ByteBuffer.wrap(file);
    for (long place = PNG_START; place + PNG_AROUND <= file.length; ) {
      int at = (int) place;
      long length = Integer.toUnsignedLong(all.getInt(at));
      if (place + PNG_AROUND + length > file.length) {
        break;
      }
      if (name.equals(new String(file, at + 4, 4, StandardCharsets.ISO_8859_1))) {
        return Optional.of(all.slice(at + 8, (int) length));
      }
      place += PNG_AROUND + length;
    }
    return Optional.empty();
  }

  /** The content of the first chunk of a name in a WebP file. */
  static Optional<ByteBuffer> ofWebP(byte[] file, String name) {
    ByteBuffer all = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    for (long place = RIFF_START; place + RIFF_BEFORE <= file.length; ) {
      int at = (int) place;
      long length = Integer.toUnsignedLong(all.getInt(at + 4));
      if (place + RIFF_BEFORE + length > file.length) {
        break;
      }
      if (name.equals(new String(file, at, 4, StandardCharsets.ISO_8859_1))) {
        return Optional.of(
            all.slice(at + RIFF_BEFORE, (int) length).order(ByteOrder.LITTLE_ENDIAN));
      }
      place += RIFF_BEFORE + length + length % 2;
    }
    return Optional.empty();
  }

  /** Whether a WebP file is as long as it says. */
  static boolean wholeWebP(byte[] file) {
    return file.length >= RIFF_START && lengthOfWebP(file) <= file.length;
  }

  /** How long a WebP file says that it is, by its first 12 bytes. */
  static long lengthOfWebP(byte[] head) {
    int behind = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getInt(4);
    return RIFF_BEFORE + Integer.toUnsignedLong(behind);
  }

  /** What a camera noted, without the words that some put before it. */
  static ByteBuffer notes(ByteBuffer chunk) {
    byte[] start = new byte[Math.min(NOTES_PREFIX.length(), chunk.remaining())];
    chunk.duplicate().get(start);
    boolean prefixed = NOTES_PREFIX.equals(new String(start, StandardCharsets.ISO_8859_1));
    return prefixed ? chunk.duplicate().position(chunk.position() + start.length) : chunk;
  }
}
