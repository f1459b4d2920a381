package convnets.viz;

import java.util.Collection;

/** Checks of arguments where they enter; every message names the argument and its value. */
final class Checks {

  private Checks() {}

  /**
   * Requires a positive number.
   *
   * @return the number
   * @throws IllegalArgumentException if it is zero or negative
   */
  static int positive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " (" + value + ") must be at least 1");
    }
    return value;
  }

  /**
   * Requires an axis to have a name.
   *
   * @return the name
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
