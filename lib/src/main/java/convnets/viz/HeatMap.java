package convnets.viz;

import convnets.Options;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * A table of numbers as colours. Each method returns a changed copy; {@link #image()} draws it, and
 * refuses to where an axis has no name.
 */
public final class HeatMap extends Options<HeatMap> {

  private static final Font NAMES = Style.font(13);
  private static final Font NUMBERS = Style.font(12);
  private static final int PAD = 16;
  private static final int GAP = 8; // between the names and what they name
  private static final double ROOM = 480; // that the cells of a row take, where they can
  private static final int SCALE = 14; // width of the scale of colours

  private final double[][] values;
  private List<String> rows;
  private List<String> columns;
  private String[][] texts;
  private String title = "";
  private String alt;
  private String xLabel;
  private String yLabel;
  private String colorLabel = "";
  private double low;
  private double high;

  HeatMap(double[][] values) {
    if (values.length == 0 || values[0].length == 0) {
      throw new IllegalArgumentException("values must not be empty");
    }
    for (int i = 0; i < values.length; i++) {
      if (values[i].length != values[0].length) {
        throw new IllegalArgumentException(
            String.format(
                "values: row %d has %d numbers, row 0 has %d",
                i, values[i].length, values[0].length));
      }
    }
    this.values = values;
    rows = IntStream.range(0, values.length).mapToObj(Integer::toString).toList();
    columns = IntStream.range(0, values[0].length).mapToObj(Integer::toString).toList();
    low = Arrays.stream(values).flatMapToDouble(Arrays::stream).min().getAsDouble();
    high = Arrays.stream(values).flatMapToDouble(Arrays::stream).max().getAsDouble();
  }

  /** Says what the plot shows. */
  public HeatMap title(String title) {
    return with(copy -> copy.title = title);
  }

  /** Says what is to be seen in it: see {@link AltText}. Otherwise its names say it. */
  public HeatMap alt(String text) {
    return with(copy -> copy.alt = text);
  }

  /** Names what the columns are. */
  public HeatMap xLabel(String label) {
    return with(copy -> copy.xLabel = label);
  }

  /** Names what the rows are. */
  public HeatMap yLabel(String label) {
    return with(copy -> copy.yLabel = label);
  }

  /** Names what the colours tell. */
  public HeatMap colorLabel(String label) {
    return with(copy -> copy.colorLabel = label);
  }

  /** Names each row. */
  public HeatMap rows(List<String> names) {
    return with(copy -> copy.rows = named("rows", names, values.length));
  }

  /** Names each column. */
  public HeatMap columns(List<String> names) {
    return with(copy -> copy.columns = named("columns", names, values[0].length));
  }

  private static List<String> named(String what, List<String> names, int count) {
    if (names.size() != count) {
      throw new IllegalArgumentException(
          what + " (" + names.size() + " names) must be as many as the table has: " + count);
    }
    return List.copyOf(names);
  }

  /** Gives white to this number and the darkest colour to that one. */
  public HeatMap range(double low, double high) {
    if (!(low < high)) {
      throw new IllegalArgumentException("low (" + low + ") must be less than high (" + high + ")");
    }
    return with(
        copy -> {
          copy.low = low;
          copy.high = high;
        });
  }

  /** Writes each number into its cell, in a format such as {@code "%.2f"}. */
  public HeatMap values(String format) {
    return texts(
        Arrays.stream(values)
            .map(
                row ->
                    Arrays.stream(row)
                        .mapToObj(value -> String.format(Locale.ROOT, format, value))
                        .toArray(String[]::new))
            .toArray(String[][]::new));
  }

  HeatMap texts(String[][] texts) {
    return with(copy -> copy.texts = texts);
  }

  /**
   * Draws the table.
   *
   * @throws IllegalStateException if an axis has no name
   */
  public BufferedImage image() {
    Complete.label("xLabel", xLabel);
    Complete.label("yLabel", yLabel);
    String names = AltText.titled(title, "a table of colours, " + yLabel + " by " + xLabel);
    return AltText.describe(new Drawing().image(), alt == null ? names : alt);
  }

  /** The sizes that follow from the table, and the drawing itself. */
  private final class Drawing {

    private final double cellWidth = cellWidth();
    private final double cellHeight = texts == null ? Math.min(cellWidth, 32) : 30;

    /** Numbers are thinned out where they do not fit side by side, other names are turned. */
    private final boolean upright =
        widest(NAMES, columns) <= cellWidth - 6
            || columns.stream().allMatch(name -> name.matches("\\d+"));

    private final int everyRow = (int) Math.ceil(15 / cellHeight);
    private final int everyColumn =
        (int) Math.ceil((upright ? widest(NAMES, columns) + 6 : 16) / cellWidth);

    private final double left = Math.ceil(PAD + 20 + widest(NAMES, rows) + GAP);
    private final double top = PAD + (title.isEmpty() ? 0 : 30);
    private final double right = left + cellWidth * columns.size();
    private final double bottom = top + cellHeight * rows.size();
    private final double namesHeight =
        GAP + (upright ? 16 : 14 + widest(NAMES, columns) * Math.sqrt(0.5));
    private final double scaleLeft = right + 22;

    BufferedImage image() {
      double numbers = widest(NUMBERS, List.of(number(low), number(high)));
      return Picture.painting(
          (int) Math.ceil(scaleLeft + SCALE + GAP + Math.max(numbers, 16) + PAD),
          (int) Math.ceil(bottom + namesHeight + 24 + PAD),
          this::draw);
    }

    /** Wide enough for the texts, and for the names of few columns. */
    private double cellWidth() {
      double room = Math.min(Math.max(ROOM / columns.size(), 6), 48);
      double names = widest(NAMES, columns) + 14;
      double inside =
          texts == null
              ? 0
              : widest(NUMBERS, Arrays.stream(texts).flatMap(Arrays::stream).toList()) + 10;
      double namesThatFit = names * columns.size() <= ROOM ? names : 0;
      return Math.ceil(Math.max(Math.max(room, inside), namesThatFit));
    }

    private static double widest(Font font, List<String> texts) {
      return texts.stream().mapToDouble(text -> FlowSize.width(font, text)).max().orElse(0);
    }

    private void draw(Graphics2D g) {
      cells(g);
      names(g);
      scale(g);
      g.setColor(Style.TEXT);
      g.setFont(Style.bold(15));
      center(g, title, (left + right) / 2, PAD + 12);
      g.setFont(Style.font(14));
      center(g, xLabel, (left + right) / 2, bottom + namesHeight + 20);
      turned(g, yLabel, PAD + 6);
      g.setFont(NUMBERS);
      turned(g, colorLabel, scaleLeft + SCALE + GAP + 8);
    }

    /** Text that runs upwards, half-way up. */
    private void turned(Graphics2D g, String text, double x) {
      AffineTransform before = g.getTransform();
      g.rotate(-Math.PI / 2, x, (top + bottom) / 2);
      center(g, text, x, (top + bottom) / 2 + 5);
      g.setTransform(before);
    }

    private void cells(Graphics2D g) {
      g.setFont(NUMBERS);
      for (int i = 0; i < rows.size(); i++) {
        for (int j = 0; j < columns.size(); j++) {
          double share = (values[i][j] - low) / (high > low ? high - low : 1);
          double x = left + j * cellWidth;
          double y = top + i * cellHeight;
          g.setColor(ColorScale.BLUES.at(share));
          g.fill(new Rectangle2D.Double(x, y, cellWidth, cellHeight));
          if (texts != null) {
            g.setColor(share > 0.55 ? Color.WHITE : Style.TEXT);
            center(g, texts[i][j], x + cellWidth / 2, y + cellHeight / 2 + 4.5);
          }
        }
      }
      g.setColor(Style.FRAME);
      g.setStroke(new BasicStroke(1));
      g.draw(new Rectangle2D.Double(left, top, right - left, bottom - top));
    }

    private void names(Graphics2D g) {
      g.setFont(NAMES);
      g.setColor(Style.TEXT);
      for (int i = 0; i < rows.size(); i += everyRow) {
        double y = top + (i + 0.5) * cellHeight + 4.5;
        text(g, rows.get(i), left - GAP - FlowSize.width(NAMES, rows.get(i)), y);
      }
      for (int j = 0; j < columns.size(); j += everyColumn) {
        double x = left + (j + 0.5) * cellWidth;
        String name = columns.get(j);
        if (upright) {
          center(g, name, x, bottom + GAP + 11);
        } else {
          AffineTransform before = g.getTransform();
          g.rotate(-Math.PI / 4, x + 4, bottom + GAP + 8);
          text(g, name, x + 4 - FlowSize.width(NAMES, name), bottom + GAP + 8);
          g.setTransform(before);
        }
      }
    }

    /** The scale of colours, from the lowest number below to the highest above. */
    private void scale(Graphics2D g) {
      double height = bottom - top;
      for (int i = 0; i < height; i++) {
        g.setColor(ColorScale.BLUES.at(1 - i / height));
        g.fill(new Rectangle2D.Double(scaleLeft, top + i, SCALE, Math.min(1, height - i)));
      }
      g.setColor(Style.FRAME);
      g.draw(new Rectangle2D.Double(scaleLeft, top, SCALE, height));
      g.setColor(Style.TEXT);
      g.setFont(NUMBERS);
      text(g, number(high), scaleLeft + SCALE + GAP, top + 9);
      text(g, number(low), scaleLeft + SCALE + GAP, bottom);
    }

    private static String number(double value) {
      String format = value == Math.rint(value) ? "%.0f" : "%.3g";
      return String.format(Locale.ROOT, format, value).replace('-', '−');
    }

    private static void center(Graphics2D g, String text, double x, double y) {
      text(g, text, x - FlowSize.width(g.getFont(), text) / 2, y);
    }

    private static void text(Graphics2D g, String text, double x, double y) {
      g.drawString(text, (float) x, (float) y);
    }
  }
}
