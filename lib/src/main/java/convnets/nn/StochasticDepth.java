package convnets.nn;

import ai.djl.ndarray.NDArray;
import convnets.Checks;
import convnets.torch.TorchOps;

/** Zeroes whole images with a probability in training and scales the rest to keep the mean. */
final class StochasticDepth extends Unit {

  private final double rate;

  StochasticDepth(double rate) {
    this.rate = Checks.share("rate", rate);
  }

  @Override
  protected NDArray forward(Pass pass, NDArray x) {
    if (!pass.training() || rate == 0) {
      return x;
    }
    return TorchOps.stochasticDepth(x, rate);
  }

  @Override
  public Label label() {
    return Label.of(Role.NORMALIZATION, describe());
  }

  @Override
  public String describe() {
    return "stochastic depth, " + rate;
  }
}
