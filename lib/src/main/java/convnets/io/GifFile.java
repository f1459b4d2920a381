package convnets.io;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;

/**
 * The first picture of a GIF file, where its rows are out of order (interlaced) and so few that
 * Java's reader mixes them up: where the second of the four passes is empty.
 */
final class GifFile {
  private static final int HEADER = 13;
  private static final int SCREEN_FLAGS = 10;
  private static final int HAS_COLORS = 0x80;
  private static final int EXTENSION = 0x21;
  private static final int PICTURE = 0x2C;
  private static final int INTERLACED = 0x40;

  /** Within the description of a picture. */
  private static final int HEIGHT = 7;

  private static final int FLAGS = 9;

  /** The row that each of the first four is, in the order of the file. */
  private static final int[] ORDER = {0, 2, 1, 3};

  private final byte[] bytes;

  /** Where the picture is described. */
  private final int picture;

  GifFile(byte[] bytes) {
    this.bytes = bytes;
    picture = picture();
  }

  private int picture() {
    int place = HEADER;
    if (bytes.length > SCREEN_FLAGS && (bytes[SCREEN_FLAGS] & HAS_COLORS) != 0) {
      place += 3 << (bytes[SCREEN_FLAGS] & 7) + 1;
    }
    while (place < bytes.length && bytes[place] == EXTENSION) {
      place += 2;
      while (place < bytes.length && bytes[place] != 0) {
        place += 1 + (bytes[place] & 0xff);
      }
      place++;
    }
    return place;
  }

  /** Whether its rows must be put in order here. */
  boolean outOfOrder() {
    return picture + FLAGS < bytes.length
        && bytes[picture] == PICTURE
        && (bytes[picture + FLAGS] & INTERLACED) != 0
        && bytes[picture + HEIGHT + 1] == 0
        && (bytes[picture + HEIGHT] & 0xff) <= ORDER.length;
  }

  /** The same file, of which Java's reader takes the rows as they come. */
  byte[] asTheyCome() {
    byte[] plain = bytes.clone();
    plain[picture + FLAGS] &= ~INTERLACED;
    return plain;
  }

  /** Puts rows that were read as they come in order. */
  static void order(BufferedImage image) {
    Raster stored = image.getData();
    int w = image.getWidth();
    int row = 0;
    for (int place : ORDER) {
      if (place < image.getHeight()) {
        image.getRaster().setPixels(0, place, w, 1, stored.getPixels(0, row, w, 1, (int[]) null));
        row++;
      }
    }
  }
}
