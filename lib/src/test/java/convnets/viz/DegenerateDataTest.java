package convnets.viz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.train.Classification;
import convnets.train.History;
import convnets.train.Metrics;
import convnets.train.RateSearch;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.internal.series.Series;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Hardly any numbers, too many, too large, too small, and none: drawn, or refused by name. */
@Timeout(60)
class DegenerateDataTest {

  private static final double NAN = Double.NaN;
  private static final Color BLUE = Style.classColor(0);

  private static LinePlot lines() {
    return Plots.lines().xLabel("epoch").yLabel("error (%)");
  }

  private static BarPlot bars(String... names) {
    return Plots.bars(List.of(names)).xLabel("layer").yLabel("norm");
  }

  private static HeatMap map(double[]... rows) {
    return Plots.heatMap(rows).xLabel("x").yLabel("y");
  }

  private static long pixels(BufferedImage image, Color color) {
    int width = image.getWidth();
    return Arrays.stream(image.getRGB(0, 0, width, image.getHeight(), null, 0, width))
        .filter(pixel -> pixel == color.getRGB())
        .count();
  }

  /** Pixels of the first series, in a drawing whose colours are all as they were given. */
  private static long blue(XYChart chart) {
    return pixels(
        Picture.painting(
            chart.getWidth(),
            chart.getHeight(),
            g -> chart.paint(g, chart.getWidth(), chart.getHeight())),
        BLUE);
  }

  @Test
  void aSingleEpochIsADotForTrainingAndOneForTheTest() {
    XYChart chart =
        Plots.curves().yLabel("error (%)").run("net", new double[] {30}, new double[] {25}).chart();
    assertThat(blue(chart)).isGreaterThan(50);
    assertThat(chart.getSeriesMap().values())
        .filteredOn(XYSeries::isShowInLegend)
        .extracting(XYSeries::getMarker)
        .containsExactly(SeriesMarkers.NONE, SeriesMarkers.CIRCLE, SeriesMarkers.DIAMOND);
  }

  @Test
  void aTrainingWithoutATestSetIsDrawn() {
    Metrics metrics = new Metrics(100, 2, Map.of(Classification.ERROR, 0.5));
    History history =
        new History(List.of(new History.Epoch(1, 0.1, metrics, Metrics.NONE, 2)), List.of(), false);
    XYChart chart = Plots.curves().yLabel("error (%)").run("net", history).chart();
    assertThat(chart.getSeriesMap().get("net, training").getYData()).containsExactly(50);
    assertThat(chart.getSeriesMap()).doesNotContainKey("net");
    assertThat(blue(chart)).isPositive();
  }

