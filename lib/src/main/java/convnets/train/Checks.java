package convnets.train;

/** Checks of arguments where they enter; every message names the argument and its value. */
final class Checks {

  private Checks() {}

  /** Requires a number of at least 1. */
  static int positive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " (" + value + ") must be at least 1");
    }
    return value;
  }

  /** Requires a finite number above zero. */
  static double positive(String name, double value) {
    if (!(value > 0 && Double.isFinite(value))) {
      throw new IllegalArgumentException(name + " (" + value + ") must be above 0");
    }
    return value;
  }

  /** Requires a finite number of at least zero. */
  static double notNegative(String name, double value) {
    if (!(value >= 0 && Double.isFinite(value))) {
      throw new IllegalArgumentException(name + " (" + value + ") must be 0 or above");
    }
    return value;
  }

  /** Requires a number from 0 to below 1. */
  static double share(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(name + " (" + value + ") must be from 0 to below 1");
    }
    return value;
  }
}
