package convnets.notebook;

import convnets.train.Callback;
import convnets.train.History;
import convnets.train.Metric;
import convnets.train.Progress;
import convnets.viz.Plots;
import org.knowm.xchart.XYChart;

/**
 * The leading metric of training and test over epochs, one chart below the cell that grows while it
 * trains.
 */
public final class LiveCurves implements Callback {

  private final LiveView view;
  private final String title;

  /**
   * @param view where the chart changes in place
   * @param title of the chart
   */
  LiveCurves(LiveView view, String title) {
    this.view = view;
    this.title = title;
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

  private XYChart chart(History history) {
    Metric leading = history.leading();
    double[] epochs = history.epochNumbers();
    return Plots.curves()
        .title(title)
        .yLabel(leading.label())
        .markers()
        .measured("training", epochs, history.training(leading)) // a metric may be one of
        .measured("test", epochs, history.test(leading)) // evaluation, or of training, alone
        .chart();
  }
}
