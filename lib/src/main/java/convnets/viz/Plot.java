package convnets.viz;

import convnets.Checks;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoublePredicate;
import java.util.stream.Collectors;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.internal.series.Series;
import org.knowm.xchart.style.AxesChartStyler;

/**
 * What the builders of charts have in common. A chart is drawn into, often series by series in a
 * loop: so each method changes the builder and returns it, where other builders return copies. The
 * method {@code chart()} of each ends it, and refuses to where an axis has no name.
 *
 * @param <T> the builder itself
 */
public abstract sealed class Plot<T extends Plot<T>> permits LinePlot, BarPlot, ScatterPlot {

  /** Powers of ten without exponents. */
  private static final String PLAIN = "#,##0.##########";

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

  /** Says what the plot shows. */
  public T title(String title) {
    this.title = title;
    return self();
  }

  /** Says what is to be seen in the plot: see {@link AltText}. Otherwise its names say it. */
  public T alt(String text) {
    alt = text;
    return self();
  }

  /**
   * Gives these series the first colours, in this order, whether they are drawn here or not: so the
   * same thing has the same colour in all plots of a chapter.
   */
  public T colors(String... names) {
    colored = List.of(names);
    return self();
  }

  /** Names the horizontal axis, with its unit. */
  public T xLabel(String label) {
    xLabel = label;
    return self();
  }

  /** Names the vertical axis, with its unit. */
  public T yLabel(String label) {
    yLabel = label;
    return self();
  }

  /** Shows this part of the horizontal axis. */
  public T xRange(double low, double high) {
    xRange = range("xRange", low, high);
    return self();
  }

  /** Shows this part of the vertical axis. */
  public T yRange(double low, double high) {
    yRange = range("yRange", low, high);
    return self();
  }

  /** Makes the horizontal axis logarithmic. */
  public T logX() {
    xLog = true;
    return self();
  }

  /** Makes the vertical axis logarithmic. */
  public T logY() {
    yLog = true;
    return self();
  }

  /** Puts the names of the series there. */
  public T legend(Legend legend) {
    this.legend = legend;
    return self();
  }

  /** Sets the size, in pixels of the page. */
  public T size(int width, int height) {
    this.width = Checks.positive("width", width);
    this.height = Checks.positive("height", height);
    return self();
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
