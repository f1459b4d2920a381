package convnets.train;

import convnets.Checks;
import java.math.BigDecimal;
import java.math.MathContext;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;
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
   * @param rate the learning rate of its last step, of the first player where there are several
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
   * @param rate its learning rate, of the first player where there are several
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
   * The metric that decides which epoch is the best: that of the test set, or of training where
   * there is none.
   *
   * @throws IllegalStateException if no epoch was completed
   */
  public Metric leading() {
    Metrics test = last().test();
    return test.count() > 0 ? test.leading() : last().training().leading();
  }

  /**
   * The epoch whose leading metric is the best on the test set; of several, the one with the lowest
   * test loss; of several still, the first.
   *
   * @throws IllegalStateException if no epoch was completed, or there is no test set
   */
  public Epoch best() {
    if (last().test().count() == 0) {
      throw new IllegalStateException("there is no best epoch without a test set");
    }
    Metric leading = leading();
    Comparator<Epoch> better =
        Comparator.comparingDouble(epoch -> leading.worth(epoch.test().get(leading)));
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

  /** A metric of training in each epoch, as it is shown; NaN where it was not measured. */
  public double[] training(Metric metric) {
    return ofEpochs(epoch -> metric.shown(epoch.training().get(metric)));
  }

  /** A metric of the test set after each epoch, as it is shown; NaN where it was not measured. */
  public double[] test(Metric metric) {
    return ofEpochs(epoch -> metric.shown(epoch.test().get(metric)));
  }

  /** Of a classification: the training error of each epoch in percent. */
  public double[] trainingError() {
    return training(Classification.ERROR);
  }

  /** Of a classification: the test error after each epoch in percent; NaN without a test set. */
  public double[] testError() {
    return test(Classification.ERROR);
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

  /** A row for each epoch, with losses and the leading metric, shares in percent. */
  public Table table() {
    List<Column<?>> columns = new ArrayList<>();
    columns.add(IntColumn.create("epoch", epochs.stream().mapToInt(Epoch::epoch).toArray()));
    columns.add(column("rate", "0.######", ofEpochs(epoch -> rounded(epoch.rate()))));
    columns.addAll(columns("training", trainingLoss(), this::training));
    columns.addAll(columns("test", testLoss(), this::test));
    columns.add(column("seconds", "0.0", ofEpochs(Epoch::seconds)));
    columns.add(column("images/s", "#,##0", ofEpochs(Epoch::imagesPerSecond)));
    return Table.create("history", columns);
  }

  /** The loss and the leading metric of the training or the test set. */
  private List<Column<?>> columns(String set, double[] loss, Function<Metric, double[]> values) {
    List<Column<?>> columns = new ArrayList<>();
    columns.add(column(set + " loss", "0.000", loss));
    Metric leading = epochs.isEmpty() ? Metric.LOSS : leading();
    if (!leading.equals(Metric.LOSS)) {
      String name = set + " " + leading.name() + (leading.percent() ? " %" : "");
      columns.add(column(name, leading.percent() ? "0.0" : "0.000", values.apply(leading)));
    }
    return columns;
  }

  /** To three digits: a rate on its way to nothing has many more. */
  private static double rounded(double rate) {
    return new BigDecimal(rate).round(new MathContext(3)).doubleValue();
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
