package convnets.notebook;

import ai.djl.engine.Engine;
import convnets.viz.LinePlot;
import convnets.viz.Plots;
import convnets.viz.Png;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Gets ready in the background what a reader's first cells need: PyTorch, then the drawing of
 * charts. The kernel compiles those cells meanwhile, so the first plot comes half a second sooner.
 */
final class Warmup {

  private static final AtomicBoolean STARTED = new AtomicBoolean();

  private Warmup() {}

  /** Starts, once in a JVM; returns at once. */
  static void start() {
    if (STARTED.getAndSet(true)) {
      return;
    }
    Thread thread = new Thread(Warmup::run, "convnets-warm-up");
    thread.setContextClassLoader(Warmup.class.getClassLoader()); // where DJL looks for its engines
    thread.setDaemon(true);
    thread.start();
  }

  private static void run() {
    try {
      Engine.getInstance();
      drawChart();
    } catch (RuntimeException | LinkageError e) {
      // Whoever needs what failed tries again, and tells the reader.
    }
  }

  static void drawChart() {
    System.setProperty("java.awt.headless", "true"); // a chart needs no screen
    LinePlot plot =
        Plots.lines().series("loss", new double[] {2, 1}).xLabel("epoch").yLabel("loss");
    Png.encode(plot.chart());
  }
}
