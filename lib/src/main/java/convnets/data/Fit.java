package convnets.data;

import convnets.io.Pictures;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.Arrays;

/**
 * How a picture comes into an image of another size: where it lies there, and how large.
 *
 * @param width of the picture
 * @param height of the picture
 * @param left edge of the picture in the image
 * @param top edge
 * @param across its width there
 * @param down its height there
 * @param imageWidth of the image
 * @param imageHeight of the image
 */
record Fit(
    int width,
    int height,
    int left,
    int top,
    int across,
    int down,
    int imageWidth,
    int imageHeight) {

  /** The picture fills the image; its sides may change differently. */
  static Fit stretch(int width, int height, int imageWidth, int imageHeight) {
    return new Fit(width, height, 0, 0, imageWidth, imageHeight, imageWidth, imageHeight);
  }

  /** The picture keeps its form, to a pixel, and lies in the middle, between bars. */
  static Fit letterbox(int width, int height, int imageWidth, int imageHeight) {
    double scale = Math.min((double) imageWidth / width, (double) imageHeight / height);
    int across = Math.min(imageWidth, Math.max(1, (int) Math.round(width * scale)));
    int down = Math.min(imageHeight, Math.max(1, (int) Math.round(height * scale)));
    int left = (imageWidth - across) / 2;
    int top = (imageHeight - down) / 2;
    return new Fit(width, height, left, top, across, down, imageWidth, imageHeight);
  }

  /** What is marked, in the pixels of the image. */
  Annotation moved(Annotation a) {
    double x = (double) across / width;
    double y = (double) down / height;
    return new Annotation(
        a.label(),
        (float) (a.left() * x + left),
        (float) (a.top() * y + top),
        (float) (a.right() * x + left),
        (float) (a.bottom() * y + top),
        a.ignored(),
        a.area() * x * y);
  }

  /**
   * The image as bytes, (3, H, W), bars black. What is transparent becomes white.
   *
   * @param picture of the size that this is for
   */
  byte[] pixels(BufferedImage picture) {
    BufferedImage scaled = picture;
    // Bilinear scaling looks at four pixels only: halve until that is enough.
    while (scaled.getWidth() > 2 * across || scaled.getHeight() > 2 * down) {
      int w = Math.max(across, Math.min(scaled.getWidth(), (scaled.getWidth() + 1) / 2));
      int h = Math.max(down, Math.min(scaled.getHeight(), (scaled.getHeight() + 1) / 2));
      scaled = draw(scaled, new BufferedImage(w, h, BufferedImage.TYPE_INT_RGB), 0, 0, w, h);
    }
    var image = new BufferedImage(imageWidth, imageHeight, BufferedImage.TYPE_INT_RGB);
    return Pictures.planes(draw(scaled, image, left, top, across, down));
  }

  private static BufferedImage draw(
      BufferedImage picture, BufferedImage image, int left, int top, int across, int down) {
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    g.drawImage(picture, left, top, across, down, Color.WHITE, null);
    g.dispose();
    return image;
  }

  /**
   * A mask of the image: each pixel takes the number where its centre lies in the picture; bars are
   * ignored.
   *
   * @param mask of the picture, row by row
   */
  byte[] mask(byte[] mask) {
    byte[] image = new byte[imageWidth * imageHeight];
    Arrays.fill(image, (byte) Target.IGNORED);
    for (int y = 0; y < down; y++) {
      int row = (int) ((y + 0.5) * height / down);
      for (int x = 0; x < across; x++) {
        int column = (int) ((x + 0.5) * width / across);
        image[(top + y) * imageWidth + left + x] = mask[row * width + column];
      }
    }
    return image;
  }
}
