package convnets.io;

import java.awt.Color;
import java.awt.Dimension;
import java.awt.Graphics2D;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.ImageInputStream;

/** Picture files, and pictures as plain numbers. */
public final class Pictures {

  private Pictures() {}

  /**
   * Reads a picture in any format that Java knows: PNG, JPEG, GIF, BMP. Its numbers are taken as
   * they are stored, as Pillow and so PyTorch take them: a colour profile (ICC) is not applied, and
   * a camera's note of how it was held (EXIF) is not obeyed.
   *
   * @throws IOException if it is no picture, or damaged: half a picture is none
   */
  public static BufferedImage read(Path file) throws IOException {
    BufferedImage image = stored(file);
    return image.getColorModel().getColorSpace().isCS_sRGB() ? image : sameNumbers(image);
  }

  /**
   * The same, for those who show a reader what went wrong.
   *
   * @throws UncheckedIOException if it cannot be read, naming the file
   */
  public static BufferedImage open(Path file) {
    try {
      return read(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the picture " + file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads a picture whose pixels are numbers rather than colours, such as a mask: grey values stay
   * grey values, and the numbers of a palette are its raster's.
   *
   * @throws IOException if it is no picture, or damaged
   */
  public static BufferedImage stored(Path file) throws IOException {
    try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
      ImageReader reader = reader(in);
      try {
        List<String> warnings = new ArrayList<>();
        reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
        reader.setInput(in);
        BufferedImage image = reader.read(0, asStored(reader));
        // Of half a JPEG Java makes half a picture, and a warning.
        for (String warning : warnings) {
          if (warning.contains("Truncated")) {
            throw new IOException(warning);
          }
        }
        return image;
      } finally {
        reader.dispose();
      }
    }
  }

  /**
   * The size of a picture in pixels; only the beginning of its file is read.
   *
   * @throws IOException if it is no picture
   */
  public static Dimension size(Path file) throws IOException {
    try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
      ImageReader reader = reader(in);
      try {
        reader.setInput(in);
        return new Dimension(reader.getWidth(0), reader.getHeight(0));
      } finally {
        reader.dispose();
      }
    }
  }

  private static ImageReader reader(ImageInputStream in) throws IOException {
    if (in == null) {
      throw new IOException("cannot be opened");
    }
    Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
    if (!readers.hasNext()) {
      throw new IOException("not a picture");
    }
    return readers.next();
  }

  /** Asks for the picture in the colours of its own profile, where the reader would convert it. */
  private static ImageReadParam asStored(ImageReader reader) throws IOException {
    ImageReadParam param = reader.getDefaultReadParam();
    for (var types = reader.getImageTypes(0); types.hasNext(); ) {
      ImageTypeSpecifier type = types.next();
      ColorSpace colors = type.getColorModel().getColorSpace();
      if (colors.getType() == ColorSpace.TYPE_RGB && !colors.isCS_sRGB()) {
        param.setDestinationType(type);
      }
    }
    return param;
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
