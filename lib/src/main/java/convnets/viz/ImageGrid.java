package convnets.viz;

import convnets.Checks;
import convnets.Options;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Images side by side, in rows. Each method returns a changed copy; {@link #image()} draws them.
 */
public final class ImageGrid extends Options<ImageGrid> {

  private static final Font CAPTION = Style.font(12);
  private static final int GAP = 6;
  private static final int LINE = 18;

  private final Images.Pixels pixels;
  private int columns;
  private int scale;
  private String title = "";
  private String alt;
  private List<String> captions = List.of();

  /** The classes that the images show, for a legend; null: they show none. */
  private final int[] shown;

  private MaskLegend legend = MaskLegend.NONE;

  ImageGrid(Images.Pixels pixels) {
    this(pixels, null);
  }

  /**
   * Images of classes.
   *
   * @param shown their numbers, each once
   */
  ImageGrid(Images.Pixels pixels, int[] shown) {
    this.pixels = pixels;
    this.shown = shown;
    columns = Math.max(1, Math.min(pixels.rgb().length, 8));
    scale = Math.max(1, 84 / pixels.width());
  }

  /** Puts this many images into a row: 8 by default. */
  public ImageGrid columns(int columns) {
    Checks.positive("columns", columns);
    return with(copy -> copy.columns = columns);
  }

  /** Shows each pixel as a square of this many: by default such that small images can be seen. */
  public ImageGrid scale(int scale) {
    Checks.positive("scale", scale);
    return with(copy -> copy.scale = scale);
  }

  /** Says what the images show. */
  public ImageGrid title(String title) {
    return with(copy -> copy.title = title);
  }

  /** Says what is to be seen in it: see {@link AltText}. Otherwise title and captions say it. */
  public ImageGrid alt(String text) {
    return with(copy -> copy.alt = text);
  }

  /** Writes a line below each image; one that is too long is cut. */
  public ImageGrid captions(List<String> captions) {
    if (captions.size() != pixels.rgb().length) {
      throw new IllegalArgumentException(
          "captions (" + captions.size() + ") must be one an image: " + pixels.rgb().length);
    }
    List<String> copied = List.copyOf(captions);
    return with(copy -> copy.captions = copied);
  }

  /**
   * Writes below the images which colour is which class, of those that they show: for {@link
   * Images#overlay} and {@link Images#masks}.
   *
   * @param names of all classes, the background's first
   */
  public ImageGrid legend(List<String> names) {
    if (shown == null) {
      throw new IllegalStateException("legend is for images of classes: Images.overlay, or masks");
    }
    MaskLegend of = MaskLegend.of(shown, names);
    return with(copy -> copy.legend = of);
  }

  /** Draws the images. */
  public BufferedImage image() {
    int images = pixels.rgb().length;
    int across = Math.min(columns, Math.max(1, images));
    int down = (images + columns - 1) / columns;
    int width = Math.max(GAP + across * cellWidth(), GAP + legend.widest());
    int foot = head() + GAP + down * cellHeight();
    int height = foot + legend.height(width - GAP);
    return AltText.describe(
        Picture.painting(width, height, g -> draw(g, foot, width)), alt == null ? names() : alt);
  }

  /** What the names say, as in "16 images: sandal, coat, …", each of them once. */
  private String names() {
    int count = pixels.rgb().length;
    String images = count == 1 ? "1 image" : count + " images";
    String distinct = captions.stream().distinct().collect(Collectors.joining(", "));
    String of = AltText.titled(images, distinct);
    return AltText.titled(title, legend.names().isEmpty() ? of : of + "; " + legend.said());
  }

  private int head() {
    return title.isEmpty() ? 0 : 28;
  }

  private int cellWidth() {
    return pixels.width() * scale + GAP;
  }

  private int cellHeight() {
    return pixels.height() * scale + GAP + (captions.isEmpty() ? 0 : LINE);
  }

  private void draw(Graphics2D g, int foot, int width) {
    drawImages(g);
    legend.draw(g, GAP, foot, width - GAP);
  }

  private void drawImages(Graphics2D g) {
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
    g.setColor(Style.TEXT);
    g.setFont(Style.bold(15));
    Lettering.draw(g, title, GAP, 20);
    g.setFont(CAPTION);
    for (int i = 0; i < pixels.rgb().length; i++) {
      int x = GAP + i % columns * cellWidth();
      int y = head() + GAP + i / columns * cellHeight();
      int width = pixels.width() * scale;
      int height = pixels.height() * scale;
      g.drawImage(pixels.image(i), x, y, width, height, null);
      if (!captions.isEmpty()) {
        String caption = cut(captions.get(i), width + GAP - 2);
        double left = x + (width - FlowSize.width(CAPTION, caption)) / 2;
        Lettering.draw(g, caption, left, y + height + 13);
      }
    }
  }

  private static String cut(String text, int width) {
    if (FlowSize.width(CAPTION, text) <= width) {
      return text;
    }
    int end = text.length() - 1;
    while (end > 0 && FlowSize.width(CAPTION, text.substring(0, end) + "…") > width) {
      end--;
    }
    return text.substring(0, end) + "…";
  }
}
