package convnets.viz;

import convnets.Lists;
import convnets.inspect.Sample;
import convnets.train.History;
import java.awt.Color;
import java.awt.Graphics2D;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Annotation;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Lines over numbers. */
public final class LinePlot extends Plot<LinePlot> {

  private static final Color KEY = new Color(0x7A7A7A);

  /**
   * A line.
   *
   * @param name its name, different from all others
   * @param colorOf whose colour it has: lines of the same run share theirs
   */
  private record Line(
      String name, String colorOf, double[] xs, double[] ys, boolean dashed, boolean inLegend) {

    Line { // numbers that change later change no plot
      xs = xs.clone();
      ys = ys.clone();
    }

    Line thinned(int columns) {
      double[][] points = Thinning.line(xs, ys, columns);
      return points[0] == xs
          ? this
          : new Line(name, colorOf, points[0], points[1], dashed, inLegend);
    }

    /**
     * The same line to the eye. Where all x are equally far apart, XChart puts a label on as many
     * of them as fit; one invisible point off the beat makes it choose round numbers, further
     * apart.
     */
    Line withRoundTicks() {
      int n = xs.length;
      if (n < 12) {
        return this;
      }
      double[] moreXs = Arrays.copyOf(xs, n + 1);
      double[] moreYs = Arrays.copyOf(ys, n + 1);
      moreXs[n] = (xs[n - 2] + xs[n - 1]) / 2;
      moreYs[n] = Double.NaN;
      return new Line(name, colorOf, moreXs, moreYs, dashed, inLegend);
    }
  }

  /** Upright bars at the points of a line. */
  private record Bars(String colorOf, double[] xs, double[] lows, double[] highs) {

    Bars {
      xs = xs.clone();
      lows = lows.clone();
      highs = highs.clone();
    }
  }

  /** A place on the horizontal axis. */
  private record Mark(String label, double x) {}

  private List<Line> lines = List.of();
  private List<Bars> bars = List.of();
  private List<Mark> marks = List.of();
  private boolean runs;
  private boolean markers;

  LinePlot() {}

  /** Adds a line over 1, 2, 3 … */
  public LinePlot series(String name, double[] ys) {
    return series(name, count(ys), ys);
  }

  /** Adds a line. A gap stands where y is NaN. */
  public LinePlot series(String name, double[] xs, double[] ys) {
    return add(new Line(name, name, xs, ys, false, true));
  }

  /** Adds a line, unless nothing of it was measured: all of ys is NaN. */
  public LinePlot measured(String name, double[] xs, double[] ys) {
    return isMeasured(ys) ? series(name, xs, ys) : this;
  }

  /** Adds a dashed line. */
  public LinePlot dashed(String name, double[] xs, double[] ys) {
    return add(new Line(name, name, xs, ys, true, true));
  }

  /**
   * Adds two lines of one colour, a value an epoch: training dashed, test solid. The legend says
   * which is which. A line of which nothing was measured (all is NaN) is left out, if the other has
   * something.
   */
  public LinePlot run(String name, double[] training, double[] test) {
    LinePlot plot = with(copy -> copy.runs = true);
    boolean tested = isMeasured(test);
    if (isMeasured(training) || !tested) {
      plot =
          plot.add(new Line(name + ", training", name, count(training), training, true, !tested));
    }
    return tested ? plot.add(new Line(name, name, count(test), test, false, true)) : plot;
  }

  private static boolean isMeasured(double[] values) {
    return Arrays.stream(values).anyMatch(value -> !Double.isNaN(value));
  }

  /**
   * Adds the leading metric of a training, such as its errors in percent, as {@link #run(String,
   * double[], double[])} does.
   */
  public LinePlot run(String name, History history) {
    return run(name, history.training(history.leading()), history.test(history.leading()));
  }

  /**
   * Adds error bars in the colour of a line, such as a mean with its standard error to both sides.
   * What they stand for belongs into the plot's title or the name of its axis.
   *
   * @param name of the line, which may be added before or after them
   */
  public LinePlot errorBars(String name, double[] xs, double[] lows, double[] highs) {
    List<Bars> more = Lists.and(bars, new Bars(name, xs, lows, highs));
    return with(copy -> copy.bars = more);
  }

