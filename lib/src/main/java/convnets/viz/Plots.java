package convnets.viz;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import org.knowm.xchart.internal.chartpart.Chart;

/** The door to all plots: say what the axes are, add series, and end with {@code chart()}. */
public final class Plots {

  private Plots() {}

  /** Lines over numbers. */
  public static LinePlot lines() {
    return new LinePlot();
  }

  /** Curves of training runs over epochs: add each with {@link LinePlot#run}. */
  public static LinePlot curves() {
    return lines().xLabel("epoch");
  }

  /** Bars over names, in this order. */
  public static BarPlot bars(List<String> names) {
    return new BarPlot(names);
  }

  /** Points. */
  public static ScatterPlot scatter() {
    return new ScatterPlot();
  }

  /** Charts side by side, in one image. */
  public static BufferedImage row(Chart<?, ?>... charts) {
    if (charts.length == 0) {
      throw new IllegalArgumentException("row takes at least one chart");
    }
    int width = Arrays.stream(charts).mapToInt(Chart::getWidth).sum();
    int height = Arrays.stream(charts).mapToInt(Chart::getHeight).max().getAsInt();
    return Picture.drawing(
        width,
        height,
        g -> {
          for (Chart<?, ?> chart : charts) {
            chart.paint(g, chart.getWidth(), chart.getHeight());
            g.translate(chart.getWidth(), 0);
          }
        });
  }
}
