package convnets.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A camera's note of how it was held, among all that stands in its block of notes (EXIF 2.3). */
final class Exif {
  private static final int HEADER = 8;
  private static final int ENTRY = 12;
  private static final int ORIENTATION = 0x0112;
  private static final int SHORT = 3;
  private static final int LITTLE_ENDIAN = 0x4949;
  private static final int BIG_ENDIAN = 0x4D4D;

  /** Upright. */
  static final int UPRIGHT = 1;

  private static final int LAST = 8;

  private Exif() {}

  /**
   * How a camera was held, of a block that is a TIFF file in small.
   *
   * @return from 1 to 8, as {@link Turn} takes it; 1 if it does not say, or the block is damaged
   */
  static int orientation(ByteBuffer block) {
    if (block.remaining() < HEADER) {
      return UPRIGHT;
    }
    ByteBuffer tiff = block.slice().order(ByteOrder.BIG_ENDIAN);
    int mark = tiff.getShort(0);
    if (mark != LITTLE_ENDIAN && mark != BIG_ENDIAN) {
      return UPRIGHT;
    }
    tiff.order(mark == LITTLE_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    long first = Integer.toUnsignedLong(tiff.getInt(4));
    if (first + 2 > tiff.limit()) {
      return UPRIGHT;
    }
    int count = Short.toUnsignedInt(tiff.getShort((int) first));
    for (int i = 0; i < count; i++) {
      long place = first + 2 + (long) i * ENTRY;
      if (place + ENTRY > tiff.limit()) {
        return UPRIGHT;
      }
      int at = (int) place;
      if (tiff.getShort(at) == ORIENTATION && tiff.getShort(at + 2) == SHORT) {
        int value = tiff.getShort(at + 8);
        return value >= UPRIGHT && value <= LAST ? value : UPRIGHT;
      }
    }
    return UPRIGHT;
  }
}
