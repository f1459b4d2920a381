package convnets.notebook;

import convnets.data.ReadingProgress;
import convnets.io.DownloadProgress;
import convnets.train.Callback;
import convnets.train.History;
import convnets.train.Metric;
import convnets.train.Metrics;
import convnets.train.Progress;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Optional;

/**
 * One line below a cell that tells how far its work is, and at the end how it ended.
 *
 * <p>In a notebook the line changes in place, at most a few times a second. Outside a kernel, where
 * a line cannot be taken back, only those that are worth keeping are printed.
 */
public final class ProgressLine implements Callback, DownloadProgress, ReadingProgress {

  private final LiveView view;
  private final Optional<PrintStream> console;
  private final String label;

  /**
   * @param view where the line changes in place
   * @param console where lines are printed instead; nothing in a kernel
   * @param label what every line begins with, such as the name of a network; may be empty
   */
  ProgressLine(LiveView view, Optional<PrintStream> console, String label) {
    this.view = view;
    this.console = console;
    this.label = label.isEmpty() ? "" : label + " · ";
  }

  /** Shows where the work stands: called as often as one likes. */
  public void show(String line) {
    view.show(label + line);
  }

  /** Shows a line that is worth keeping: the end of an epoch, the end of the work. */
  public void keep(String line) {
    show(line);
    view.done();
    console.ifPresent(out -> out.println(label + line));
  }

  @Override
  public void batchEnded(Progress progress) {
    show(progress.line());
  }

  @Override
  public void epochEnded(Progress progress, History soFar) {
    keep("epoch " + progress.epoch() + "/" + progress.epochs() + metrics(soFar.last()));
  }

  /** Keeps a summary, as in "4 epochs · 68 s · training error 9.3% · test error 10.9%". */
  @Override
  public void fitEnded(History history) {
    int count = history.epochs().size();
    double seconds = history.epochs().stream().mapToDouble(History.Epoch::seconds).sum();
    keep(
        (history.interrupted() ? "interrupted after " : "")
            + (count == 1 ? "1 epoch" : count + " epochs")
            + String.format(Locale.ROOT, " · %.0f s", seconds)
            + (count == 0 ? "" : metrics(history.last())));
  }

  @Override
  public void fitFailed(RuntimeException problem) {
    view.done();
  }

  /** Shows how far a download is, as in "12.5 of 102.5 MB"; its end is kept. */
  @Override
  public void update(long done, long total) {
    String line =
        total < 0
            ? String.format(Locale.ROOT, "%.1f MB", done / 1e6)
            : String.format(Locale.ROOT, "%.1f of %.1f MB", done / 1e6, total / 1e6);
    if (done == total) {
      keep(line);
    } else {
      show(line);
    }
  }

  /** Shows how many pictures have been read, as in "250 of 10,000 pictures"; the end is kept. */
  @Override
  public void read(int done, int total) {
    String line = String.format(Locale.ROOT, "%,d of %,d pictures", done, total);
    if (done == total) {
      keep(line);
    } else {
      show(line);
    }
  }

  private static String metrics(History.Epoch epoch) {
    return text("training", epoch.training()) + text("test", epoch.test());
  }

  private static String text(String set, Metrics metrics) {
    Metric leading = metrics.leading();
    return metrics.count() == 0 ? "" : " · " + set + " " + leading.text(metrics.get(leading));
  }
}
