package convnets.train;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import convnets.Checks;
import convnets.torch.ParameterOps;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2017, arXiv:1711.05101), as PyTorch
 * counts it.
 *
 * <p>With gradient g, weight w, decay λ, rate η, at step t from 1 on:
 *
 * <pre>{@code
 * w <- w - η λ w                    (weights only)
 * m <- β₁ m + (1 - β₁) g
 * v <- β₂ v + (1 - β₂) g²
 * w <- w - η (m / (1 - β₁ᵗ)) / (√(v / (1 - β₂ᵗ)) + ε)
 * }</pre>
 */
public final class AdamW implements Optimizer {

  private static final Updater.Kind MEAN = new Updater.Kind("mean", false);
  private static final Updater.Kind SQUARE = new Updater.Kind("square", false);
  private static final Updater.Kind STEPS = new Updater.Kind("steps", true);

  private final double beta1;
  private final double beta2;
  private final double epsilon;
  private final double decay;

  private AdamW(double beta1, double beta2, double epsilon, double decay) {
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
    this.decay = decay;
  }

  /** β₁ = 0.9, β₂ = 0.999, ε = 1e-8 and decay 0.01, as in PyTorch. */
  public static AdamW standard() {
    return new AdamW(0.9, 0.999, 1e-8, 0.01);
  }

  /** The same with other shares of the old averages, each from 0 to below 1. */
  public AdamW betas(double beta1, double beta2) {
    return new AdamW(
        Checks.fraction("beta1", beta1), Checks.fraction("beta2", beta2), epsilon, decay);
  }

  /** The same with another number that keeps from dividing by zero. */
  public AdamW epsilon(double epsilon) {
    return new AdamW(beta1, beta2, Checks.positive("epsilon", epsilon), decay);
  }

  /** The same with another weight decay (on weights only). */
  public AdamW decay(double decay) {
    return new AdamW(beta1, beta2, epsilon, Checks.notNegative("decay", decay));
  }

  @Override
  public Updater start(Block block, Rates rates, NDManager manager) {
    return new Updater(block, rates, manager, decay, MEAN, SQUARE, STEPS) {
      @Override
      protected void update(Group group, NDList gradients, double rate) {
        ParameterOps.adamwStep(
            group.values(),
            gradients,
            group.state().get(MEAN.name()),
            group.state().get(SQUARE.name()),
            group.state().get(STEPS.name()),
            rate,
            beta1,
            beta2,
            group.decay(),
            epsilon);
      }
    };
  }

  @Override
  public String toString() {
    return "AdamW(betas %s and %s, epsilon %s, decay %s)".formatted(beta1, beta2, epsilon, decay);
  }
}
