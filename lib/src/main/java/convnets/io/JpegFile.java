package convnets.io;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** The segments of a JPEG file, and the colours of those that are made for print. */
final class JpegFile {
  private static final int START_OF_SCAN = 0xDA;
  private static final int END = 0xD9;
  private static final int NOTES = 0xE1;
  private static final int PROFILE = 0xE2;
  private static final int ADOBE = 0xEE;
  private static final int PRINT_COLORS = 4;

  /** Adobe's word for luminance, two colours and black. */
  private static final int YCCK = 2;

  private final byte[] bytes;
  private final ByteArrayOutputStream plain = new ByteArrayOutputStream();
  private ByteBuffer notes = ByteBuffer.allocate(0);
  private boolean whole;
  private int components;
  private int transform;

  /** Walks over the segments before the pixels. */
  JpegFile(byte[] bytes) {
    this.bytes = bytes;
    int kept = 0;
    int place = 2;
    while (place + 4 <= bytes.length) {
      int marker = bytes[place + 1] & 0xff;
      if ((bytes[place] & 0xff) != 0xff || marker == 0xff) { // fills up
        place++;
        continue;
      }
      if (marker == START_OF_SCAN) {
        whole = endsBehind(place);
        break;
      }
      int length = (bytes[place + 2] & 0xff) << 8 | bytes[place + 3] & 0xff;
      int end = place + 2 + length;
      if (length < 2 || end > bytes.length) {
        break;
      }
      if (marker == PROFILE && PictureKind.at(bytes, place + 4, "ICC_PROFILE\0")) {
        plain.write(bytes, kept, place - kept);
        kept = end;
      }
      look(marker, place + 4, end);
      place = end;
    }
    plain.write(bytes, kept, bytes.length - kept);
  }

  private boolean endsBehind(int place) {
    for (int i = bytes.length - 2; i > place; i--) {
      if ((bytes[i] & 0xff) == 0xff && (bytes[i + 1] & 0xff) == END) {
        return true;
      }
    }
    return false;
  }

  private void look(int marker, int place, int end) {
    boolean tables = marker == 0xC4 || marker == 0xC8 || marker == 0xCC;
    if (marker >= 0xC0 && marker <= 0xCF && !tables && end - place > 5) {
      components = bytes[place + 5] & 0xff;
    } else if (marker == NOTES && !notes.hasRemaining() && PictureKind.at(bytes, place, "Exif\0")) {
      notes = ByteBuffer.wrap(bytes, Math.min(place + 6, end), Math.max(0, end - place - 6));
    } else if (marker == ADOBE && end - place > 11 && PictureKind.at(bytes, place, "Adobe")) {
      transform = bytes[place + 11] & 0xff;
    }
  }

  /** Whether it has an end. */
  boolean whole() {
    return whole;
  }

  /** What the camera noted, empty if nothing. */
  ByteBuffer notes() {
    return notes;
  }

  /** The same file without a colour profile, so that nobody applies it. */
  byte[] withoutProfile() {
    return plain.toByteArray();
  }

  /** Whether its colours are cyan, magenta, yellow and black. */
  boolean forPrint() {
    return components == PRINT_COLORS;
  }

  /**
   * Colours of print as those of a screen, as Pillow reckons: what a printer's profile would say is
   * not asked, and numbers are taken to say how much light is left, as Adobe's programs store them,
   * whoever stored them.
   *
   * @param raster as it is stored
   */
  BufferedImage onScreen(Raster raster) {
    int w = raster.getWidth();
    int h = raster.getHeight();
    var image = new BufferedImage(w, h, BufferedImage.TYPE_INT_RGB);
    int[] row = new int[PRINT_COLORS * w];
    for (int y = 0; y < h; y++) {
      raster.getPixels(0, y, w, 1, row);
      for (int x = 0; x < w; x++) {
        image.setRGB(x, y, onScreen(row, PRINT_COLORS * x));
      }
    }
    return image;
  }

  private int onScreen(int[] stored, int at) {
    int cyan = stored[at];
    int magenta = stored[at + 1];
    int yellow = stored[at + 2];
    int light = stored[at + 3];
    if (transform == YCCK) {
      double blueness = magenta - 128.0;
      double redness = yellow - 128.0;
      int luminance = cyan;
      cyan = clamp(luminance + 1.402 * redness);
      magenta = clamp(luminance - 0.344136 * blueness - 0.714136 * redness);
      yellow = clamp(luminance + 1.772 * blueness);
    } else {
      cyan = 255 - cyan;
      magenta = 255 - magenta;
      yellow = 255 - yellow;
    }
    return light(cyan, light) << 16 | light(magenta, light) << 8 | light(yellow, light);
  }

  private static int light(int ink, int light) {
    return light - Math.round(ink * light / 255f);
  }

  private static int clamp(double number) {
    return (int) Math.max(0, Math.min(255, Math.round(number)));
  }
}
