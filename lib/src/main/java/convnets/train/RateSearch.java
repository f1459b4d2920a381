package convnets.train;

import java.util.Locale;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.Table;

/**
 * How the loss answers to a learning rate that rises from step to step (Smith 2015,
 * arXiv:1506.01186, section 3.3): it falls slowly, then fast, then grows without bounds.
 *
 * @param rates the learning rate of each step, rising
 * @param losses of the batch of each step, before the step
 * @param smoothed a moving average of the losses, in which the noise of single batches is less
 */
public record RateSearch(double[] rates, double[] losses, double[] smoothed) {

  /** The rate at which the smoothed loss was lowest: about the highest that still works. */
  public double lowest() {
    int best = 0;
    for (int i = 1; i < smoothed.length; i++) {
      best = smoothed[i] < smoothed[best] ? i : best;
    }
    return rates[best];
  }

  /**
   * A rate to train with: a tenth of the {@link #lowest}, which leaves room for the noise of the
   * search. For the peak of a schedule that warms up, more may do; look at the curve.
   */
  public double suggestion() {
    return lowest() / 10;
  }

  /** A row for each step. */
  public Table table() {
    return Table.create(
        "rate search",
        DoubleColumn.create("rate", rates),
        DoubleColumn.create("loss", losses),
        DoubleColumn.create("smoothed loss", smoothed));
  }

  /** As in "187 rates from 1.0e-05 to 4.2; suggests 0.046". */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d rates from %.2g to %.2g; suggests %.2g",
        rates.length,
        rates[0],
        rates[rates.length - 1],
        suggestion());
  }
}
