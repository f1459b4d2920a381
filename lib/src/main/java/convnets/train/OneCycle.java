package convnets.train;

import convnets.Checks;
import java.util.function.DoubleUnaryOperator;

/** The arithmetic of {@link Schedule#oneCycle}, step by step as PyTorch counts. */
final class OneCycle {

  private static final double START_DIVISOR = 25;
  private static final double END_DIVISOR = 1e4;

  private OneCycle() {}

  /**
   * Up and down.
   *
   * @param curve how a phase goes from its beginning (0 -> 0) to its end (1 -> 1)
   */
  static Schedule of(double peak, double rise, DoubleUnaryOperator curve) {
    Checks.fraction("rise", rise);
    double start = peak / START_DIVISOR;
    double end = start / END_DIVISOR;
    return (step, steps) -> {
      double top = Math.max(0, rise * steps - 1); // the step, not always a whole one, of the peak
      if (step <= top && top > 0) {
        return between(start, peak, curve.applyAsDouble(step / top));
      }
      double last = steps - 1 > top ? steps - 1 : top + 1;
      return between(peak, end, curve.applyAsDouble((step - top) / (last - top)));
    };
  }

  private static double between(double from, double to, double share) {
    return from + (to - from) * share;
  }
}
