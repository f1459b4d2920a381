package convnets.viz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import convnets.inspect.Sample;
import convnets.train.RateSearch;
import java.awt.Color;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;

class PlotsTest {

  private static final double[] THREE = {3, 1, 2};

  private static LinePlot lines() {
    return Plots.lines().xLabel("epoch").yLabel("error (%)");
  }

  @Test
  void refuseAxesWithoutNames() {
    assertThatThrownBy(() -> Plots.lines().xLabel("epoch").series("a", THREE).chart())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("an axis has no name: call yLabel(…)");
    assertThatThrownBy(() -> Plots.bars(List.of("a")).yLabel("y").series("s", 1).chart())
        .hasMessage("an axis has no name: call xLabel(…)");
    assertThatThrownBy(() -> Plots.scatter().xLabel(" ").yLabel("y").point("s", "", 1, 1).chart())
        .hasMessage("an axis has no name: call xLabel(…)");
    assertThatThrownBy(() -> Plots.heatMap(new double[][] {{1}}).xLabel("x").image())
        .hasMessage("an axis has no name: call yLabel(…)");
  }

  @Test
  void areNeverChangedByWhatTheyLead() {
    double[] ys = THREE.clone();
    LinePlot line = lines().series("a", ys);
    Arrays.fill(ys, 7);
    line.title("other").logY().yRange(1, 9).xRange(1, 3).size(90, 90).alt("other").markers();
    line.series("b", THREE).run("c", THREE, THREE).mark("here", 1).errorBars("a", ys, ys, ys);
    XYChart chart = line.chart();
    assertThat(yData(chart)).containsExactly(THREE);
    assertThat(chart.getTitle()).isEmpty();
    assertThat(chart.getStyler().isYAxisLogarithmic()).isFalse();
    assertThat(AltText.of(chart)).contains("error (%) over epoch, of a");
    assertThat(Png.encode(chart)).isEqualTo(Png.encode(lines().series("a", THREE).chart()));
    BarPlot bars = Plots.bars(List.of("x")).xLabel("x").yLabel("y").series("a", 1);
    bars.series("b", 2).values("0");
    assertThat(bars.chart().getSeriesMap()).containsOnlyKeys("a");
    ScatterPlot points = Plots.scatter().xLabel("x").yLabel("y").point("a", "", 1, 2);
    points.point("a", "", 3, 4).series("b", THREE, THREE);
    assertThat(yData(points.chart())).containsExactly(new double[] {2});
  }

  @Test
  void takeTheirSeriesFromCollections() {
    Map<String, double[]> rows = new LinkedHashMap<>();
    rows.put("first", THREE);
    rows.put("second", new double[] {4, 5});
    XYChart lines = lines().each(rows, LinePlot::series).chart();
    assertThat(lines.getSeriesMap().keySet()).containsExactly("first", "second");
    assertThat(yData(lines)).containsExactly(THREE, new double[] {4, 5});
    ScatterPlot points =
        Plots.scatter()
            .xLabel("x")
            .yLabel("y")
            .each(List.of(2.0, 3.0), (plot, x) -> plot.point("squares", "", x, x * x));
    assertThat(yData(points.chart())).containsExactly(new double[] {4, 9});
    assertThat(lines().series("a", THREE).each(List.<String>of(), (plot, name) -> null).chart())
        .isNotNull();
  }

  @Test
  void refuseWhatCannotBeDrawn() {
    assertThatThrownBy(() -> lines().chart()).hasMessageContaining("nothing to draw");
    assertThatThrownBy(() -> lines().series("a", new double[] {1, 2}, THREE).chart())
        .hasMessage("a: xs (2) and ys (3) must be equally many");
    assertThatThrownBy(() -> lines().logY().series("a", new double[] {1, 0}).chart())
        .hasMessage("a: ys[1] (0.0) must be positive, as the axis is logarithmic");
    assertThatThrownBy(() -> lines().series("a", new double[] {1.0 / 0}).chart())
        .hasMessage("a: ys[0] (Infinity) must be finite");
    assertThatThrownBy(() -> lines().series("a", new double[] {Double.NaN}).chart())
        .hasMessage("a: ys must hold at least one number");
    assertThatThrownBy(() -> lines().series("a", THREE).series("a", THREE))
        .hasMessageContaining("name (a) is taken");
    assertThatThrownBy(() -> lines().yRange(1, 1)).hasMessageContaining("must be less than");
    assertThatThrownBy(() -> lines().size(0, 9)).hasMessage("width (0) must be at least 1");
    assertThatThrownBy(() -> Plots.bars(List.of("a", "b")).series("s", 1))
        .hasMessage("s: values (1) must be as many as names (2)");
    assertThatThrownBy(() -> Plots.bars(List.of())).hasMessageContaining("names must not be empty");
    assertThatThrownBy(() -> Plots.row()).hasMessage("row takes at least one image");
  }

