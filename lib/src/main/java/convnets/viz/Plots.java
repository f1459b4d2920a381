package convnets.viz;

import convnets.segment.ConfusionMatrix;
import convnets.train.RateSearch;
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

  /** The loss over a rising learning rate, and the rate that is suggested. */
  public static LinePlot rates(RateSearch search) {
    double suggestion = search.suggestion();
    double[] losses = search.smoothed();
    double[] seen = Arrays.stream(losses).filter(Double::isFinite).toArray();
    double[] ends = {
      Arrays.stream(seen).min().orElse(Double.NaN), Arrays.stream(seen).max().orElse(Double.NaN)
    };
    return lines()
        .logX()
        .xLabel("learning rate")
        .yLabel("smoothed loss")
        .series("smoothed loss", search.rates(), losses)
        .dashed("suggestion", new double[] {suggestion, suggestion}, ends);
  }

  /** Bars over names, in this order. */
  public static BarPlot bars(List<String> names) {
    return new BarPlot(names);
  }

  /** Points. */
  public static ScatterPlot scatter() {
    return new ScatterPlot();
  }

  /**
   * A table of numbers as colours.
   *
   * @param values by row and column
   */
  public static HeatMap heatMap(double[][] values) {
    return new HeatMap(values);
  }

  /**
   * What a classifier takes for what. Colours tell shares of the true class, texts the counts.
   *
   * @param counts how many images of each true class (row) were taken for each class (column)
   * @param classNames the names of the classes, in their order
   */
  public static HeatMap confusionMatrix(int[][] counts, List<String> classNames) {
    double[][] shares = new double[counts.length][];
    double[][] numbers = new double[counts.length][];
    for (int i = 0; i < counts.length; i++) {
      double images = Math.max(1, Arrays.stream(counts[i]).asLongStream().sum());
      shares[i] = Arrays.stream(counts[i]).mapToDouble(count -> count / images).toArray();
      numbers[i] = Arrays.stream(counts[i]).asDoubleStream().toArray();
    }
    return confusion(shares, classNames).counts(numbers, 1);
  }

  private static HeatMap confusion(double[][] shares, List<String> classNames) {
    return heatMap(shares)
        .rows(classNames)
        .columns(classNames)
        .xLabel("predicted class")
        .yLabel("true class")
        .colorLabel("share of the true class")
        .range(0, 1);
  }

  /**
   * What a segmenter takes for what, in percent of the true class's pixels; less than half a
   * percent is not written.
   *
   * @param pixels of each true class (row) that were taken for each class (column)
   * @param classNames the names of the classes, the background's first
   */
  public static HeatMap confusionMatrix(ConfusionMatrix pixels, List<String> classNames) {
    double[][] shares = pixels.shares();
    return confusion(shares, classNames)
        .counts(shares, 100)
        .colorLabel("share of the true class's pixels");
  }

  /**
   * A sketch of sets and of what they come near to, as regions around a point.
   *
   * @param name what is sought
   * @param x its place, from 0 to 1
   * @param y its place, from 0 to 1
   */
  public static Regions regions(String name, double x, double y) {
    return new Regions(name, x, y);
  }

  /** Charts side by side, in one image. */
  public static BufferedImage row(Chart<?, ?>... charts) {
    return Images.row(Arrays.stream(charts).map(Picture::of).toArray(BufferedImage[]::new));
  }
}
