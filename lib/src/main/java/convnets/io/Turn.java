package convnets.io;

import java.awt.Dimension;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;

/** Turns pictures as a camera's note asks for (EXIF 2.3, tag 0x0112). */
final class Turn {

  /** From here on rows become columns. */
  private static final int ON_ITS_SIDE = 5;

  private Turn() {}

  /** The size of a picture afterwards. */
  static Dimension size(Dimension size, int orientation) {
    return orientation < ON_ITS_SIDE ? size : new Dimension(size.height, size.width);
  }

  /**
   * The picture as it was seen.
   *
   * @param image of sRGB
   * @param orientation from 1 (as it is) to 8; by the number the first row lies above, and the
   *     first column on the left; above, right; below, right; below, left; and with rows and
   *     columns exchanged left, above; right, above; right, below; left, below
   */
  static BufferedImage of(BufferedImage image, int orientation) {
    if (orientation == Exif.UPRIGHT) {
      return image;
    }
    int w = image.getWidth();
    int h = image.getHeight();
    Dimension size = size(new Dimension(w, h), orientation);
    boolean alpha = image.getColorModel().hasAlpha();
    int type = alpha ? BufferedImage.TYPE_INT_ARGB : BufferedImage.TYPE_INT_RGB;
    var turned = new BufferedImage(size.width, size.height, type);
    int[] pixels = ((DataBufferInt) turned.getRaster().getDataBuffer()).getData();
    int[] row = new int[w];
    for (int v = 0; v < h; v++) {
      image.getRGB(0, v, w, 1, row, 0, w);
      for (int u = 0; u < w; u++) {
        int place =
            switch (orientation) {
              case 2 -> v * w + w - 1 - u;
              case 3 -> (h - 1 - v) * w + w - 1 - u;
              case 4 -> (h - 1 - v) * w + u;
              case 5 -> u * h + v;
              case 6 -> u * h + h - 1 - v;
              case 7 -> (w - 1 - u) * h + h - 1 - v;
              case 8 -> (w - 1 - u) * h + v;
              default ->
                  throw new IllegalArgumentException(
                      "orientation (" + orientation + ") must be from 1 to 8");
            };
        pixels[place] = row[u];
      }
    }
    return turned;
  }
}