  @Test
  void ratesStandOnALogarithmicAxis() {
    double[] rates = {0.001, 0.01, 0.1, 1};
    double[] smoothed = {2, 1.5, 1, 3};
    XYChart chart = Plots.rates(new RateSearch(rates, smoothed, smoothed)).chart();
    assertThat(chart.getStyler().isXAxisLogarithmic()).isTrue();
    assertThat(chart.getXAxisTitle()).isEqualTo("learning rate");
    assertThat(chart.getSeriesMap().get("smoothed loss").getYData()).startsWith(smoothed);
    assertThat(chart.getSeriesMap().get("suggestion").getXData()).containsExactly(0.01, 0.01);
    assertThat(chart.getSeriesMap().get("suggestion").getYData()).containsExactly(1, 3);
  }

  @Test
  void runsShareAColourAndDifferInDash() {
    XYChart chart =
        Plots.curves()
            .yLabel("error (%)")
            .run("plain", THREE, THREE)
            .run("residual", THREE, THREE)
            .chart();
    XYSeries training = chart.getSeriesMap().get("plain, training");
    XYSeries test = chart.getSeriesMap().get("plain");
    XYSeries other = chart.getSeriesMap().get("residual");
    assertThat(training.getLineColor()).isEqualTo(test.getLineColor());
    assertThat(other.getLineColor()).isNotEqualTo(test.getLineColor());
    assertThat(training.getLineStyle().getDashArray()).isNotNull();
    assertThat(test.getLineStyle().getDashArray()).isNull();
    assertThat(chart.getSeriesMap().values())
        .filteredOn(XYSeries::isShowInLegend)
        .extracting(XYSeries::getName)
        .containsExactly("plain", "residual", "test", "training");
    assertThat(chart.getXAxisTitle()).isEqualTo("epoch");
    Picture.of(chart);
  }

  @Test
  void ofARunWhatWasNotMeasuredHasNoLine() {
    double[] nothing = {Double.NaN, Double.NaN, Double.NaN};
    XYChart chart =
        Plots.curves()
            .yLabel("loss")
            .run("tested", nothing, THREE)
            .run("trained", THREE, nothing)
            .chart();
    assertThat(chart.getSeriesMap())
        .containsOnlyKeys("tested", "trained, training", "test", "training");
    assertThat(chart.getSeriesMap().get("trained, training").isShowInLegend()).isTrue();
    assertThatIllegalArgumentException()
        .isThrownBy(Plots.curves().yLabel("loss").run("none", nothing, nothing)::chart)
        .withMessageStartingWith("none, training: ys must hold at least one number");
  }

  @Test
  void reservedColoursAreTheSameInEveryPlot() {
    String[] names = {"plain", "residual"};
    XYChart both = lines().colors(names).series("plain", THREE).series("residual", THREE).chart();
    XYChart one = lines().colors(names).series("other", THREE).series("residual", THREE).chart();
    CategoryChart bars =
        Plots.bars(List.of("a", "b", "c"))
            .xLabel("x")
            .yLabel("y")
            .colors(names)
            .series("residual", THREE)
            .chart();
    Color residual = both.getSeriesMap().get("residual").getLineColor();
    assertThat(one.getSeriesMap().get("residual").getLineColor()).isEqualTo(residual);
    assertThat(bars.getSeriesMap().get("residual").getFillColor()).isEqualTo(residual);
    assertThat(one.getSeriesMap().get("other").getLineColor())
        .isNotEqualTo(residual)
        .isNotEqualTo(both.getSeriesMap().get("plain").getLineColor());
  }