  /** Adds a line through the means of samples, with their standard errors to both sides as bars. */
  public LinePlot means(String name, double[] xs, List<Sample> samples) {
    return series(name, xs, values(samples, Sample::mean))
        .errorBars(
            name,
            xs,
            values(samples, sample -> sample.mean() - sample.standardError()),
            values(samples, sample -> sample.mean() + sample.standardError()));
  }

  /** Adds a line through the medians of samples, with their middle halves as bars. */
  public LinePlot medians(String name, double[] xs, List<Sample> samples) {
    return series(name, xs, values(samples, Sample::median))
        .errorBars(
            name,
            xs,
            values(samples, sample -> sample.quantile(0.25)),
            values(samples, sample -> sample.quantile(0.75)));
  }

  private static double[] values(List<Sample> samples, ToDoubleFunction<Sample> value) {
    return samples.stream().mapToDouble(value).toArray();
  }

  /** Marks a place on the horizontal axis: an upright line with a few words at its top. */
  public LinePlot mark(String label, double x) {
    List<Mark> more = Lists.and(marks, new Mark(label, x));
    return with(copy -> copy.marks = more);
  }

  /** Puts a dot on each point. */
  public LinePlot markers() {
    return with(copy -> copy.markers = true);
  }

  private LinePlot add(Line line) {
    requireName(line.name);
    if (lines.stream().anyMatch(other -> other.name.equals(line.name))) {
      throw new IllegalArgumentException(
          "name (" + line.name + ") is taken: two series need two names");
    }
    List<Line> more = Lists.and(lines, line);
    return with(copy -> copy.lines = more);
  }

  private static double[] count(double[] ys) {
    return IntStream.rangeClosed(1, ys.length).asDoubleStream().toArray();
  }

  /**
   * Ends the builder.
   *
   * @throws IllegalStateException if an axis has no name, or there is no series
   * @throws IllegalArgumentException if numbers cannot be drawn
   */
  public XYChart chart() {
    Complete.notEmpty("series(…)", lines);
    XYChart chart = new XYChart(width, height);
    Hues hues = hues();
    boolean dots = false;
    for (Line line : lines) {
      requireDrawable(line.name, line.xs, line.ys);
      Color color = hues.of(line.colorOf);
      Line drawn = line.thinned(width).withRoundTicks();
      XYSeries series = draw(chart, line.name, drawn.xs, drawn.ys, color, line.dashed);
      series.setShowInLegend(line.inLegend);
      if (markers) {
        dot(series, SeriesMarkers.CIRCLE, color);
      } else {
        dots |= drawLoners(chart, series, line);
      }
    }
    // Entries of the legend alone: a line of one point leaves no trace in the plot.
    Line any = lines.get(0);
    shortenLegend(
        chart,
        runs ? 2 : 0,
        words -> {
          double[] x = {any.xs[0]};
          XYSeries rest = draw(chart, free(chart, words), x, new double[] {Double.NaN}, KEY, false);
          rest.setLabel(words);
          rest.setLineStyle(SeriesLines.NONE);
        });
    if (runs) {
      for (boolean dashed : new boolean[] {false, true}) {
        double[] x = {any.xs[0]};
        double[] y = {Double.NaN};
        String name = dashed ? "training" : "test";
        XYSeries key = draw(chart, free(chart, name), x, y, KEY, dashed);
        key.setLabel(name);
        if (dots) {
          dot(key, loner(dashed), KEY);
        }
      }
    }
    for (Bars each : bars) {
      requireDrawable(each.colorOf + ", lows", each.xs, each.lows);
      requireDrawable(each.colorOf + ", highs", each.xs, each.highs);
      Color color = hues.of(each.colorOf);
      makeRoom(chart, each, color);
      chart.addAnnotation(new ErrorBars(each.xs, each.lows, each.highs, color));
    }
    marks.forEach(mark -> makeRoom(chart, mark));
    marks.forEach(mark -> chart.addAnnotation(new MarkLine(mark)));
    dress(chart);
    return chart;
  }

