package convnets.train;

import java.util.Locale;

/**
 * Where a training stands. Loss and metrics are of the epoch so far, in training mode, as of the
 * last reading: the loop reads them from the device a few times a second, not at every step.
 *
 * @param epoch the current epoch, from 1
 * @param epochs how many the training has
 * @param batch how many batches of this epoch are done
 * @param batches how many an epoch has
 * @param rate the learning rate of the last step, of the first player where there are several
 * @param training loss and metrics of this epoch so far; {@link Metrics#NONE} before the first
 *     batch
 * @param imagesPerSecond speed of this epoch so far, evaluation left out
 * @param secondsLeft an estimate for the whole training; NaN before the first batch
 */
public record Progress(
    int epoch,
    int epochs,
    int batch,
    int batches,
    double rate,
    Metrics training,
    double imagesPerSecond,
    double secondsLeft) {

  private static final int BAR = 24;

  /** The share of the whole training that is done, from 0 to 1. */
  public double done() {
    return ((epoch - 1) * (double) batches + batch) / ((double) epochs * batches);
  }

  /**
   * A line of text, as in "epoch 2/4 ━━━━━━━━────── 58% · loss 0.412 · error 14.2% · 4,120 images/s
   * · 1:07 left".
   */
  public String line() {
    int filled = (int) Math.round(BAR * done());
    String bar = "━".repeat(filled) + "─".repeat(BAR - filled);
    String line = text("epoch %d/%d %s %.0f%%", epoch, epochs, bar, 100 * done());
    if (training.count() > 0) {
      Metric leading = training.leading();
      line += " · " + Metric.LOSS.text(training.loss());
      line += leading.equals(Metric.LOSS) ? "" : " · " + leading.text(training.get(leading));
      line += text(" · %,.0f images/s", imagesPerSecond);
    }
    return Double.isNaN(secondsLeft) ? line : line + " · " + clock(secondsLeft) + " left";
  }

  /** As in "0:09", "12:05" or "1:02:33". */
  private static String clock(double seconds) {
    long s = Math.round(seconds);
    return s < 3600
        ? text("%d:%02d", s / 60, s % 60)
        : text("%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
  }

  /** The same in every country: "0.412" is not "0,412". */
  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