  @Test
  void marksStandUprightAtTheirPlace() {
    LinePlot plot = lines().title("t").series("a", new double[] {0, 10}, new double[] {1, 1});
    BufferedImage without = Picture.of(plot.chart());
    BufferedImage with = Picture.of(plot.mark("here", 5).chart());
    int width = with.getWidth();
    int[] widest = new int[2]; // of what is new in a row, in the upper and the lower half
    for (int y = 0; y < with.getHeight(); y++) {
      int[] before = without.getRGB(0, y, width, 1, null, 0, width);
      int[] after = with.getRGB(0, y, width, 1, null, 0, width);
      int left = Arrays.mismatch(before, after);
      if (left >= 0) {
        assertThat(left / (double) width).isBetween(0.45, 0.65);
        long different = IntStream.range(0, width).filter(x -> before[x] != after[x]).count();
        int half = 2 * y / with.getHeight();
        widest[half] = Math.max(widest[half], (int) different);
      }
    }
    assertThat(widest[0]).isGreaterThan(20); // the words are at the top
    assertThat(widest[1]).isBetween(1, 8); // below them is a line, and no more
  }

  @Test
  void errorBarsReachFromTheirLowestToTheirHighest() {
    double[] xs = {0, 5, 10};
    LinePlot plot =
        lines()
            .series("a", xs, new double[] {1, 1, 1})
            .yRange(0, 2)
            .errorBars("a", xs, new double[] {1, 0.5, 1}, new double[] {1, 1.5, 1});
    BufferedImage image = Picture.of(plot.chart());
    int[] blue = // rows of the middle, where the second bar stands
        IntStream.range(0, image.getHeight())
            .filter(y -> blueNear(image, image.getWidth() / 2, y))
            .toArray();
    double reach = blue[blue.length - 1] - blue[0];
    assertThat(reach / image.getHeight()).isBetween(0.36, 0.44); // half of the axes' own height
    assertThat(blue.length).isGreaterThan((int) (0.95 * reach));
  }

  private static boolean blueNear(BufferedImage image, int middle, int y) {
    return IntStream.rangeClosed(middle - 60, middle + 60)
        .mapToObj(x -> new Color(image.getRGB(x, y)))
        .anyMatch(color -> color.getBlue() > color.getRed() + 60);
  }

  @Test
  void errorBarsMakeRoomForThemselvesAndAddNothingToTheLegend() {
    XYChart chart =
        lines()
            .errorBars("a", new double[] {1, 2}, new double[] {-3, 0}, new double[] {1, 7})
            .series("a", new double[] {0, 1})
            .chart();
    assertThat(chart.getStyler().isLegendVisible()).isFalse();
    assertThat(chart.getSeriesMap().values())
        .filteredOn(XYSeries::isShowInLegend)
        .extracting(XYSeries::getName)
        .containsExactly("a");
    Picture.of(chart);
    assertThat(chart.getYAxisTitle()).isEqualTo("error (%)");
    assertThat(chart.getSeriesMap().values().stream().mapToDouble(XYSeries::getYMin).min())
        .hasValue(-3);
    assertThat(chart.getSeriesMap().values().stream().mapToDouble(XYSeries::getYMax).max())
        .hasValue(7);
    assertThatThrownBy(
            () -> lines().series("a", THREE).errorBars("a", THREE, THREE, new double[1]).chart())
        .hasMessage("a, highs: xs (3) and ys (1) must be equally many");
  }

  @Test
  void samplesAreDrawnWithTheirSpread() {
    List<Sample> samples = List.of(Sample.of(1, 2, 3, 10), Sample.of(5, 5, 5, 5));
    double[] xs = {1, 2};
    assertThat(yData(lines().means("a", xs, samples).chart()))
        .containsExactly(
            new double[] {4, 5},
            new double[] {4 - samples.get(0).standardError(), 5},
            new double[] {4 + samples.get(0).standardError(), 5});
    assertThat(yData(lines().medians("a", xs, samples).chart()))
        .containsExactly(new double[] {2.5, 5}, new double[] {1.75, 5}, new double[] {4.75, 5});
  }

  private static List<double[]> yData(XYChart chart) {
    return chart.getSeriesMap().values().stream().map(XYSeries::getYData).toList();
  }

