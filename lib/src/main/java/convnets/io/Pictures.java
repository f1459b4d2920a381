package convnets.io;

import java.awt.Color;
import java.awt.Dimension;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Function;

/** Picture files, and pictures as plain numbers. */
public final class Pictures {

  private Pictures() {}

  /**
   * Reads a picture: PNG, JPEG, GIF, BMP, WebP or TIFF, by what the file holds, not by its name. Of
   * several pictures in one, such as a GIF that moves, it is the first.
   *
   * <p>It is as a viewer shows it: turned as the camera was held (EXIF, tag 0x0112), as photographs
   * from phones need it. Otherwise its numbers are taken as they are stored, as Pillow and so
   * PyTorch take them: a colour profile (ICC) is not applied, of 16 bits the upper 8 count, and
   * colours for print (CMYK) become RGB by Pillow's formula.
   *
   * @return of sRGB
   * @throws IOException if it is no picture, or damaged (half a picture is none), or too large for
   *     this Java's memory; the message says what it is and what mends it
   */
  public static BufferedImage read(Path file) throws IOException {
    PictureFile picture = PictureFile.read(file);
    return Turn.of(standard(picture.decode()), picture.orientation());
  }

  /**
   * The same, but not turned: where something else says of its pixels where they are.
   *
   * @throws IOException as {@link #read}
   */
  public static BufferedImage readUnturned(Path file) throws IOException {
    return standard(PictureFile.read(file).decode());
  }

  private static BufferedImage standard(BufferedImage image) {
    return image.getColorModel().getColorSpace().isCS_sRGB() ? image : sameNumbers(image);
  }

  /**
   * The same as {@link #read}, for those who show a reader what went wrong.
   *
   * @throws UncheckedIOException if it cannot be read, naming the file
   */
  public static BufferedImage open(Path file) {
    try {
      return read(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the picture " + file + ": " + reason(e), e);
    }
  }

  /**
   * Looks at the beginning and the end of a picture file, in hardly any time.
   *
   * @throws IOException if it is no picture, or ends too early
   */
  public static void glance(Path file) throws IOException {
    PictureFile.glance(file);
  }

  /**
   * Reads a picture and does something with it, while no more pixels are decoded on other threads
   * than memory has room for.
   *
   * @throws IOException as {@link #read}
   */
  public static <T> T use(Path file, Function<BufferedImage, T> work) throws IOException {
    PictureFile picture = PictureFile.read(file);
    return picture.inTurn(
        () -> work.apply(Turn.of(standard(picture.decode()), picture.orientation())));
  }

  /** Why a file could not be read, for messages that name it. */
  public static String reason(Exception problem) {
    if (problem instanceof NoSuchFileException) {
      return "there is no such file";
    }
    if (problem instanceof AccessDeniedException) {
      return "you may not read it: see its permissions";
    }
    return problem.getMessage() == null ? problem.toString() : problem.getMessage();
  }

  /**
   * Reads a picture whose pixels are numbers rather than colours, such as a mask: grey values stay
   * grey values, the numbers of a palette are its raster's, and nothing is turned.
   *
   * @throws IOException if it is no picture, or damaged
   */
  public static BufferedImage stored(Path file) throws IOException {
    return PictureFile.read(file).decode();
  }

  /**
   * The size of a picture in pixels, as {@link #read} gives it.
   *
   * @throws IOException if it is no picture
   */
  public static Dimension size(Path file) throws IOException {
    PictureFile picture = PictureFile.read(file);
    return Turn.size(picture.size(), picture.orientation());
  }

  /** The numbers of a picture of any colour space, grey or RGB, with alpha or without, as sRGB. */
  private static BufferedImage sameNumbers(BufferedImage image) {
    Raster raster = image.getRaster();
    int colors = image.getColorModel().getNumColorComponents();
    boolean alpha = image.getColorModel().hasAlpha();
    int shift = Math.max(image.getColorModel().getComponentSize(0) - 8, 0);
    int type = alpha ? BufferedImage.TYPE_INT_ARGB : BufferedImage.TYPE_INT_RGB;
    var same = new BufferedImage(image.getWidth(), image.getHeight(), type);
    int[] pixel = new int[raster.getNumBands()];
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        raster.getPixel(x, y, pixel);
        int red = pixel[0] >> shift;
        int green = pixel[colors == 3 ? 1 : 0] >> shift;
        int blue = pixel[colors == 3 ? 2 : 0] >> shift;
        int opacity = alpha ? pixel[colors] >> shift : 255;
        same.setRGB(x, y, opacity << 24 | red << 16 | green << 8 | blue);
      }
    }
    return same;
  }

  /**
   * A picture as bytes, (3, H, W): red, then green, then blue. What is transparent becomes white.
   */
  public static byte[] planes(BufferedImage picture) {
    int width = picture.getWidth();
    int[] rgb = opaque(picture).getRGB(0, 0, width, picture.getHeight(), null, 0, width);
    byte[] planes = new byte[3 * rgb.length];
    for (int i = 0; i < rgb.length; i++) {
      planes[i] = (byte) (rgb[i] >> 16);
      planes[rgb.length + i] = (byte) (rgb[i] >> 8);
      planes[2 * rgb.length + i] = (byte) rgb[i];
    }
    return planes;
  }

  private static BufferedImage opaque(BufferedImage picture) {
    if (!picture.getColorModel().hasAlpha()) {
      return picture;
    }
    var opaque =
        new BufferedImage(picture.getWidth(), picture.getHeight(), BufferedImage.TYPE_INT_RGB);
    Graphics2D g = opaque.createGraphics();
    g.drawImage(picture, 0, 0, Color.WHITE, null);
    g.dispose();
    return opaque;
  }
}
