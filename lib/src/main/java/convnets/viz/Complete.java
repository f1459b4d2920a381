package convnets.viz;

import java.util.Collection;

/** What a plot must have before it can be drawn; every message names the call that is missing. */
final class Complete {

  private Complete() {}

  /**
   * The name of an axis, which it must have.
   *
   * @throws IllegalStateException if it has none
   */
  static String label(String call, String label) {
    if (label == null || label.isBlank()) {
      throw new IllegalStateException("an axis has no name: call " + call + "(…)");
    }
    return label;
  }

  /**
   * Requires at least one series.
   *
   * @throws IllegalStateException if there is none
   */
  static void notEmpty(String call, Collection<?> items) {
    if (items.isEmpty()) {
      throw new IllegalStateException("there is nothing to draw: call " + call + " first");
    }
  }
}