  @Test
  void sayWhatTheyShow() {
    LinePlot plot = lines().title("Nets").run("plain", THREE, THREE).run("residual", THREE, THREE);
    assertThat(AltText.of(plot.chart()))
        .contains("Nets: error (%) over epoch, of plain, residual, test, training");
    XYChart described = plot.alt("The plain one is worse.").chart();
    assertThat(AltText.of(described)).contains("The plain one is worse.");
    assertThat(AltText.of(Picture.of(described))).contains("The plain one is worse.");
    assertThat(AltText.of(Plots.row(described, described)))
        .contains("The plain one is worse.; The plain one is worse.");
    HeatMap map = Plots.heatMap(new double[][] {{1, 2}}).xLabel("block").yLabel("net");
    assertThat(AltText.of(map.image())).contains("a table of colours, net by block");
    assertThat(AltText.of(map.alt("Two cells.").image())).contains("Two cells.");
    BufferedImage unknown = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
    assertThat(AltText.of(Images.row(Picture.of(described), unknown))).isEmpty();
    assertThatThrownBy(() -> AltText.describe(unknown, " "))
        .hasMessage("text () must say what the picture shows");
  }

  @Test
  void longSeriesKeepTheirPoints() {
    double[] ys = new double[30];
    XYChart chart = lines().series("a", ys).logX().chart();
    XYSeries series = chart.getSeriesMap().get("a");
    double[] drawn = series.getYData();
    assertThat(drawn).startsWith(ys);
    assertThat(drawn[30]).isNaN(); // invisible, for the sake of round labels
    Picture.of(chart);
  }

  @Test
  void barsHaveTheirValues() {
    CategoryChart chart =
        Plots.bars(List.of("conv1", "fc")).xLabel("layer").yLabel("norm").series("a", 1, 2).chart();
    assertThat(chart.getSeriesMap().get("a").getXData()).hasToString("[conv1, fc]");
    assertThat(chart.getSeriesMap().get("a").getYData()).hasToString("[1.0, 2.0]");
    Picture.of(chart);
  }

  @Test
  void logarithmicBarsStandOnAPowerOfTen() {
    CategoryChart chart =
        Plots.bars(List.of("conv1", "fc"))
            .xLabel("layer")
            .yLabel("norm")
            .logY()
            .values("0.000")
            .series("a", 0.03, 2)
            .chart();
    assertThat(chart.getStyler().getYAxisMin()).isEqualTo(0.01);
    Picture.of(chart);
  }

  @Test
  void scatterGroupsPointsBySeries() {
    XYChart chart =
        Plots.scatter()
            .xLabel("cost")
            .yLabel("error")
            .point("basic", "ResNet-18", 1.8, 27.9)
            .point("basic", "ResNet-34", 3.7, 24.5)
            .point("bottleneck", "ResNet-50", 4.1, 22.9)
            .chart();
    assertThat(chart.getSeriesMap().get("basic").getXData()).containsExactly(1.8, 3.7);
    assertThat(chart.getSeriesMap()).hasSize(2);
    Picture.of(chart);
  }

  @Test
  void scatterDrawsPointsAsLargeAsAsked() {
    ScatterPlot one =
        Plots.scatter()
            .xLabel("x")
            .yLabel("y")
            .legend(Legend.NONE)
            .colors("a")
            .point("a", "", 1, 1);
    for (int size : new int[] {4, 9, 15}) {
      XYChart chart = one.markerSize(size).chart();
      int color = chart.getSeriesMap().get("a").getMarkerColor().getRGB();
      BufferedImage image = Picture.of(chart);
      int width = image.getWidth();
      double density = (double) width / Picture.displayWidth(image);
      int[] pixels = image.getRGB(0, 0, width, image.getHeight(), null, 0, width);
      long inside = Arrays.stream(pixels).filter(pixel -> pixel == color).count();
      double across = 2 * Math.sqrt(inside / Math.PI) / density;
      assertThat(across).isCloseTo(size, within(1.0));
    }
    assertThatThrownBy(() -> one.markerSize(0)).hasMessage("pixels (0) must be at least 1");
  }

  @Test
  void rowStandsSideBySide() {
    BufferedImage row =
        Plots.row(
            lines().size(300, 200).series("a", THREE).chart(),
            lines().size(200, 250).series("a", THREE).chart());
    assertThat(Picture.displayWidth(row)).isEqualTo(300 + 12 + 200);
    assertThat(Picture.displayHeight(row)).isEqualTo(250);
  }

  @ParameterizedTest
  @ValueSource(strings = {"×", "−", "→", "–", "…", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "α γ σ μ ε"})
  void noGlyphIsMissing(String text) {
    for (Font font : List.of(Style.font(13), Style.bold(13))) {
      assertThat(font.canDisplayUpTo(text)).isEqualTo(-1);
    }
  }
}
