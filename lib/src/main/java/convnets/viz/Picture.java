package convnets.viz;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Image;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.util.Hashtable;
import java.util.function.Consumer;
import org.knowm.xchart.internal.chartpart.Chart;

/**
 * Images that remember how large they are meant to be seen: drawn with two pixels for one, they are
 * sharp on every screen.
 */
public final class Picture {

  /** The pixels of an image for one pixel of the page, as a property of the image. */
  private static final String DENSITY = "convnets.density";

  private static final int SHARP = 2;

  private Picture() {}

  /** Draws a chart. */
  public static BufferedImage of(Chart<?, ?> chart) {
    int width = chart.getWidth();
    int height = chart.getHeight();
    BufferedImage image = drawing(width, height, g -> chart.paint(g, width, height));
    AltText.of(chart).ifPresent(text -> AltText.describe(image, text));
    return image;
  }

  /** The width, in pixels of the page, at which an image is meant to be seen. */
  public static int displayWidth(BufferedImage image) {
    return image.getWidth() / density(image);
  }

  /** The height, in pixels of the page, at which an image is meant to be seen. */
  public static int displayHeight(BufferedImage image) {
    return image.getHeight() / density(image);
  }

  /** The pixels of an image for one pixel of the page: 1, if it does not say. */
  static int density(BufferedImage image) {
    Object density = image.getProperty(DENSITY);
    return density == Image.UndefinedProperty ? 1 : (Integer) density;
  }

  /** The properties of an image that another image of the same density needs. */
  static Hashtable<String, Object> properties(BufferedImage image) {
    return properties(density(image));
  }

  private static Hashtable<String, Object> properties(int density) {
    Hashtable<String, Object> properties = new Hashtable<>();
    properties.put(DENSITY, density);
    return properties;
  }

  /** A sharp image on white of a few flat colours, drawn in pixels of the page. */
  static BufferedImage drawing(int width, int height, Consumer<Graphics2D> painter) {
    return Palette.reduce(paint(width, height, painter));
  }

  /** A sharp image on white of any colours, exactly as drawn, in pixels of the page. */
  static BufferedImage painting(int width, int height, Consumer<Graphics2D> painter) {
    return Palette.lossless(paint(width, height, painter));
  }

  private static BufferedImage paint(int width, int height, Consumer<Graphics2D> painter) {
    ColorModel rgb = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).getColorModel();
    BufferedImage image =
        new BufferedImage(
            rgb,
            rgb.createCompatibleWritableRaster(SHARP * width, SHARP * height),
            false,
            properties(SHARP));
    Graphics2D g = image.createGraphics();
    try {
      g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      g.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      g.setRenderingHint(
          RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
      g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
      g.scale(SHARP, SHARP);
      g.setColor(Color.WHITE);
      g.fillRect(0, 0, width, height);
      painter.accept(g);
    } finally {
      g.dispose();
    }
    return image;
  }
}
