package convnets.viz;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import org.knowm.xchart.internal.chartpart.Annotation;

/** Upright bars with a short stroke across each end. */
final class ErrorBars extends Annotation {

  private static final int HALF_WIDTH = 5;

  private final double[] xs;
  private final double[] lows;
  private final double[] highs;
  private final Color color;

  ErrorBars(double[] xs, double[] lows, double[] highs, Color color) {
    super(false);
    this.xs = xs;
    this.lows = lows;
    this.highs = highs;
    this.color = color;
  }

  @Override
  public void paint(Graphics2D g) {
    g.setColor(color);
    g.setStroke(new BasicStroke(1.4f));
    for (int i = 0; i < xs.length; i++) {
      if (Double.isNaN(xs[i] + lows[i] + highs[i])) {
        continue; // nothing was measured there
      }
      int x = getXAxisScreenValue(xs[i]);
      int low = getYAxisScreenValue(lows[i]);
      int high = getYAxisScreenValue(highs[i]);
      g.drawLine(x, low, x, high);
      g.drawLine(x - HALF_WIDTH, low, x + HALF_WIDTH, low);
      g.drawLine(x - HALF_WIDTH, high, x + HALF_WIDTH, high);
    }
  }
}
