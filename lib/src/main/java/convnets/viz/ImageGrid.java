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

  ImageGrid(Images.Pixels pixels) {
    this.pixels = pixels;
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

  /** Draws the images. */
  public BufferedImage image() {
    int images = pixels.rgb().length;
    int across = Math.min(columns, Math.max(1, images));
    int down = (images + columns - 1) / columns;
    int width = GAP + across * cellWidth();
    int height = head() + GAP + down * cellHeight();
    return AltText.describe(
        Picture.painting(width, height, this::draw), alt == null ? names() : alt);
  }

  /** What the names say, as in "16 images: sandal, coat, …", each of them once. */
  private String names() {
    int count = pixels.rgb().length;
    String images = count == 1 ? "1 image" : count + " images";
    String distinct = captions.stream().distinct().collect(Collectors.joining(", "));
    return AltText.titled(title, AltText.titled(images, distinct));
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

  private void draw(Graphics2D g) {
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
    g.setColor(Style.TEXT);
    g.setFont(Style.bold(15));
    g.drawString(title, GAP, 20);
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
        g.drawString(caption, (float) left, y + height + 13);
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