  /**
   * Puts a dot where a line has a point without neighbours, as after a single epoch: it leads from
   * nowhere to nowhere.
   *
   * @return whether there was one
   */
  private static boolean drawLoners(XYChart chart, XYSeries series, Line line) {
    boolean[] seen = new boolean[line.xs.length];
    for (int i = 0; i < seen.length; i++) {
      seen[i] = !Double.isNaN(line.xs[i]) && !Double.isNaN(line.ys[i]);
    }
    int[] loners =
        IntStream.range(0, seen.length)
            .filter(i -> seen[i] && (i == 0 || !seen[i - 1]))
            .filter(i -> i == seen.length - 1 || !seen[i + 1])
            .toArray();
    if (loners.length > 0) {
      double[] xs = IntStream.of(loners).mapToDouble(i -> line.xs[i]).toArray();
      double[] ys = IntStream.of(loners).mapToDouble(i -> line.ys[i]).toArray();
      Color color = series.getLineColor();
      double[][] points = Thinning.points(xs, ys, chart.getWidth(), chart.getHeight());
      String name = free(chart, line.name);
      XYSeries dots = draw(chart, name, points[0], points[1], color, line.dashed);
      dots.setLineStyle(SeriesLines.NONE);
      dots.setShowInLegend(false);
      dot(dots, loner(line.dashed), color);
    }
    return loners.length > 0;
  }

  /** Where lines are no lines, training's dots are told from the test's by their form. */
  private static Marker loner(boolean dashed) {
    return dashed ? SeriesMarkers.DIAMOND : SeriesMarkers.CIRCLE;
  }

  private static void dot(XYSeries series, Marker marker, Color color) {
    series.setMarker(marker);
    series.setMarkerColor(color);
  }

  /** A name that no series has yet: XChart takes none twice. */
  private static String free(XYChart chart, String name) {
    String free = name;
    while (chart.getSeriesMap().containsKey(free)) {
      free += " ";
    }
    return free;
  }

  private static XYSeries draw(
      XYChart chart, String name, double[] xs, double[] ys, Color color, boolean dashed) {
    XYSeries series = chart.addSeries(name, xs, ys);
    series.setLineColor(color);
    series.setLineStyle(Style.line(dashed));
    series.setMarker(SeriesMarkers.NONE);
    return series;
  }

  /**
   * The axes are made for the points of lines: two without a stroke, along the ends of the bars.
   */
  private static void makeRoom(XYChart chart, Bars bars, Color color) {
    for (double[] ends : List.of(bars.lows, bars.highs)) {
      XYSeries line = draw(chart, free(chart, bars.colorOf), bars.xs, ends, color, false);
      line.setLineStyle(SeriesLines.NONE);
      line.setShowInLegend(false);
    }
  }

  /** Has the axis reach as far as a mark. */
  private void makeRoom(XYChart chart, Mark mark) {
    double[] x = {mark.x};
    requireDrawable("mark (" + mark.label + ")", x, new double[] {1});
    double low = lines.stream().flatMapToDouble(line -> Arrays.stream(line.xs)).min().orElse(0);
    double high = lines.stream().flatMapToDouble(line -> Arrays.stream(line.xs)).max().orElse(0);
    if (mark.x < low || mark.x > high) {
      double any = chart.getSeriesMap().values().iterator().next().getYMin();
      XYSeries point = draw(chart, free(chart, mark.label + " "), x, new double[] {any}, KEY, true);
      point.setLineStyle(SeriesLines.NONE);
      point.setShowInLegend(false);
    }
  }

  /** An upright line over the whole height of the plot, its words to the right of its top. */
  private static final class MarkLine extends Annotation {

    private final Mark mark;

    MarkLine(Mark mark) {
      super(false);
      this.mark = mark;
    }

    @Override
    public void paint(Graphics2D g) {
      int x = getXAxisScreenValue(mark.x);
      if (x < getXAxisScreenValueForMin() || x > getXAxisScreenValueForMax()) {
        return; // xRange shows another part
      }
      int bottom = Math.max(getYAxisScreenValueForMin(), getYAxisScreenValueForMax());
      int top = Math.min(getYAxisScreenValueForMin(), getYAxisScreenValueForMax());
      g.setColor(Style.FAINT_TEXT);
      g.setStroke(Style.line(true));
      g.drawLine(x, top, x, bottom);
      g.setFont(Style.font(12));
      double length = Lettering.width(g.getFont(), mark.label);
      boolean overflows = x + 6 + length > getXAxisScreenValueForMax() + 12.0;
      Lettering.draw(g, mark.label, overflows ? x - 6 - length : x + 6, top + 12.0);
    }
  }
}
