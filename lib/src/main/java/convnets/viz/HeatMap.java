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
 * A table of numbers as colours. Where a number is NaN, the cell is grey. Each method returns a
 * changed copy; {@link #image()} draws it, and refuses to where an axis has no name.
 */
public final class HeatMap extends Options<HeatMap> {

  private static final Font NAMES = Style.font(13);
  private static final Font NUMBERS = Style.font(12);
  private static final int PAD = 16;
  private static final int GAP = 8; // between the names and what they name
  private static final double ROOM = 480; // that the cells of a row take, where they can
  private static final int SCALE = 14; // width of the scale of colours
  private static final double SMALL = 6; // a cell that is still seen for itself
  private static final double LARGEST = 960; // that many cells take in a row
  private static final double HIGHEST = 1600; // and in a column
  private static final double SMALLEST = 0.5; // a pixel of the image
  private static final Color NOTHING = new Color(0xBDBDBD);

  private static final double MANY_DIGITS = 1e9;

  /** Cells at most, in a row or a column. */
  private static final int MOST = 4000;

  /** Texts are read in tables up to this size. */
  private static final int TEXT_ROWS = 100;

  private static final int TEXT_COLUMNS = 60;

  /** What is written into the cell of a row and a column. */
  private interface Texts {
    String of(int row, int column);
  }

  private final double[][] values;
  private List<String> rows;
  private List<String> columns;
  private Texts texts;
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
    this.values = Arrays.stream(values).map(double[]::clone).toArray(double[][]::new);
    rows = IntStream.range(0, values.length).mapToObj(Integer::toString).toList();
    columns = IntStream.range(0, values[0].length).mapToObj(Integer::toString).toList();
    low = Double.POSITIVE_INFINITY;
    high = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < values.length; i++) {
      for (int j = 0; j < values[i].length; j++) {
        include(i, j, values[i][j]);
      }
    }
    if (low > high) {
      throw new IllegalArgumentException("values must hold at least one number, and all are NaN");
    }
  }

  private void include(int row, int column, double value) {
    if (Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "values[%d][%d] (%s) must be finite".formatted(row, column, value));
    }
    if (!Double.isNaN(value)) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
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

  /**
   * Writes each number into its cell, in a format such as {@code "%.2f"}, where a table has at most
   * 100 rows and 60 columns.
   */
  public HeatMap values(String format) {
    String.format(Locale.ROOT, format, 0.0); // refuses what is none
    return texts((i, j) -> String.format(Locale.ROOT, format, values[i][j]));
  }

  private HeatMap texts(Texts texts) {
    return with(copy -> copy.texts = texts);
  }

  /** Writes each number, times a factor, into its cell, unless it rounds to 0. */
  HeatMap counts(double[][] numbers, double factor) {
    return texts(
        (i, j) -> {
          long count = Math.round(factor * numbers[i][j]);
          return count == 0 ? "" : Long.toString(count);
        });
  }

  /**
   * Draws the table.
   *
   * @throws IllegalStateException if an axis has no name
   * @throws IllegalArgumentException if it has more than 4,000 rows or columns
   */
  public BufferedImage image() {
    Complete.label("xLabel", xLabel);
    Complete.label("yLabel", yLabel);
    if (Math.max(values.length, values[0].length) > MOST) {
      throw new IllegalArgumentException(
          "values (%d rows, %d columns) are more than %d either way: show a part, or means of blocks"
              .formatted(values.length, values[0].length, MOST));
    }
    boolean gaps = Arrays.stream(values).flatMapToDouble(Arrays::stream).anyMatch(Double::isNaN);
    String what = "a table of colours, " + yLabel + " by " + xLabel;
    String names = AltText.titled(title, what + (gaps ? "; grey where there is no number" : ""));
    return AltText.describe(new Drawing().image(), alt == null ? names : alt);
  }

  /** The sizes that follow from the table, and the drawing itself. */
  private final class Drawing {

    private final boolean lettered =
        texts != null && rows.size() <= TEXT_ROWS && columns.size() <= TEXT_COLUMNS;
    private final double cellWidth = cellWidth();
    private final double cellHeight = cellHeight();

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
      if (columns.size() > LARGEST / SMALL) {
        return Math.max(LARGEST / columns.size(), SMALLEST);
      }
      double room = Math.min(Math.max(ROOM / columns.size(), SMALL), 48);
      double names = widest(NAMES, columns) + 14;
      double inside = lettered ? widest(NUMBERS, texts()) + 10 : 0;
      double namesThatFit = names * columns.size() <= ROOM ? names : 0;
      return Math.ceil(Math.max(Math.max(room, inside), namesThatFit));
    }

    private double cellHeight() {
      double usual = lettered ? 30 : Math.min(Math.max(cellWidth, SMALL), 32);
      boolean high = !lettered && usual * rows.size() > HIGHEST;
      return high ? Math.max(Math.min(HIGHEST / rows.size(), cellWidth), SMALLEST) : usual;
    }

    private List<String> texts() {
      return IntStream.range(0, rows.size())
          .boxed()
          .flatMap(i -> IntStream.range(0, columns.size()).mapToObj(j -> texts.of(i, j)))
          .toList();
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
      if (Math.min(cellWidth, cellHeight) < SMALL) {
        manyCells(g);
      } else {
        fewCells(g);
      }
      g.setColor(Style.FRAME);
      g.setStroke(new BasicStroke(1));
      g.draw(new Rectangle2D.Double(left, top, right - left, bottom - top));
    }

    private void fewCells(Graphics2D g) {
      g.setFont(NUMBERS);
      for (int i = 0; i < rows.size(); i++) {
        for (int j = 0; j < columns.size(); j++) {
          double x = left + j * cellWidth;
          double y = top + i * cellHeight;
          g.setColor(color(values[i][j]));
          g.fill(new Rectangle2D.Double(x, y, cellWidth, cellHeight));
          if (lettered) {
            g.setColor(share(values[i][j]) > 0.55 ? Color.WHITE : Style.TEXT);
            center(g, texts.of(i, j), x + cellWidth / 2, y + cellHeight / 2 + 4.5);
          }
        }
      }
    }

    /** An image of a pixel a cell, enlarged. */
    private void manyCells(Graphics2D g) {
      BufferedImage cells =
          new BufferedImage(columns.size(), rows.size(), BufferedImage.TYPE_INT_RGB);
      for (int i = 0; i < rows.size(); i++) {
        for (int j = 0; j < columns.size(); j++) {
          cells.setRGB(j, i, color(values[i][j]).getRGB());
        }
      }
      AffineTransform place = AffineTransform.getTranslateInstance(left, top);
      place.scale(cellWidth, cellHeight);
      g.drawImage(cells, place, null);
    }

    private static double halved(double value) {
      return value / 2; // the difference of the largest numbers is none
    }

    /** From 0 for the lowest number to 1 for the highest. */
    private double share(double value) {
      double range = halved(high) - halved(low);
      return (halved(value) - halved(low)) / (range > 0 ? range : 1);
    }

    private Color color(double value) {
      return Double.isNaN(value) ? NOTHING : ColorScale.BLUES.at(share(value));
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
      boolean whole = value == Math.rint(value) && Math.abs(value) < MANY_DIGITS;
      String format = whole ? "%.0f" : "%.3g";
      return String.format(Locale.ROOT, format, value).replace('-', '−');
    }

    private static void center(Graphics2D g, String text, double x, double y) {
      text(g, text, x - FlowSize.width(g.getFont(), text) / 2, y);
    }

    private static void text(Graphics2D g, String text, double x, double y) {
      Lettering.draw(g, text, x, y);
    }
  }
}
