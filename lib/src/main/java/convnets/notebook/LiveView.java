package convnets.notebook;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * One output of a cell that changes in place: a line of text, a chart, an image, a table.
 *
 * <p>Values that come too fast are left out, so that neither the browser nor the notebook's file is
 * flooded; {@link #done} shows the last one, which stays. Outside a kernel nothing is shown.
 */
public final class LiveView {

  private final Optional<? extends Screen> screen;
  private final long interval;
  private final LongSupplier nanoTime;
  private String id;
  private long shownAt;
  private Object pending;

  /**
   * @param screen where to show; nothing outside a kernel
   * @param interval the least time between two values
   * @param nanoTime the clock
   */
  LiveView(Optional<? extends Screen> screen, Duration interval, LongSupplier nanoTime) {
    this.screen = screen;
    this.interval = interval.toNanos();
    this.nanoTime = nanoTime;
  }

  /** Shows a value in place of the one before, now or, if that was a moment ago, not at all. */
  public void show(Object value) {
    pending = value;
    if (id == null || nanoTime.getAsLong() - shownAt >= interval) {
      done();
    }
  }

  /** Shows the last value if it was left out. */
  public void done() {
    if (pending == null || screen.isEmpty()) {
      return;
    }
    if (id == null) {
      id = screen.get().display(pending);
    } else {
      screen.get().update(id, pending);
    }
    pending = null;
    shownAt = nanoTime.getAsLong();
  }
}
