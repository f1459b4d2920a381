package convnets.notebook;

import java.io.PrintStream;
import java.util.Optional;

/**
 * One line below a cell that tells how far its work is, and at the end how it ended.
 *
 * <p>In a notebook the line changes in place, at most a few times a second. Outside a kernel, where
 * a line cannot be taken back, only those that are worth keeping are printed.
 */
public final class ProgressLine {

  private final LiveView view;
  private final Optional<PrintStream> console;

  /**
   * @param view where the line changes in place
   * @param console where lines are printed instead; nothing in a kernel
   */
  ProgressLine(LiveView view, Optional<PrintStream> console) {
    this.view = view;
    this.console = console;
  }

  /** Shows where the work stands: called as often as one likes. */
  public void show(String line) {
    view.show(line);
  }

  /** Shows a line that is worth keeping: the end of an epoch, the end of the work. */
  public void keep(String line) {
    view.show(line);
    view.done();
    console.ifPresent(out -> out.println(line));
  }

  /** Shows the last line if it was left out. */
  public void done() {
    view.done();
  }
}
