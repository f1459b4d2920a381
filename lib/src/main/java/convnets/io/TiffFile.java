package convnets.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The directory of a TIFF file (TIFF 6.0, section 2): where its pixels are. */
final class TiffFile {
  private static final int FIRST = 4;
  private static final int ENTRY = 12;
  private static final int SHORT = 3;
  private static final int STRIP_OFFSETS = 273;
  private static final int STRIP_LENGTHS = 279;
  private static final int TILE_OFFSETS = 324;
  private static final int TILE_LENGTHS = 325;

  private final ByteBuffer head;
  private final long size;
  private long[] offsets = {};
  private long[] lengths = {};

  /** Whether something lies behind the file's end. */
  private boolean cut;

  private TiffFile(ByteBuffer head, long size) {
    this.head = head;
    this.size = size;
  }

  /**
   * Whether nothing says that the file should be longer.
   *
   * @param head its beginning
   * @param size its length
   */
  static boolean mayBeWhole(byte[] head, long size) {
    ByteOrder order = head[0] == 'M' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    long directory = PictureFile.number(head, FIRST, order);
    if (directory == 0 || directory + Short.BYTES > size) {
      return false;
    }
    TiffFile file = new TiffFile(ByteBuffer.wrap(head).order(order), size);
    if (directory + Short.BYTES <= head.length) {
      file.look((int) directory);
    }
    for (int i = 0; i < Math.min(file.offsets.length, file.lengths.length); i++) {
      file.cut |= file.offsets[i] + file.lengths[i] > size;
    }
    return !file.cut;
  }

  private void look(int directory) {
    int count = Short.toUnsignedInt(head.getShort(directory));
    cut |= directory + Short.BYTES + (long) count * ENTRY > size;
    for (int i = 0; i < count; i++) {
      int place = directory + Short.BYTES + i * ENTRY;
      if (place + ENTRY > head.limit()) {
        return;
      }
      switch (Short.toUnsignedInt(head.getShort(place))) {
        case STRIP_OFFSETS, TILE_OFFSETS -> offsets = numbers(place);
        case STRIP_LENGTHS, TILE_LENGTHS -> lengths = numbers(place);
        default -> {}
      }
    }
  }

  /** Of an entry, or of a place that it names; none where that is not in the beginning. */
  private long[] numbers(int entry) {
    int width = head.getShort(entry + 2) == SHORT ? Short.BYTES : Integer.BYTES;
    long count = Integer.toUnsignedLong(head.getInt(entry + 4));
    boolean here = count * width <= Integer.BYTES;
    long place = here ? entry + 8 : Integer.toUnsignedLong(head.getInt(entry + 8));
    cut |= place + count * width > size;
    if (count > head.limit() || place + count * width > head.limit()) {
      return new long[0];
    }
    long[] numbers = new long[(int) count];
    for (int i = 0; i < count; i++) {
      int at = (int) place + i * width;
      numbers[i] =
          width == Short.BYTES
              ? Short.toUnsignedInt(head.getShort(at))
              : Integer.toUnsignedLong(head.getInt(at));
    }
    return numbers;
  }
}
