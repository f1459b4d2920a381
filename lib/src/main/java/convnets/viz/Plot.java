package convnets.viz;

import convnets.Checks;
import convnets.Options;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.DoublePredicate;
import java.util.stream.Collectors;
import org.knowm.xchart.internal.chartpart.Chart;
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

  /** Sets the size, in pixels of the page. */
  public T size(int width, int height) {
    Checks.positive("width", width);
    Checks.positive("height", height);
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
    AxesChartStyler style = chart.getStyler();
    chart.setTitle(title);
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
      style.setXAxisDecimalPattern(PLAIN);
    }
    if (yLog) {
      style.setYAxisDecimalPattern(PLAIN);
    }
    if (xLog || yLog) {
      style.setPlotGridLinesColor(Style.FINE_GRID); // its lines stand closer
    }
    if (xRange != null) {
      style.setXAxisMin(xRange.low);
      style.setXAxisMax(xRange.high);
    }
    if (yRange != null) {
      style.setYAxisMin(yRange.low);
      style.setYAxisMax(yRange.high);
    }
    AltText.describe(chart, alt == null ? names(chart) : alt);
  }

  /** What the names say, as in "Plain nets: error (%) over epoch, of plain 20, plain 56". */
  private String names(Chart<? extends AxesChartStyler, ?> chart) {
    String series =
        chart.getSeriesMap().values().stream()
            .map(Series.class::cast)
            .filter(Series::isShowInLegend)
            .map(Series::getName)
            .collect(Collectors.joining(", "));
    return AltText.titled(title, yLabel + " over " + xLabel + ", of " + series);
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
    DoublePredicate drawable = v -> Double.isNaN(v) || !Double.isInfinite(v) && (!log || v > 0);
    for (int i = 0; i < values.length; i++) {
      if (!drawable.test(values[i])) {
        String what = log ? "positive, as the axis is logarithmic" : "finite";
        throw new IllegalArgumentException(
            series + ": " + name + "[" + i + "] (" + values[i] + ") must be " + what);
      }
    }
    if (Arrays.stream(values).allMatch(Double::isNaN)) {
      throw new IllegalArgumentException(series + ": " + name + " must hold at least one number");
    }
  }
}
