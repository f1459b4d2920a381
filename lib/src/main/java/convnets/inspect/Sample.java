package convnets.inspect;

import convnets.Checks;
import java.util.Arrays;

/** Several measurements of one quantity, and how far they lie apart. Immutable. */
public final class Sample {

  private final double[] sorted;

  private Sample(double[] sorted) {
    this.sorted = sorted;
  }

  /**
   * A sample of these measurements, in any order.
   *
   * @throws IllegalArgumentException if there is none, or one is not finite
   */
  public static Sample of(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("values (none) must be at least one");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    for (double value : sorted) {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException(
            "values " + Arrays.toString(values) + " must all be finite");
      }
    }
    return new Sample(sorted);
  }

  /** How many measurements there are. */
  public int count() {
    return sorted.length;
  }

  /** Their mean. */
  public double mean() {
    return Arrays.stream(sorted).average().orElseThrow();
  }

  /**
   * Their standard deviation, √(Σ(x − mean)² / (n − 1)): how far a single measurement lies from the
   * mean. NaN of a single one, which tells nothing of it.
   */
  public double deviation() {
    double mean = mean();
    double squares = Arrays.stream(sorted).map(value -> (value - mean) * (value - mean)).sum();
    return Math.sqrt(squares / (sorted.length - 1));
  }

  /** How far their mean may lie from the true one: the deviation over √n. */
  public double standardError() {
    return deviation() / Math.sqrt(sorted.length);
  }

  /** The one in the middle, or the mean of the two there. */
  public double median() {
    return quantile(0.5);
  }

  /**
   * The value below which this share of them lies, on a straight line between neighbours (type 7 of
   * Hyndman and Fan, "Sample Quantiles in Statistical Packages", 1996, as in NumPy and R).
   *
   * @param share from 0, the smallest, to 1, the largest
   */
  public double quantile(double share) {
    double place = Checks.probability("share", share) * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