  @Test
  void aPointBetweenGapsIsADot() {
    double[] ys = {1, 2, NAN, 3, NAN, 4, 5};
    XYChart chart = lines().series("a", ys).chart();
    assertThat(chart.getSeriesMap()).hasSize(2);
    XYSeries dots = chart.getSeriesMap().get("a ");
    assertThat(dots.getXData()).containsExactly(4);
    assertThat(dots.getYData()).containsExactly(3);
    assertThat(dots.isShowInLegend()).isFalse();
    assertThat(lines().series("a", new double[] {1, NAN, NAN}).logY().chart()).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({
    "1e-14, 1, true",
    "1e-5, 1, false",
    "0.31, 0.33, false",
    "1, 1e5, false",
    "1, 1e12, true",
    "3, 3, false"
  })
  void smallAndLargePowersOfTenAreToldApart(double low, double high, boolean exponents) {
    double[] ys = {low, high};
    String pattern = exponents ? "0E0" : "#,##0.##########";
    XYChart chart = lines().logY().series("a", ys).chart();
    assertThat(chart.getStyler().getYAxisDecimalPattern()).isEqualTo(pattern);
    XYChart across = lines().logX().series("a", ys, new double[] {1, 2}).chart();
    assertThat(across.getStyler().getXAxisDecimalPattern()).isEqualTo(pattern);
    assertThat(blue(chart)).isPositive();
  }

  @Test
  void tooManyPowersOfTenAreRefused() {
    double[] ys = {1e-200, 1e200};
    assertThatThrownBy(() -> lines().logY().series("a", ys).chart())
        .hasMessageContaining("too far apart for a logarithmic axis")
        .hasMessageContaining("yRange(low, high)");
    assertThatThrownBy(() -> lines().logY().series("a", new double[] {Double.MIN_VALUE, 1}).chart())
        .hasMessageContaining("too far apart");
    Picture.of(lines().logY().yRange(1e-3, 1).series("a", ys).chart());
    assertThatThrownBy(() -> lines().logY().yRange(0, 9).series("a", new double[] {1, 2}).chart())
        .hasMessage("yRange: low (0.0) must be above 0, as the axis is logarithmic");
    assertThatThrownBy(() -> lines().series("a", new double[] {Double.MAX_VALUE, 1}).chart())
        .hasMessage("a: ys[0] (1.7976931348623157E308) must be at most 1.0E300");
  }

  @Test
  void numbersThatOnlyRoundingTellsApartAreOneLevel() {
    XYChart chart = lines().series("a", new double[] {1, 1 + 2e-16, 1}).chart();
    assertThat(chart.getStyler().getYAxisMin())
        .isCloseTo(0.5, org.assertj.core.data.Offset.offset(1e-9));
    assertThat(blue(chart)).isPositive();
  }

  @Test
  void aNumberThatIsNoneHasNoBar() {
    CategoryChart chart = bars("a", "b").logY().values("0.0").series("s", NAN, 2).chart();
    assertThat(chart.getStyler().getYAxisMin()).isEqualTo(1);
    assertThat(pixels(Picture.of(chart), BLUE)).isGreaterThan(1000);
    assertThat(chart.getSeriesMap().get("s").getYData()).hasToString("[null, 2.0]");
    Picture.of(bars("a", "b").series("s", 0, 0).chart());
    assertThatThrownBy(() -> bars("a", "b").series("s", NAN, NAN).chart())
        .hasMessage("s: ys must hold at least one number");
  }

  @Test
  void theLowestBarIsSeenOnALogarithmicAxis() {
    CategoryChart chart = bars("a", "b").logY().series("s", 10, 100).chart();
    assertThat(chart.getStyler().getYAxisMin()).isEqualTo(1);
    CategoryChart one = bars("a").logY().series("s", 10).chart();
    assertThat(pixels(Picture.of(one), BLUE)).isGreaterThan(1000);
  }

  @Test
  void namesOfRunsMayBeThoseOfTheLegend() {
    XYChart chart =
        Plots.curves()
            .yLabel("loss")
            .run("training", new double[] {3, 2}, new double[] {3, 2})
            .run("validation", new double[] {3, 2}, new double[] {2, 1})
            .chart();
    assertThat(chart.getSeriesMap().values())
        .filteredOn(XYSeries::isShowInLegend)
        .extracting(XYSeries::getLabel)
        .containsExactly("training", "validation", "test", "training");
    double[] two = {1, 2};
    Picture.of(
        lines()
            .series("a", two)
            .series("a 2", two)
            .series("a ", two)
            .errorBars("a", two, two, two)
            .chart());
  }

  @Test
  void errorBarsThatWereNotMeasuredAreLeftOut() {
    double[] xs = {1, 2};
    LinePlot plot = lines().series("a", new double[] {3, 2});
    XYChart chart = plot.errorBars("a", xs, new double[] {NAN, 2}, new double[] {NAN, 4}).chart();
    BufferedImage image = Picture.of(chart);
    int[] top = image.getRGB(0, 0, image.getWidth(), 12, null, 0, image.getWidth());
    assertThat(top).containsOnly(Color.WHITE.getRGB());
  }

  @Test
  void aMarkBeyondTheNumbersMakesRoomForItself() {
    XYChart chart = lines().series("a", new double[] {3, 2}).mark("far", 17).chart();
    assertThat(chart.getSeriesMap().values().stream().mapToDouble(XYSeries::getXMax).max())
        .hasValue(17);
    assertThatThrownBy(
            () -> lines().logX().series("a", new double[] {3, 2}).mark("zero", 0).chart())
        .hasMessageContaining("mark (zero): xs[0] (0.0) must be positive");
  }

  @Test
  void aMillionPointsLookAsTheyWould() {
    double[] ys = new Random(1).doubles(1_000_000).toArray();
    ys[500_000] = 7;
    XYChart chart = lines().series("a", ys).chart();
    double[] drawn = chart.getSeriesMap().get("a").getYData();
    assertThat(drawn.length).isLessThan(10_000);
    assertThat(drawn).contains(7);
    double[] xs = IntStream.range(0, ys.length).asDoubleStream().toArray();
    XYChart points = Plots.scatter().xLabel("x").yLabel("y").series("a", xs, ys).chart();
    assertThat(points.getSeriesMap().get("a").getYData().length).isLessThan(100_000);
    assertThat(points.getSeriesMap().get("a").getYData()).contains(7);
    double[] gaps = new double[100_000];
    Arrays.fill(gaps, NAN);
    gaps[77_777] = 3;
    assertThat(lines().series("a", gaps).chart().getSeriesMap().get("a").getYData()).contains(3);
  }

  @Test
  void namesAreNeededAndShortened() {
    assertThatThrownBy(() -> lines().series(" ", new double[] {1}))
        .hasMessage("name ( ) of a series must not be blank");
    assertThatThrownBy(() -> bars("a").series("", 1)).hasMessageContaining("must not be blank");
    assertThatThrownBy(() -> Plots.scatter().point("", "x", 1, 1))
        .hasMessageContaining("must not be blank");
    double[] two = {1, 2};
    XYChart chart =
        lines().title("a b ".repeat(99)).series("n".repeat(500), two).series("b", two).chart();
    assertThat(chart.getSeriesMap().values().iterator().next().getLabel()).hasSize(61);
    assertThat(chart.getTitle()).endsWith("…").hasSizeLessThan(120);
    assertThatThrownBy(() -> lines().size(100_000, 9))
        .hasMessage("width (100000) and height (9) must be at most 5000");
  }

  @Test
  void aCellWithoutANumberIsGrey() {
    BufferedImage image = map(new double[] {1, NAN}, new double[] {2, 3}).image();
    assertThat(pixels(image, ColorScale.BLUES.at(0.5))).isGreaterThan(1000);
    assertThat(pixels(image, new Color(0xBDBDBD))).isGreaterThan(1000);
    assertThat(AltText.of(image))
        .contains("a table of colours, y by x; grey where there is no number");
    assertThatThrownBy(() -> map(new double[] {NAN}))
        .hasMessage("values must hold at least one number, and all are NaN");
    assertThatThrownBy(() -> map(new double[] {1, 1 / 0.0}))
        .hasMessage("values[0][1] (Infinity) must be finite");
    BufferedImage huge = map(new double[] {Double.MAX_VALUE, 0, -Double.MAX_VALUE}).image();
    assertThat(pixels(huge, ColorScale.BLUES.at(0.5))).isGreaterThan(1000);
    assertThat(Picture.displayWidth(huge)).isLessThan(800);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 159, 161, 1000, 4000})
  void mapsOfAnySizeFitOnAPage(int size) {
    for (double[][] values : new double[][][] {new double[size][2], new double[2][size]}) {
      BufferedImage image = map(values).values("%.1f").image();
      assertThat(Picture.displayWidth(image)).isLessThan(2300);
      assertThat(Picture.displayHeight(image)).isLessThan(3100);
    }
  }

