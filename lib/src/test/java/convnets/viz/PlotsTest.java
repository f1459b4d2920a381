package convnets.viz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convnets.train.RateSearch;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.util.List;
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
    XYSeries validation = chart.getSeriesMap().get("plain");
    XYSeries other = chart.getSeriesMap().get("residual");
    assertThat(training.getLineColor()).isEqualTo(validation.getLineColor());
    assertThat(other.getLineColor()).isNotEqualTo(validation.getLineColor());
    assertThat(training.getLineStyle().getDashArray()).isNotNull();
    assertThat(validation.getLineStyle().getDashArray()).isNull();
    assertThat(chart.getSeriesMap().values())
        .filteredOn(XYSeries::isShowInLegend)
        .extracting(XYSeries::getName)
        .containsExactly("plain", "residual", "validation", "training");
    assertThat(chart.getXAxisTitle()).isEqualTo("epoch");
    Picture.of(chart);
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
