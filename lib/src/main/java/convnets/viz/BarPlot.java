package convnets.viz;

import java.awt.Color;
import java.text.DecimalFormat;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.style.AxesChartStyler.TextAlignment;

/** Bars over names; several series stand side by side. */
public final class BarPlot extends Plot<BarPlot> {

  private final List<String> names;
  private Map<String, double[]> series = Map.of(); // in the order they came
  private String pattern; // of the values on the bars; null for none

  BarPlot(List<String> names) {
    if (names.isEmpty()) {
      throw new IllegalArgumentException("names must not be empty: one a bar is needed");
    }
    this.names = List.copyOf(names);
  }

  /**
   * Adds a bar a name; where a value is NaN, there is none.
   *
   * @throws IllegalArgumentException if there are not as many values as names
   */
  public BarPlot series(String name, double... values) {
    if (values.length != names.size()) {
      throw new IllegalArgumentException(
          name
              + ": values ("
              + values.length
              + ") must be as many as names ("
              + names.size()
              + ")");
    }
    requireName(name);
    Map<String, double[]> more = new LinkedHashMap<>(series);
    if (more.putIfAbsent(name, values.clone()) != null) {
      throw new IllegalArgumentException("name (" + name + ") is taken: two series need two names");
    }
    return with(copy -> copy.series = more);
  }

  /** Writes its value onto each bar, in a pattern of {@link DecimalFormat} such as "0.00". */
  public BarPlot values(String pattern) {
    new DecimalFormat(pattern); // refuses what is none
    return with(copy -> copy.pattern = pattern);
  }

  /**
   * Ends the builder.
   *
   * @throws IllegalStateException if an axis has no name, or there is no series
   * @throws IllegalArgumentException if numbers cannot be drawn
   */
  public CategoryChart chart() {
    Complete.notEmpty("series(…)", series.keySet());
    CategoryChart chart = new CategoryChart(width, height);
    Hues hues = hues();
    series.forEach(
        (name, numbers) -> {
          requireDrawable(name, new double[numbers.length], numbers);
          List<Double> boxed = new ArrayList<>();
          for (double number : numbers) {
            boxed.add(Double.isNaN(number) ? null : number); // no bar
          }
          CategorySeries bars = chart.addSeries(name, names, boxed);
          bars.setFillColor(hues.of(name));
        });
    shortenLegend(
        chart,
        0,
        words ->
            chart
                .addSeries(words, names, Collections.nCopies(names.size(), (Double) null))
                .setFillColor(Color.WHITE));
    dress(chart);
    if (logarithmic()) {
      double least =
          series.values().stream()
              .flatMapToDouble(DoubleStream::of)
              .filter(number -> !Double.isNaN(number))
              .min()
              .orElse(1);
      // Not from zero, and lower than the lowest bar.
      chart.getStyler().setYAxisMin(Math.pow(10, Math.ceil(Math.log10(least)) - 1));
    }
    chart.getStyler().setAvailableSpaceFill(series.size() > 1 ? 0.8 : 0.62);
    chart.getStyler().setPlotGridVerticalLinesVisible(false);
    chart.getStyler().setLabelsVisible(pattern != null);
    chart.getStyler().setLabelsFont(Style.font(12));
    chart.getStyler().setLabelsPosition(0.94);
    if (pattern != null) {
      chart.getStyler().setDecimalPattern(pattern);
    }
    String all = String.join("", names);
    chart
        .getStyler()
        .setAxisTickLabelsFont(Lettering.font(chart.getStyler().getAxisTickLabelsFont(), all));
    // Upright names would run into each other where bars stand close.
    int longest = names.stream().mapToInt(String::length).max().orElse(0);
    if (longest * names.size() > width / 9) {
      chart.getStyler().setXAxisLabelAlignmentVertical(TextAlignment.Right); // at the axis
      chart.getStyler().setXAxisLabelRotation(names.size() > 12 ? 90 : 45);
    }
    return chart;
  }
}
