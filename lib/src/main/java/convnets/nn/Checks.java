package convnets.nn;

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
   * Requires a number that is zero or positive.
   *
   * @return the number
   * @throws IllegalArgumentException if it is negative
   */
  static int notNegative(String name, int value) {
    if (value < 0) {
      throw new IllegalArgumentException(name + " (" + value + ") must not be negative");
    }
    return value;
  }

  /**
   * Requires one number to divide another.
   *
   * @throws IllegalArgumentException if it does not
   */
  static void divides(String divisorName, int divisor, String name, int value) {
    if (value % divisor != 0) {
      throw new IllegalArgumentException(
          divisorName + " (" + divisor + ") must divide " + name + " (" + value + ")");
    }
  }
}
