package convnets.train;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import convnets.Checks;
import convnets.torch.ParameterOps;

/**
 * Stochastic gradient descent with momentum, as PyTorch counts it (Sutskever et al. 2013).
 *
 * <p>With gradient g, weight w, momentum μ, decay λ and rate η:
 *
 * <pre>{@code
 * g <- g + λ w                      (weights only)
 * m <- μ m + g
 * w <- w - η m                      or, with Nesterov's correction, w - η (g + μ m)
 * }</pre>
 */
public final class Sgd implements Optimizer {

  private static final Updater.Kind MOMENTUM = new Updater.Kind("momentum", false);

  private final double momentum;
  private final boolean nesterov;
  private final double decay;

  private Sgd(double momentum, boolean nesterov, double decay) {
    this.momentum = momentum;
    this.nesterov = nesterov;
    this.decay = decay;
  }

  /** Plain gradient descent. */
  public static Sgd plain() {
    return momentum(0);
  }

  /**
   * With momentum.
   *
   * @param momentum the share of the last change that goes on, from 0 to below 1
   */
  public static Sgd momentum(double momentum) {
    return new Sgd(Checks.fraction("momentum", momentum), false, 0);
  }

  /** The same that looks ahead: the gradient counts as if the momentum had already moved. */
  public Sgd nesterov() {
    return new Sgd(momentum, true, decay);
  }

  /** The same with weight decay (on weights only): the gradient of decay / 2 · ‖w‖². */
  public Sgd decay(double decay) {
    return new Sgd(momentum, nesterov, Checks.notNegative("decay", decay));
  }

  @Override
  public Updater start(Block block, Rates rates, NDManager manager) {
    Updater.Kind[] kinds = momentum == 0 ? new Updater.Kind[0] : new Updater.Kind[] {MOMENTUM};
    return new Updater(block, rates, manager, decay, kinds) {
      @Override
      protected void update(Group group, NDList gradients, double rate) {
        NDList momenta = group.state().getOrDefault(MOMENTUM.name(), new NDList());
        ParameterOps.sgdStep(
            group.values(), gradients, momenta, rate, momentum, group.decay(), nesterov);
      }
    };
  }

  @Override
  public String toString() {
    return "SGD(momentum %s%s, decay %s)".formatted(momentum, nesterov ? " Nesterov" : "", decay);
  }
}
