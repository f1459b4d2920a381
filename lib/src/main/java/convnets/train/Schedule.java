package convnets.train;

import convnets.Checks;
import java.util.Arrays;

/**
 * The learning rate as a function of the step. Schedules are immutable and know nothing of the
 * training but its length.
 *
 * <p>Those that are made here refuse rates that single precision does not hold, and steps that the
 * training has not.
 */
@FunctionalInterface
public interface Schedule {

  /**
   * The rate of one step.
   *
   * @param step its number, from 0 to {@code steps - 1}
   * @param steps how many steps the whole training has
   * @return finite, 0 or above; a training refuses others
   */
  double rate(int step, int steps);

  /** Always the same rate. */
  static Schedule constant(double rate) {
    requireRate("rate", rate);
    return ofSteps((step, steps) -> rate);
  }

  /**
   * A rate that drops at given points of the training. He et al. 2015 (arXiv:1512.03385, section
   * 4.2) divide 0.1 by ten at 32k and 48k of 64k steps: {@code step(0.1, 0.1, 0.5, 0.75)}.
   *
   * @param rate of the first step
   * @param factor what the rate is multiplied by at each milestone
   * @param milestones fractions of the whole training, each from 0 to below 1, rising
   */
  static Schedule step(double rate, double factor, double... milestones) {
    requireRate("rate", rate);
    Checks.positive("factor", factor);
    double[] fractions = milestones.clone();
    for (int i = 0; i < fractions.length; i++) {
      Checks.fraction("milestone", fractions[i]);
      if (i > 0 && fractions[i] <= fractions[i - 1]) {
        throw new IllegalArgumentException(
            "milestones " + Arrays.toString(fractions) + " must rise from one to the next");
      }
    }
    requireRate("the last rate", Math.max(rate, rate * Math.pow(factor, fractions.length)));
    return ofSteps(
        (step, steps) -> {
          long passed =
              Arrays.stream(fractions).filter(at -> step >= Math.round(at * steps)).count();
          return rate * Math.pow(factor, passed);
        });
  }

  /**
   * Half a cosine from {@code rate} down to zero, which the step after the last would reach.
   * Loshchilov and Hutter 2016, arXiv:1608.03983; PyTorch's {@code CosineAnnealingLR}.
   */
  static Schedule cosine(double rate) {
    requireRate("rate", rate);
    return ofSteps((step, steps) -> rate * (1 + Math.cos(Math.PI * step / steps)) / 2);
  }

  /**
   * One cycle: up from {@code peak / 25} to {@code peak}, then down to {@code peak / 250,000}, each
   * along half a cosine. Smith and Topin 2017, arXiv:1708.07120; PyTorch's {@code OneCycleLR} with
   * {@code anneal_strategy="cos"} and its defaults.
   *
   * @param peak the highest rate
   * @param rise the fraction of the training in which the rate rises, from 0 to below 1
   */
  static Schedule oneCycle(double peak, double rise) {
    requireRate("peak", peak);
    return ofSteps(OneCycle.of(peak, rise, share -> (1 - Math.cos(Math.PI * share)) / 2));
  }

  /**
   * The same along straight lines: PyTorch's {@code OneCycleLR} with {@code
   * anneal_strategy="linear"}.
   */
  static Schedule oneCycleLinear(double peak, double rise) {
    requireRate("peak", peak);
    return ofSteps(OneCycle.of(peak, rise, share -> share));
  }

  /**
   * A warm-up before this schedule: the rate rises in equal steps to this schedule's first rate,
   * and then this schedule runs over the steps that are left. PyTorch: {@code LinearLR} with a
   * start factor of 1 / (n + 1), in a {@code SequentialLR}. Goyal et al. 2017, arXiv:1706.02677.
   *
   * @param fraction n as a fraction of the whole training, from 0 to below 1
   */
  default Schedule warmUp(double fraction) {
    Checks.fraction("fraction", fraction);
    return ofSteps(
        (step, steps) -> {
          int n = (int) (fraction * steps);
          return step < n ? rate(0, steps - n) * (step + 1) / (n + 1) : rate(step - n, steps - n);
        });
  }

  /** Weights are in single precision, and so is what is taken from them. */
  private static void requireRate(String name, double rate) {
    Checks.positive(name, rate);
    if (rate > Float.MAX_VALUE) {
      throw new IllegalArgumentException(
          name + " (" + rate + ") must be at most " + Float.MAX_VALUE + ", the largest float");
    }
  }

  /** The same, for steps that there are. */
  private static Schedule ofSteps(Schedule schedule) {
    return (step, steps) -> {
      Checks.positive("steps", steps);
      if (step < 0 || step >= steps) {
        throw new IllegalArgumentException(
            "step (%d) must be from 0 to below the number of steps (%d)".formatted(step, steps));
      }
      return schedule.rate(step, steps);
    };
  }
}
