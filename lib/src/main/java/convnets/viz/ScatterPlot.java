package convnets.viz;

import convnets.Checks;
import convnets.Lists;
import java.awt.Color;
import java.awt.Graphics2D;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.internal.chartpart.Annotation;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Points, with their names beside them where wanted. */
public final class ScatterPlot extends Plot<ScatterPlot> {

  private record Point(String label, double x, double y) {}

  private Map<String, List<Point>> series = Map.of(); // in the order they came
  private int markerSize = 9;

  ScatterPlot() {}

  /** Adds points of one colour. */
  public ScatterPlot series(String name, double[] xs, double[] ys) {
    requireDrawable(name, xs, ys);
    return add(
        name, IntStream.range(0, xs.length).mapToObj(i -> new Point("", xs[i], ys[i])).toList());
  }

  /** Adds a point to a series, with a label beside it. */
  public ScatterPlot point(String seriesName, String label, double x, double y) {
    return add(seriesName, List.of(new Point(label, x, y)));
  }

  /**
   * Draws each point as a disc of so many pixels across, 9 if not told. Fewer suit hundreds of
   * points, which hide each other otherwise.
   */
  public ScatterPlot markerSize(int pixels) {
    Checks.positive("pixels", pixels);
    return with(copy -> copy.markerSize = pixels);
  }

  private ScatterPlot add(String seriesName, List<Point> points) {
    requireName(seriesName);
    Map<String, List<Point>> more = new LinkedHashMap<>(series);
    more.merge(seriesName, points, Lists::and);
    return with(copy -> copy.series = more);
  }

  /**
   * Ends the builder.
   *
   * @throws IllegalStateException if an axis has no name, or there is no point
   * @throws IllegalArgumentException if numbers cannot be drawn
   */
  public XYChart chart() {
    Complete.notEmpty("point(…)", series.values());
    XYChart chart = new XYChart(width, height);
    Hues hues = hues();
    chart.getStyler().setDefaultSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
    series.forEach(
        (name, points) -> {
          Color color = hues.of(name);
          double[] xs = points.stream().mapToDouble(Point::x).toArray();
          double[] ys = points.stream().mapToDouble(Point::y).toArray();
          requireDrawable(name, xs, ys);
          double[][] thinned = Thinning.points(xs, ys, width, height);
          XYSeries dots = chart.addSeries(name, thinned[0], thinned[1]);
          dots.setMarker(SeriesMarkers.CIRCLE);
          dots.setMarkerColor(color);
          for (Point point : points) {
            if (!point.label.isEmpty() && !Double.isNaN(point.x + point.y)) {
              chart.addAnnotation(new PointLabel(point));
            }
          }
        });
    Point any = series.values().iterator().next().get(0);
    shortenLegend(
        chart,
        0,
        words ->
            chart
                .addSeries(words, new double[] {any.x}, new double[] {Double.NaN})
                .setMarker(SeriesMarkers.NONE));
    dress(chart);
    chart.getStyler().setMarkerSize(markerSize);
    chart.getStyler().setPlotContentSize(0.88); // room for labels above the topmost points
    return chart;
  }

  /** Text above and to the right of a point, or to its left where the plot ends. */
  private static final class PointLabel extends Annotation {

    private final Point point;

    PointLabel(Point point) {
      super(false);
      this.point = point;
    }

    @Override
    public void paint(Graphics2D g) {
      g.setFont(Style.font(12));
      g.setColor(Style.TEXT);
      int x = getXAxisScreenValue(point.x) + 7;
      int width = (int) Math.round(Lettering.width(g.getFont(), point.label));
      if (x + width > getXAxisScreenValueForMax()) {
        x -= width + 14;
      }
      Lettering.draw(g, point.label, x, getYAxisScreenValue(point.y) - 6);
    }
  }
}
