package convnets.viz;

import convnets.Checks;
import convnets.Options;
import java.awt.Font;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.DoublePredicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.internal.series.AxesChartSeries;
import org.knowm.xchart.internal.series.Series;
import org.knowm.xchart.style.AxesChartStyler;

/**
 * What the builders of charts have in common. Each method returns a changed copy; the method {@code
 * chart()} of each draws it, and refuses to where an axis has no name.
 *
 * <p>Series that come from a collection are added by {@link #each(Map, Entry)}:
 *
 * <pre>{@code
 * Plots.curves().yLabel("error (%)").each(runs, LinePlot::run).chart()
 * }</pre>
 *
 * @param <T> the builder itself
 */
public abstract sealed class Plot<T extends Plot<T>> extends Options<T>
    permits LinePlot, BarPlot, ScatterPlot {

  /** Powers of ten without exponents. */
  private static final String PLAIN = "#,##0.##########";

  /** Powers of ten that nobody would count the zeros of. */
  private static final String EXPONENTS = "0E0";

  private static final double FEW_ZEROS = 1e-6;
  private static final double MANY_ZEROS = 1e10;

  /** Numbers that differ by less of their size are drawn as equal: no axis could tell them. */
  private static final double EQUAL = 1e-12;

  /** The largest numbers whose differences are numbers. */
  private static final double LARGEST_NUMBER = 1e300;

  /** Powers of ten on a logarithmic axis, so that each has a label that can be read. */
  private static final int MOST_DECADES = 30;

  /** Pixels of the page, in width and height. */
  private static final int LARGEST = 5000;

  /** Letters of a name in the legend, beside which there is room for the plot. */
  private static final int LONGEST_NAME = 60;

  /** Pixels from one name in the legend to the next, and around a name in a row of them. */
  private static final int ENTRY_HEIGHT = 20;

  private static final int ENTRY_HEIGHT_OF_BARS = 28;

  private static final int ENTRY_MARGIN = 44;

  /** Pixels that a legend cannot have: padding, and inside the plot title and labels as well. */
  private static final int BESIDE = 40;

  private static final int INSIDE = 120;

  /** About as wide as what says how many names are left out, or a key. */
  private static final String REST = "… and 100 more";

  /**
   * What an entry of a map adds to a plot.
   *
   * @param <P> the plot
   * @param <K> the name of a series, mostly
   * @param <V> its numbers, mostly
   */
  @FunctionalInterface
  public interface Entry<P, K, V> {

    /** The plot with the entry in it. */
    P addTo(P plot, K key, V value);
  }

  private record Range(double low, double high) {}

  private String title = "";
  private String alt;
  private List<String> colored = List.of();
  private String xLabel;
  private String yLabel;
  private Range xRange;
  private Range yRange;
  private boolean xLog;
  private boolean yLog;
  private Legend legend = Legend.RIGHT;
  int width = Style.WIDTH;
  int height = Style.HEIGHT;

  Plot() {}

  @SuppressWarnings("unchecked") // T is the subclass itself
  private T self() {
    return (T) this;
  }

  /** A copy with a change of what is private here, which is not seen through the subclass. */
  private T change(Consumer<Plot<T>> change) {
    return with(change::accept);
  }

  /** Adds what each item adds, in their order. */
  public final <E> T each(Iterable<E> items, BiFunction<T, ? super E, T> addition) {
    T plot = self();
    for (E item : items) {
      plot = addition.apply(plot, item);
    }
    return plot;
  }

  /** Adds what each entry adds, in their order. */
  public final <K, V> T each(Map<K, V> entries, Entry<T, ? super K, ? super V> addition) {
    return each(
        entries.entrySet(),
        (plot, entry) -> addition.addTo(plot, entry.getKey(), entry.getValue()));
  }

  /** Says what the plot shows. */
  public T title(String title) {
    return change(copy -> copy.title = title);
  }

  /** Says what is to be seen in the plot: see {@link AltText}. Otherwise its names say it. */
  public T alt(String text) {
    return change(copy -> copy.alt = text);
  }

  /**
   * Gives these series the first colours, in this order, whether they are drawn here or not: so the
   * same thing has the same colour in all plots of a chapter.
   */
  public T colors(String... names) {
    return change(copy -> copy.colored = List.of(names));
  }

  /** Names the horizontal axis, with its unit. */
  public T xLabel(String label) {
    return change(copy -> copy.xLabel = label);
  }

  /** Names the vertical axis, with its unit. */
  public T yLabel(String label) {
    return change(copy -> copy.yLabel = label);
  }

  /** Shows this part of the horizontal axis. */
  public T xRange(double low, double high) {
    Range range = range("xRange", low, high);
    return change(copy -> copy.xRange = range);
  }

  /** Shows this part of the vertical axis. */
  public T yRange(double low, double high) {
    Range range = range("yRange", low, high);
    return change(copy -> copy.yRange = range);
  }

  /** Makes the horizontal axis logarithmic. */
  public T logX() {
    return change(copy -> copy.xLog = true);
  }

  /** Makes the vertical axis logarithmic. */
  public T logY() {
    return change(copy -> copy.yLog = true);
  }

  /** Puts the names of the series there. */
  public T legend(Legend legend) {
    return change(copy -> copy.legend = legend);
  }

  /** Sets the size, in pixels of the page: at most 5,000 either way. */
  public T size(int width, int height) {
    Checks.positive("width", width);
    Checks.positive("height", height);
    if (Math.max(width, height) > LARGEST) {
      throw new IllegalArgumentException(
          "width (%d) and height (%d) must be at most %d".formatted(width, height, LARGEST));
    }
    return change(
        copy -> {
          copy.width = width;
          copy.height = height;
        });
  }

  private static Range range(String name, double low, double high) {
    if (!(low < high)) {
      throw new IllegalArgumentException(
          name + ": low (" + low + ") must be less than high (" + high + ")");
    }
    return new Range(low, high);
  }

  /** Whether the vertical axis is logarithmic and its range is still open. */
  final boolean logarithmic() {
    return yLog && yRange == null;
  }

  /** Who gets which colour in one drawing. */
  final Hues hues() {
    return new Hues(colored);
  }

  /** Gives a chart the style, the names, the axes and its description. */
  final void dress(Chart<? extends AxesChartStyler, ?> chart) {
    Style.apply(chart);
    letter(chart);
    AxesChartStyler style = chart.getStyler();
    chart.setTitle(fitted(title, style.getChartTitleFont()));
    style.setChartTitleVisible(!title.isEmpty());
    chart.setXAxisTitle(Complete.label("xLabel", xLabel));
    chart.setYAxisTitle(Complete.label("yLabel", yLabel));
    boolean several =
        chart.getSeriesMap().values().stream()
                .map(Series.class::cast)
                .filter(Series::isShowInLegend)
                .count()
            > 1;
    Style.legend(style, several ? legend : Legend.NONE);
    style.setXAxisLogarithmic(xLog);
    style.setYAxisLogarithmic(yLog);
    if (xLog) {
      style.setXAxisDecimalPattern(
          powers(chart, AxesChartSeries::getXMin, AxesChartSeries::getXMax));
    }
    if (yLog) {
      style.setYAxisDecimalPattern(
          powers(chart, AxesChartSeries::getYMin, AxesChartSeries::getYMax));
    }
    if (xLog || yLog) {
      style.setPlotGridLinesColor(Style.FINE_GRID); // its lines stand closer
    }
    Range xs =
        shown(chart, "xRange", xLog, xRange, AxesChartSeries::getXMin, AxesChartSeries::getXMax);
    if (xs != null) {
      style.setXAxisMin(xs.low);
      style.setXAxisMax(xs.high);
    }
    Range ys =
        shown(chart, "yRange", yLog, yRange, AxesChartSeries::getYMin, AxesChartSeries::getYMax);
    if (ys != null) {
      style.setYAxisMin(ys.low);
      style.setYAxisMax(ys.high);
    }
    AltText.describe(chart, alt == null ? names(chart) : alt);
  }

  /**
   * Leaves names out of the legend for which it has no room, and says in it how many.
   *
   * @param keys entries that are yet to come
   * @param addition adds an entry without a line, with these words
   */
  final void shortenLegend(
      Chart<? extends AxesChartStyler, ?> chart, int keys, Consumer<String> addition) {
    List<Series> named =
        chart.getSeriesMap().values().stream()
            .map(Series.class::cast)
            .filter(Series::isShowInLegend)
            .toList();
    int kept = room(named, keys, chart instanceof CategoryChart);
    if (legend == Legend.NONE || named.size() <= kept) {
      return;
    }
    kept = room(named, keys + 1, chart instanceof CategoryChart);
    named.subList(kept, named.size()).forEach(series -> series.setShowInLegend(false));
    addition.accept("… and %d more".formatted(named.size() - kept));
  }

  /** How many names the legend has room for, besides others; one at least. */
  private int room(List<Series> named, int others, boolean bars) {
    if (legend != Legend.BELOW) {
      int free = height - (legend == Legend.RIGHT ? BESIDE : INSIDE);
      return Math.max(1, free / (bars ? ENTRY_HEIGHT_OF_BARS : ENTRY_HEIGHT) - others);
    }
    double free = width - BESIDE - others * entryWidth(REST);
    int fitting = 0;
    while (fitting < named.size() && entryWidth(named.get(fitting).getLabel()) <= free) {
      free -= entryWidth(named.get(fitting).getLabel());
      fitting++;
    }
    return Math.max(1, fitting);
  }

  private static double entryWidth(String label) {
    return Lettering.width(Style.font(13), label) + ENTRY_MARGIN;
  }

  /** Has all names written in fonts that show them. */
  private void letter(Chart<? extends AxesChartStyler, ?> chart) {
    AxesChartStyler style = chart.getStyler();
    StringBuilder all = new StringBuilder();
    for (Object value : chart.getSeriesMap().values()) {
      Series series = (Series) value;
      String label = series.getLabel();
      if (label.length() > LONGEST_NAME) {
        int end =
            label.offsetByCodePoints(
                0, Math.min(LONGEST_NAME, label.codePointCount(0, label.length())));
        series.setLabel(label.substring(0, end) + "…");
      }
      all.append(label);
    }
    style.setChartTitleFont(Lettering.font(style.getChartTitleFont(), title));
    style.setAxisTitleFont(Lettering.font(style.getAxisTitleFont(), xLabel + yLabel));
    style.setLegendFont(Lettering.font(style.getLegendFont(), all.toString()));
  }

  /** A title as far as it fits, with an ellipsis where it does not. */
  private String fitted(String text, Font font) {
    double room = width - 24.0;
    if (Lettering.width(font, text) <= room) {
      return text;
    }
    int end = text.length();
    while (end > 1 && Lettering.width(font, text.substring(0, end) + "…") > room) {
      end = text.offsetByCodePoints(end, -1);
    }
    return text.substring(0, end) + "…";
  }

  /**
   * The part of an axis that is to be shown, or null if that follows from the numbers.
   *
   * @throws IllegalArgumentException if it cannot be
   */
  private static Range shown(
      Chart<? extends AxesChartStyler, ?> chart,
      String name,
      boolean log,
      Range range,
      ToDoubleFunction<AxesChartSeries> lowest,
      ToDoubleFunction<AxesChartSeries> highest) {
    double low = extreme(chart, lowest).min().orElse(0);
    double high = extreme(chart, highest).max().orElse(0);
    if (range != null) {
      low = range.low;
      high = range.high;
    }
    if (log && low <= 0 && range != null) {
      throw new IllegalArgumentException(
          name + ": low (" + low + ") must be above 0, as the axis is logarithmic");
    }
    if (log && Math.log10(high) - Math.log10(low) > MOST_DECADES) {
      throw new IllegalArgumentException(
          "numbers from %.3g to %.3g are too far apart for a logarithmic axis, which shows up to %d powers of ten: show a part of it by %s(low, high)"
              .formatted(low, high, MOST_DECADES, name));
    }
    double size = Math.max(Math.abs(low), Math.abs(high));
    boolean bars = chart instanceof CategoryChart; // stand on zero
    if (range == null && !log && !bars && high > low && high - low < EQUAL * size) {
      return new Range(low - size / 2, high + size / 2);
    }
    return range;
  }

  private static DoubleStream extreme(
      Chart<? extends AxesChartStyler, ?> chart, ToDoubleFunction<AxesChartSeries> extreme) {
    return chart.getSeriesMap().values().stream()
        .map(AxesChartSeries.class::cast)
        .mapToDouble(extreme)
        .filter(Double::isFinite);
  }

  /** How the numbers on a logarithmic axis are written. */
  private static String powers(
      Chart<? extends AxesChartStyler, ?> chart,
      ToDoubleFunction<AxesChartSeries> low,
      ToDoubleFunction<AxesChartSeries> high) {
    boolean plain =
        chart.getSeriesMap().values().stream()
            .map(AxesChartSeries.class::cast)
            .allMatch(
                s -> !(low.applyAsDouble(s) < FEW_ZEROS || high.applyAsDouble(s) > MANY_ZEROS));
    return plain ? PLAIN : EXPONENTS;
  }

  /** What the names say, as in "Plain nets: error (%) over epoch, of plain 20, plain 56". */
  private String names(Chart<? extends AxesChartStyler, ?> chart) {
    String series =
        chart.getSeriesMap().values().stream()
            .map(Series.class::cast)
            .filter(Series::isShowInLegend)
            .map(Series::getLabel)
            .collect(Collectors.joining(", "));
    return AltText.titled(title, yLabel + " over " + xLabel + ", of " + series);
  }

  /** Requires the name of a series. */
  static void requireName(String name) {
    if (name == null || name.isBlank()) {
      throw new IllegalArgumentException("name (" + name + ") of a series must not be blank");
    }
  }

  /** Requires numbers that can be drawn: some, not infinite, positive on a logarithmic axis. */
  final void requireDrawable(String series, double[] xs, double[] ys) {
    if (xs.length != ys.length) {
      throw new IllegalArgumentException(
          series + ": xs (" + xs.length + ") and ys (" + ys.length + ") must be equally many");
    }
    require(series, "xs", xs, xLog);
    require(series, "ys", ys, yLog);
  }

  private static void require(String series, String name, double[] values, boolean log) {
    DoublePredicate drawable =
        v -> Double.isNaN(v) || Math.abs(v) <= LARGEST_NUMBER && (!log || v > 0);
    for (int i = 0; i < values.length; i++) {
      if (!drawable.test(values[i])) {
        String what =
            Double.isInfinite(values[i])
                ? "finite"
                : log && values[i] <= 0
                    ? "positive, as the axis is logarithmic"
                    : "at most " + LARGEST_NUMBER;
        throw new IllegalArgumentException(
            series + ": " + name + "[" + i + "] (" + values[i] + ") must be " + what);
      }
    }
    if (Arrays.stream(values).allMatch(Double::isNaN)) {
      throw new IllegalArgumentException(series + ": " + name + " must hold at least one number");
    }
  }
}
