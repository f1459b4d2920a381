package convnets;

/** Checks of arguments where they enter; every message names the argument and its value. */
public final class Checks {

  private Checks() {}

  /**
   * Requires a number of at least 1.
   *
   * @return the number
   * @throws IllegalArgumentException if it is zero or negative
   */
  public static int positive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " (" + value + ") must be at least 1");
    }
    return value;
  }

  /**
   * Requires numbers of at least 1.
   *
   * @return a copy of them
   * @throws IllegalArgumentException if one is zero or negative
   */
  public static int[] positive(String name, int[] values) {
    for (int value : values) {
      positive(name, value);
    }
    return values.clone();
  }

  /**
   * Requires a finite number above zero.
   *
   * @return the number
   * @throws IllegalArgumentException if it is not
   */
  public static double positive(String name, double value) {
    if (!(value > 0 && Double.isFinite(value))) {
      throw new IllegalArgumentException(name + " (" + value + ") must be above 0");
    }
    return value;
  }

  /**
   * Requires a number that is zero or positive.
   *
   * @return the number
   * @throws IllegalArgumentException if it is negative
   */
  public static int notNegative(String name, int value) {
    if (value < 0) {
      throw new IllegalArgumentException(name + " (" + value + ") must not be negative");
    }
    return value;
  }

  /**
   * Requires a finite number of at least zero.
   *
   * @return the number
   * @throws IllegalArgumentException if it is not
   */
  public static double notNegative(String name, double value) {
    if (!(value >= 0 && Double.isFinite(value))) {
      throw new IllegalArgumentException(name + " (" + value + ") must be 0 or above");
    }
    return value;
  }

  /**
   * Requires a number from 0 to below 1.
   *
   * @return the number
   * @throws IllegalArgumentException if it is not
   */
  public static double fraction(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(name + " (" + value + ") must be from 0 to below 1");
    }
    return value;
  }

  /**
   * Requires a number from 0 to 1.
   *
   * @return the number
   * @throws IllegalArgumentException if it is not
   */
  public static double probability(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(name + " (" + value + ") must be from 0 to 1");
    }
    return value;
  }

  /**
   * Requires one number to divide another.
   *
   * @throws IllegalArgumentException if it does not
   */
  public static void divides(String divisorName, int divisor, String name, int value) {
    if (value % divisor != 0) {
      throw new IllegalArgumentException(
          divisorName + " (" + divisor + ") must divide " + name + " (" + value + ")");
    }
  }
}