  @Test
  void mapsBeyondThatAreRefused() {
    assertThatThrownBy(map(new double[2][4001])::image)
        .hasMessageContaining("values (2 rows, 4001 columns) are more than 4000 either way");
  }

  @Test
  void aMillionCellsAreEachAPlace() {
    double[][] values = new double[1000][1000];
    values[0][999] = 1;
    values[999][0] = 1;
    BufferedImage image = map(values).image();
    assertThat(Picture.displayWidth(image)).isBetween(960, 1200);
    assertThat(pixels(image, ColorScale.BLUES.at(1))).isBetween(2L, 1000L);
    int[][] counts = new int[1000][1000];
    for (int i = 0; i < counts.length; i++) {
      counts[i][i] = 50;
    }
    List<String> names = Collections.nCopies(1000, "a class of some kind");
    BufferedImage matrix = Plots.confusionMatrix(counts, names).image();
    assertThat(Picture.displayWidth(matrix)).isBetween(960, 1400);
    assertThat(pixels(matrix, ColorScale.BLUES.at(1))).isGreaterThan(1000);
  }

  @Test
  void imagesShowWhatIsANumber() {
    try (NDManager manager = NDManager.newBaseManager()) {
      float inf = Float.POSITIVE_INFINITY;
      NDArray image =
          manager.create(new float[] {Float.NaN, -2, 0, 2, inf, -inf}, new Shape(1, 1, 6));
      BufferedImage shown = Images.of(image);
      int[] greys = IntStream.range(0, 6).map(x -> shown.getRGB(x, 0) & 0xFF).toArray();
      assertThat(greys).containsExactly(0, 0, 128, 255, 255, 0);
      assertThat(Images.featureMaps(image).image()).isNotNull();
      NDArray nothing = manager.full(new Shape(1, 2, 2), Float.NaN);
      assertThat(Images.of(nothing).getRGB(0, 0)).isEqualTo(Color.BLACK.getRGB());
    }
  }

