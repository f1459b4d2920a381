package convnets.viz;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.AxesChartStyler.TextAlignment;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;

/**
 * The look that all plots and figures share: a light ground, a thin grid, text that can be read.
 */
final class Style {

  static final int WIDTH = 720;
  static final int HEIGHT = 400;

  /**
   * Colours that people with any kind of colour vision tell apart (Okabe and Ito, "Color Universal
   * Design", 2008), without the yellow, which is too pale for a line.
   */
  private static final Color[] PALETTE = {
    new Color(0x0072B2), // blue
    new Color(0xD55E00), // vermilion
    new Color(0x009E73), // bluish green
    new Color(0xCC79A7), // reddish purple
    new Color(0xE69F00), // orange
    new Color(0x56B4E9), // sky blue
    new Color(0x4D4D4D), // dark grey
  };

  /** Of those behind, each dark enough for white letters on it. */
  private static final Color[] FURTHER = {
    new Color(0x6A3D9A), // violet
    new Color(0x8C510A), // brown
    new Color(0x808000), // olive
    new Color(0xA50026), // dark red
    new Color(0x01665E), // dark teal
  };

  /** Hues go on by the golden section: each lies far from those just before. */
  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

  static final Color TEXT = new Color(0x262626);
  static final Color FAINT_TEXT = new Color(0x666666);
  static final Color GRID = new Color(0xE3E3E3);
  static final Color FINE_GRID = new Color(0xECECEC);
  static final Color FRAME = new Color(0xB8B8B8);

  private Style() {}

  /** The colour of the n-th class, or of the n-th name in a plot: no two share one. */
  static Color classColor(int n) {
    if (n < PALETTE.length) {
      return PALETTE[n];
    }
    int further = n - PALETTE.length;
    if (further < FURTHER.length) {
      return FURTHER[further];
    }
    return Color.getHSBColor((float) (n * GOLDEN % 1), 0.9f, n % 2 == 0 ? 0.75f : 0.5f);
  }

  /** A plain font; {@code SansSerif} stands for one that every machine has. */
  static Font font(int size) {
    return new Font(Font.SANS_SERIF, Font.PLAIN, size);
  }

  /** A bold font. */
  static Font bold(int size) {
    return new Font(Font.SANS_SERIF, Font.BOLD, size);
  }

  /** A line of a series. */
  static BasicStroke line(boolean dashed) {
    float[] dashes = dashed ? new float[] {6, 4} : null;
    return new BasicStroke(
        dashed ? 1.6f : 2.2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, dashes, 0);
  }

  /** Gives a chart the look. */
  static <S extends AxesChartStyler> void apply(Chart<S, ?> chart) {
    S style = chart.getStyler();
    style
        .setBaseFont(font(13))
        .setChartBackgroundColor(Color.WHITE)
        .setChartFontColor(TEXT)
        .setChartPadding(12)
        .setChartTitleFont(bold(15))
        .setChartTitleBoxVisible(false)
        .setChartTitlePadding(8)
        .setPlotBackgroundColor(Color.WHITE)
        .setPlotBorderVisible(false)
        .setPlotContentSize(0.96)
        .setLegendFont(font(13))
        .setLegendBorderColor(new Color(0, true))
        .setLegendBackgroundColor(new Color(255, 255, 255, 215))
        .setLegendPadding(8)
        .setLegendSeriesLineLength(28)
        .setMarkerSize(7)
        .setAntiAlias(true);
    style.setPlotMargin(0);
    style
        .setAxisTitleFont(font(14))
        .setAxisTickLabelsFont(font(13))
        .setAxisTickLabelsColor(TEXT)
        .setAxisTickMarksColor(FRAME)
        .setAxisTickMarkLength(4)
        .setAxisTickPadding(6)
        .setAxisTitlePadding(8)
        .setPlotGridLinesColor(GRID)
        .setPlotGridLinesStroke(new BasicStroke(1))
        .setXAxisTickMarkSpacingHint(64)
        .setYAxisTickMarkSpacingHint(44)
        .setYAxisLabelAlignment(TextAlignment.Right)
        .setPlotTicksMarksVisible(false);
  }

  /** Puts the legend beside the plot, or into a corner of it. */
  static void legend(AxesChartStyler style, Legend legend) {
    style.setLegendVisible(legend != Legend.NONE);
    style.setLegendLayout(LegendLayout.Vertical);
    switch (legend) {
      case RIGHT -> style.setLegendPosition(LegendPosition.OutsideE);
      case BELOW -> {
        style.setLegendPosition(LegendPosition.OutsideS);
        style.setLegendLayout(LegendLayout.Horizontal);
      }
      case TOP_RIGHT -> style.setLegendPosition(LegendPosition.InsideNE);
      case TOP_LEFT -> style.setLegendPosition(LegendPosition.InsideNW);
      case BOTTOM_RIGHT -> style.setLegendPosition(LegendPosition.InsideSE);
      case BOTTOM_LEFT -> style.setLegendPosition(LegendPosition.InsideSW);
      case NONE -> {}
    }
  }
}
