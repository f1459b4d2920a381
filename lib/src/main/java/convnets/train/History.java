package convnets.train;

import convnets.Checks;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.numbers.NumberColumnFormatter;

/**
 * What a training has gone through. Immutable.
 *
 * <p>{@link Metrics} hold shares from 0 to 1; the arrays and the table for plots and readers hold
 * percentages, and say so.
 *
 * @param epochs that were completed
 * @param steps all steps, also of an epoch that was not completed
 * @param interrupted whether the thread was interrupted, which ends training early
 */
public record History(List<Epoch> epochs, List<Step> steps, boolean interrupted) {

  /**
   * An epoch.
   *
   * @param epoch its number, from 1
   * @param rate the learning rate of its last step
   * @param training over the epoch while the network changed, in training mode and on augmented
   *     images
   * @param test after the epoch; {@link Metrics#NONE} without a test set
   * @param seconds of training, evaluation left out
   */
  public record Epoch(int epoch, double rate, Metrics training, Metrics test, double seconds) {

    /** Images trained on in a second. */
    public double imagesPerSecond() {
      return training.count() / seconds;
    }
  }

  /**
   * A step.
   *
   * @param step its number, from 1
   * @param rate its learning rate
   * @param loss of its batch, before the step
   */
  public record Step(int step, double rate, double loss) {}

  /** Copies the lists. */
  public History {
    epochs = List.copyOf(epochs);
    steps = List.copyOf(steps);
  }

  /**
   * The last epoch.
   *
   * @throws IllegalStateException if none was completed
   */
  public Epoch last() {
    if (epochs.isEmpty()) {
      throw new IllegalStateException(
          "no epoch was completed" + (interrupted ? ": the training was interrupted" : ""));
    }
    return epochs.get(epochs.size() - 1);
  }

  /**
   * The epoch with the highest test accuracy; of several, the one with the lowest test loss; of
   * several still, the first.
   *
   * @throws IllegalStateException if no epoch was completed, or there is no test set
   */
  public Epoch best() {
    if (last().test().count() == 0) {
      throw new IllegalStateException("there is no best epoch without a test set");
    }
    Comparator<Epoch> better = Comparator.comparingDouble(epoch -> epoch.test().accuracy());
    better = better.thenComparing(epoch -> epoch.test().loss(), Comparator.reverseOrder());
    return Collections.max(epochs, better);
  }

  /** The number of each epoch, from 1: an x-axis. */
  public double[] epochNumbers() {
    return ofEpochs(Epoch::epoch);
  }

  /** The mean training loss of each epoch. */
  public double[] trainingLoss() {
    return ofEpochs(epoch -> epoch.training().loss());
  }

  /** The test loss after each epoch; NaN without a test set. */
  public double[] testLoss() {
    return ofEpochs(epoch -> epoch.test().loss());
  }

  /** The training error of each epoch in percent. */
  public double[] trainingError() {
    return ofEpochs(epoch -> 100 * epoch.training().error());
  }

  /** The test error after each epoch in percent; NaN without a test set. */
  public double[] testError() {
    return ofEpochs(epoch -> 100 * epoch.test().error());
  }

  /** The loss of each step. */
  public double[] stepLoss() {
    return ofSteps(Step::loss);
  }

  /**
   * The loss of each step as the mean of itself and those before it.
   *
   * @param window how many steps are averaged, fewer at the start
   */
  public double[] smoothedLoss(int window) {
    Checks.positive("window", window);
    double[] loss = stepLoss();
    return IntStream.range(0, loss.length)
        .mapToDouble(
            i -> Arrays.stream(loss, Math.max(0, i + 1 - window), i + 1).average().getAsDouble())
        .toArray();
  }

  /** The learning rate of each step. */
  public double[] stepRate() {
    return ofSteps(Step::rate);
  }

  /** A row for each epoch; errors in percent. */
  public Table table() {
    return Table.create(
        "history",
        IntColumn.create("epoch", epochs.stream().mapToInt(Epoch::epoch).toArray()),
        column("rate", "0.######", ofEpochs(Epoch::rate)),
        column("training loss", "0.000", trainingLoss()),
        column("training error %", "0.0", trainingError()),
        column("test loss", "0.000", testLoss()),
        column("test error %", "0.0", testError()),
        column("seconds", "0.0", ofEpochs(Epoch::seconds)),
        column("images/s", "#,##0", ofEpochs(Epoch::imagesPerSecond)));
  }

  /** A column that prints its numbers in a pattern, in every locale alike. */
  private static DoubleColumn column(String name, String pattern, double[] numbers) {
    DoubleColumn column = DoubleColumn.create(name, numbers);
    column.setPrintFormatter(
        new NumberColumnFormatter(
            new DecimalFormat(pattern, DecimalFormatSymbols.getInstance(Locale.ROOT))));
    return column;
  }

  private double[] ofEpochs(ToDoubleFunction<Epoch> value) {
    return epochs.stream().mapToDouble(value).toArray();
  }

  private double[] ofSteps(ToDoubleFunction<Step> value) {
    return steps.stream().mapToDouble(value).toArray();
  }
}
