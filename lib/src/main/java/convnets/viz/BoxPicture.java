package convnets.viz;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.Checks;
import convnets.Lists;
import convnets.Options;
import convnets.torch.HostCopy;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * An image with boxes over it, and on each what it is. A class has the same colour in every
 * picture. Each method returns a changed copy; {@link #image()} draws it.
 */
public final class BoxPicture extends Options<BoxPicture> {

  private static final Font LABEL = Style.bold(11);
  private static final int LABEL_HEIGHT = 15;
  private static final int HEAD = 28;
  private static final int USUAL_WIDTH = 320;

  private final Images.Pixels pixels;
  private List<Layer> layers = List.of();
  private List<String> classes = List.of();
  private int scale;
  private String title = "";
  private String alt;

  /**
   * Boxes that were added together.
   *
   * @param rows how many there were, padding included
   * @param texts a label for each row, in place of its class and score; null: none are given
   */
  private record Layer(String name, List<Box> boxes, boolean dashed, int rows, List<String> texts) {

    Layer labelled(List<String> own) {
      return new Layer(name, boxes, dashed, rows, own);
    }
  }

  /**
   * One box.
   *
   * @param row its place among those that were added with it
   * @param label its class, or -1 if that is not known
   * @param score NaN if it has none
   */
  private record Box(
      int row, int label, float left, float top, float right, float bottom, float score) {}

  BoxPicture(Images.Pixels pixels) {
    this.pixels = pixels;
    scale = Math.max(1, USUAL_WIDTH / pixels.width());
  }

  /**
   * Adds boxes, in solid lines.
   *
   * @param name what they are, for the alt text: "truth"
   * @param rows float32, in pixels of the image: (K, 4), left, top, right and bottom edge; (K, 5),
   *     the class before; (K, 6), the score behind. Rows of class -1 are padding
   */
  public BoxPicture boxes(String name, NDArray rows) {
    return with(name, rows, false);
  }

  /** The same in dashed lines, beside others in solid ones. */
  public BoxPicture dashed(String name, NDArray rows) {
    return with(name, rows, true);
  }

  private BoxPicture with(String name, NDArray rows, boolean dashed) {
    List<Box> boxes = read(rows);
    Layer layer = new Layer(name, boxes, dashed, (int) rows.getShape().get(0), null);
    return with(copy -> copy.layers = Lists.and(layers, layer));
  }

  /**
   * Writes these onto the boxes that were added last, in place of their classes and scores, for
   * instance how much each overlaps something.
   *
   * @param texts one for each row of theirs, padding included; where one is empty nothing is
   *     written
   */
  public BoxPicture labels(List<String> texts) {
    if (layers.isEmpty()) {
      throw new IllegalStateException("labels are for boxes: add some before");
    }
    List<String> own = List.copyOf(texts);
    Layer last = layers.get(layers.size() - 1);
    if (own.size() != last.rows) {
      throw new IllegalArgumentException(
          "labels (%d) must be one for each of the %d rows".formatted(own.size(), last.rows));
    }
    List<Layer> before = layers.subList(0, layers.size() - 1);
    return with(copy -> copy.layers = Lists.and(before, last.labelled(own)));
  }

  /** Writes nothing onto the boxes that were added last, so that many of them can be seen. */
  public BoxPicture bare() {
    int rows = layers.isEmpty() ? 0 : layers.get(layers.size() - 1).rows;
    return labels(Collections.nCopies(rows, ""));
  }

  /** Names the classes, in their order: otherwise boxes bear their numbers. */
  public BoxPicture classes(List<String> names) {
    List<String> copied = List.copyOf(names);
    return with(copy -> copy.classes = copied);
  }

  /** Shows each pixel as a square of this many: by default such that small images can be seen. */
  public BoxPicture scale(int scale) {
    Checks.positive("scale", scale);
    return with(copy -> copy.scale = scale);
  }

  /** Says what the image shows. */
  public BoxPicture title(String title) {
    return with(copy -> copy.title = title);
  }

  /** Says what is to be seen in it: see {@link AltText}. Otherwise title and labels say it. */
  public BoxPicture alt(String text) {
    return with(copy -> copy.alt = text);
  }

  /** Draws it. */
  public BufferedImage image() {
    int width = pixels.width() * scale;
    int height = head() + pixels.height() * scale;
    return AltText.describe(
        Picture.painting(width, height, this::draw), alt == null ? said() : alt);
  }

  private int head() {
    return title.isEmpty() ? 0 : HEAD;
  }

  /** What is drawn, as in "truth: 2 boxes: cat, dog; found: 1 box: cat 0.93". */
  private String said() {
    String boxes =
        layers.stream()
            .map(layer -> AltText.titled(layer.name, said(layer)))
            .collect(Collectors.joining("; "));
    return AltText.titled(title, boxes.isEmpty() ? "no boxes" : boxes);
  }

  private String said(Layer layer) {
    int count = layer.boxes.size();
    String labels =
        layer.boxes.stream()
            .map(box -> label(layer, box))
            .filter(label -> !label.isEmpty())
            .collect(Collectors.joining(", "));
    return AltText.titled(count == 1 ? "1 box" : count + " boxes", labels);
  }

  private String label(Layer layer, Box box) {
    if (layer.texts != null) {
      return layer.texts.get(box.row);
    }
    String name =
        box.label < 0
            ? ""
            : box.label < classes.size() ? classes.get(box.label) : "class " + box.label;
    return Float.isNaN(box.score)
        ? name
        : String.format(Locale.ROOT, "%s %.2f", name, box.score).strip();
  }

  private void draw(Graphics2D g) {
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
    g.setColor(Style.TEXT);
    g.setFont(Style.bold(15));
    Lettering.draw(g, title, 0, 20);
    g.translate(0, head());
    int width = pixels.width() * scale;
    int height = pixels.height() * scale;
    g.drawImage(pixels.image(0), 0, 0, width, height, null);
    g.clipRect(0, 0, width, height);
    for (Layer layer : layers) {
      layer.boxes.forEach(box -> drawEdges(g, box, layer.dashed));
    }
    // Labels last, so that no edge crosses them; those of solid boxes at the top of their box.
    g.setFont(LABEL);
    for (Layer layer : layers) {
      layer.boxes.forEach(box -> drawLabel(g, label(layer, box), box, layer.dashed));
    }
  }

  private void drawEdges(Graphics2D g, Box box, boolean dashed) {
    var edges =
        new Rectangle2D.Float(
            box.left * scale,
            box.top * scale,
            (box.right - box.left) * scale,
            (box.bottom - box.top) * scale);
    // A white line below makes any colour visible on any ground.
    g.setColor(new Color(255, 255, 255, 170));
    g.setStroke(new BasicStroke(4));
    g.draw(edges);
    g.setColor(color(box));
    g.setStroke(Style.line(dashed));
    g.draw(edges);
  }

  private void drawLabel(Graphics2D g, String text, Box box, boolean below) {
    if (text.isEmpty()) {
      return;
    }
    double width = FlowSize.width(LABEL, text) + 6;
    double x = clamp(box.left * scale - 1, pixels.width() * scale - width);
    double y = below ? box.bottom * scale + 1 : box.top * scale - LABEL_HEIGHT - 1;
    y = clamp(y, pixels.height() * scale - (double) LABEL_HEIGHT);
    g.setColor(color(box));
    g.fill(new Rectangle2D.Double(x, y, width, LABEL_HEIGHT));
    g.setColor(Color.WHITE);
    Lettering.draw(g, text, x + 3, y + 12);
  }

  /** Within the picture, at its start where there is no room. */
  private static double clamp(double place, double most) {
    return Math.max(0, Math.min(place, most));
  }

  private static Color color(Box box) {
    return Style.classColor(Math.max(box.label, 0));
  }

  private static List<Box> read(NDArray rows) {
    Shape shape = rows.getShape();
    int width = shape.dimension() == 2 ? (int) shape.get(1) : 0;
    if (width < 4 || width > 6 || rows.getDataType() != DataType.FLOAT32) {
      throw new IllegalArgumentException(
          ("rows %s, %s, must be float32 and (K, 4): edges; (K, 5): class and edges; or (K, 6):"
                  + " class, edges and score")
              .formatted(shape, rows.getDataType().name().toLowerCase(Locale.ROOT)));
    }
    float[] numbers = HostCopy.floats(rows);
    List<Box> boxes = new ArrayList<>();
    for (int i = 0; i < numbers.length; i += width) {
      int edges = width == 4 ? i : i + 1;
      int label = width == 4 ? -1 : (int) numbers[i];
      if (width == 4 || label >= 0) {
        boxes.add(
            new Box(
                i / width,
                label,
                numbers[edges],
                numbers[edges + 1],
                numbers[edges + 2],
                numbers[edges + 3],
                width == 6 ? numbers[i + 5] : Float.NaN));
      }
    }
    return List.copyOf(boxes);
  }
}
