package convnets.viz;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import convnets.Checks;
import convnets.Options;
import convnets.gan.Snapshots;
import convnets.io.WholeFile;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a generator makes of the same noise while it learns: time goes from left to right, and each
 * row is one noise. Each method returns a changed copy.
 */
public final class FilmStrip extends Options<FilmStrip> {

  private static final Font CAPTION = Style.font(12);
  private static final int GAP = 3;
  private static final int LINE = 20;
  private static final int HEAD = 28;

  private final List<Images.Pixels> frames;
  private final List<String> captions;
  private int rows;
  private int scale;
  private String title = "";
  private String alt;

  private FilmStrip(List<Images.Pixels> frames, List<String> captions) {
    this.frames = frames;
    this.captions = captions;
    rows = Math.min(4, frames.get(0).rgb().length);
    scale = Math.max(1, 60 / frames.get(0).width());
  }

  /**
   * Of what was seen while a generator learned.
   *
   * @throws IllegalArgumentException if nothing was
   */
  public static FilmStrip of(Snapshots snapshots) {
    List<Images.Pixels> frames = new ArrayList<>();
    List<String> captions = new ArrayList<>();
    try (NDManager scratch = NDManager.newBaseManager()) {
      for (Snapshots.Frame frame : snapshots.frames()) {
        NDArray images = frame.images(scratch);
        frames.add(Images.Pixels.of(images));
        captions.add(String.format(Locale.ROOT, "%,d", frame.step()));
      }
    }
    if (frames.isEmpty()) {
      throw new IllegalArgumentException(
          "snapshots hold no frame: hand them to a training by on(…), and fit");
    }
    return new FilmStrip(frames, captions);
  }

  /** How many images of each frame are shown, the first ones: 4 by default. */
  public FilmStrip rows(int rows) {
    Checks.positive("rows", rows);
    int all = frames.get(0).rgb().length;
    if (rows > all) {
      throw new IllegalArgumentException(
          "rows (" + rows + ") must be at most the images of a frame (" + all + ")");
    }
    return with(copy -> copy.rows = rows);
  }

  /** Shows each pixel as a square of this many: by default such that small images can be seen. */
  public FilmStrip scale(int scale) {
    Checks.positive("scale", scale);
    return with(copy -> copy.scale = scale);
  }

  /** Says what is seen. */
  public FilmStrip title(String title) {
    return with(copy -> copy.title = title);
  }

  /** Says what is to be seen in it: see {@link AltText}. */
  public FilmStrip alt(String text) {
    return with(copy -> copy.alt = text);
  }

  /** Draws the strip, with the number of steps below each frame. */
  public BufferedImage image() {
    int head = title.isEmpty() ? 0 : HEAD;
    double titleWidth = title.isEmpty() ? 0 : FlowSize.width(Style.bold(15), title);
    int width = GAP + Math.max(frames.size() * cellWidth(), (int) Math.ceil(titleWidth) + GAP);
    int height = head + GAP + rows * cellHeight() + LINE;
    String said = rows + " images after steps " + String.join(", ", captions);
    return AltText.describe(
        Picture.painting(width, height, g -> draw(g, head)),
        alt == null ? AltText.titled(title, said) : alt);
  }

  private int cellWidth() {
    return frames.get(0).width() * scale + GAP;
  }

  private int cellHeight() {
    return frames.get(0).height() * scale + GAP;
  }

  private void draw(Graphics2D g, int head) {
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
    g.setColor(Style.TEXT);
    g.setFont(Style.bold(15));
    g.drawString(title, GAP, 20);
    g.setFont(CAPTION);
    for (int t = 0; t < frames.size(); t++) {
      int x = GAP + t * cellWidth();
      for (int i = 0; i < rows; i++) {
        int y = head + GAP + i * cellHeight();
        g.drawImage(frames.get(t).image(i), x, y, cellWidth() - GAP, cellHeight() - GAP, null);
      }
      double left = x + (cellWidth() - GAP - FlowSize.width(CAPTION, captions.get(t))) / 2;
      g.drawString(captions.get(t), (float) left, head + GAP + rows * cellHeight() + 13);
    }
  }

  /**
   * Writes all images of each frame as an animated GIF that repeats. The file is there whole or not
   * at all.
   *
   * @param columns images in a row
   * @param milliseconds how long each frame is shown, at least 10; the last one three times as long
   */
  public void gif(Path file, int columns, int milliseconds) {
    Checks.positive("columns", columns);
    if (milliseconds < 10) {
      throw new IllegalArgumentException(
          "milliseconds (" + milliseconds + ") must be at least 10: GIF counts in hundredths");
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      try (Gif gif = new Gif(bytes)) {
        for (int t = 0; t < frames.size(); t++) {
          boolean last = t == frames.size() - 1;
          gif.add(sheet(frames.get(t), columns), last ? 3 * milliseconds : milliseconds);
        }
      }
      WholeFile.write(file, out -> out.write(bytes.toByteArray()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  private BufferedImage sheet(Images.Pixels pixels, int columns) {
    int count = pixels.rgb().length;
    int across = Math.min(columns, count);
    int down = (count + across - 1) / across;
    int width = pixels.width() * scale;
    int height = pixels.height() * scale;
    BufferedImage sheet =
        new BufferedImage(across * width, down * height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = sheet.createGraphics();
    try {
      for (int i = 0; i < count; i++) {
        g.drawImage(pixels.image(i), i % across * width, i / across * height, width, height, null);
      }
    } finally {
      g.dispose();
    }
    return sheet;
  }
}