  @Test
  void aSearchThatExplodedIsDrawn() {
    double[] losses = {2, 1, NAN};
    RateSearch search = new RateSearch(new double[] {0.01, 0.1, 1}, losses, losses);
    XYChart chart = Plots.rates(search).chart();
    assertThat(chart.getSeriesMap().get("suggestion").getYData()).containsExactly(1, 2);
  }

  @Test
  void countsBeyondAnIntAddUp() {
    int most = Integer.MAX_VALUE;
    BufferedImage image =
        Plots.confusionMatrix(new int[][] {{most, most}, {0, 9}}, List.of("a", "b")).image();
    assertThat(pixels(image, ColorScale.BLUES.at(0.5))).isGreaterThan(200);
  }

  /** Each legend stays within its chart, and says how many names it leaves out. */
  @ParameterizedTest
  @CsvSource({
    "RIGHT, 12, 12, 12",
    "RIGHT, 18, 18, 11",
    "RIGHT, 19, 17, 11",
    "RIGHT, 60, 17, 11",
    "BELOW, 6, 6, 6",
    "BELOW, 60, 5, 5",
    "TOP_LEFT, 14, 14, 9",
    "TOP_LEFT, 60, 13, 9"
  })
  void aLegendNamesAsManySeriesAsFit(Legend legend, int series, int named, int namedBars) {
    LinePlot lines = lines().title("Many").legend(legend);
    BarPlot bars = bars("a", "b").legend(legend);
    ScatterPlot points = Plots.scatter().xLabel("x").yLabel("y").legend(legend);
    for (int i = 1; i <= series; i++) {
      lines = lines.series("series " + i, new double[] {i, 2 * i});
      bars = bars.series("series " + i, i, 1);
      points = points.point("series " + i, "", i, i);
    }
    assertLegend(lines.chart(), series, named);
    assertLegend(points.chart(), series, named);
    assertLegend(bars.chart(), series, namedBars);
  }

  private static void assertLegend(Chart<?, ?> chart, int series, int named) {
    List<String> expected =
        IntStream.rangeClosed(1, named).mapToObj(i -> "series " + i).collect(Collectors.toList());
    if (named < series) {
      expected.add("… and " + (series - named) + " more");
    }
    assertThat(chart.getSeriesMap().values().stream().map(Series.class::cast))
        .filteredOn(Series::isShowInLegend)
        .extracting(Series::getLabel)
        .isEqualTo(expected);
    assertThat(edges(Picture.of(chart)).filter(pixel -> pixel != Color.WHITE.getRGB())).isEmpty();
  }

  /** The pixels of a picture that are next to its edges. */
  private static IntStream edges(BufferedImage image) {
    int w = image.getWidth();
    int h = image.getHeight();
    return IntStream.range(0, w * h)
        .filter(i -> Math.min(Math.min(i % w, w - 1 - i % w), Math.min(i / w, h - 1 - i / w)) < 6)
        .map(i -> image.getRGB(i % w, i / w));
  }

  @Test
  void theKeysOfRunsStayWhereNamesAreLeftOut() {
    LinePlot plot = Plots.curves().yLabel("error (%)");
    for (int i = 1; i <= 60; i++) {
      plot = plot.run("run " + i, new double[] {i, 1}, new double[] {i, 2});
    }
    XYChart chart = plot.chart();
    assertThat(chart.getSeriesMap().values().stream().filter(XYSeries::isShowInLegend))
        .extracting(XYSeries::getLabel)
        .hasSize(18)
        .endsWith("run 15", "… and 45 more", "test", "training");
    assertThat(chart.getSeriesMap().values().stream().filter(s -> s.getLabel().startsWith("run")))
        .extracting(XYSeries::getLineColor)
        .satisfies(colors -> assertThat(Set.copyOf(colors)).hasSize(60));
  }
}
