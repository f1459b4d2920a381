package convnets.train;

import convnets.Checks;

/**
 * How a moving average follows the weights of a training: after step n, from 0,
 *
 * <pre>{@code
 * average <- d average + (1 - d) weights
 * }</pre>
 *
 * <p>with the same d throughout, or, with a warm-up, d = min(decay, (1 + n) / (10 + n)), so that a
 * short training soon forgets its random beginning (TensorFlow's {@code ExponentialMovingAverage}).
 *
 * @param decay what stays of the average at a step, from 0 to below 1. The average looks back over
 *     about 1 / (1 - decay) steps: choose much fewer than the training has
 * @param warmsUp whether the first steps count more
 */
public record Averaging(double decay, boolean warmsUp) {

  /** Checks the decay. */
  public Averaging {
    Checks.fraction("decay", decay);
  }

  /** The same share at each step: timm's {@code ModelEmaV2}. */
  public static Averaging decay(double decay) {
    return new Averaging(decay, false);
  }

  /** The same, with a warm-up. */
  public Averaging warmUp() {
    return new Averaging(decay, true);
  }

  /** How much of the way to the weights the average goes after a step, from 0. */
  double share(int step) {
    double d = warmsUp ? Math.min(decay, (1.0 + step) / (10.0 + step)) : decay;
    return 1 - d;
  }

  /** As in "decay 0.999 with warm-up". */
  @Override
  public String toString() {
    return "decay " + decay + (warmsUp ? " with warm-up" : "");
  }
}
