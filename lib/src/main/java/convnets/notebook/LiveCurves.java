package convnets.notebook;

import convnets.train.Callback;
import convnets.train.History;
import convnets.train.Progress;
import convnets.viz.LinePlot;
import convnets.viz.Plots;
import org.knowm.xchart.XYChart;

/** Training and test error over epochs, one chart below the cell that grows while it trains. */
public final class LiveCurves implements Callback {

  private final LiveView view;

  /**
   * @param view where the chart changes in place
   */
  LiveCurves(LiveView view) {
    this.view = view;
  }

  @Override
  public void epochEnded(Progress progress, History soFar) {
    view.show(chart(soFar));
  }

  @Override
  public void fitEnded(History history) {
    view.done();
  }

  @Override
  public void fitFailed(RuntimeException problem) {
    view.done();
  }

  private static XYChart chart(History history) {
    LinePlot plot =
        Plots.curves()
            .yLabel("error (%)")
            .markers()
            .series("training", history.epochNumbers(), history.trainingError());
    return (history.last().test().count() == 0
            ? plot
            : plot.series("test", history.epochNumbers(), history.testError()))
        .chart();
  }
}
