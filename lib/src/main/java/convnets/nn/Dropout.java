package convnets.nn;

import ai.djl.ndarray.NDArray;
import convnets.Checks;
import convnets.torch.TorchOps;

/** Zeroes each number with a probability in training and scales the rest to keep the mean. */
final class Dropout extends Unit {

  private final double rate;

  Dropout(double rate) {
    this.rate = Checks.share("rate", rate);
  }

  @Override
  protected NDArray forward(Pass pass, NDArray x) {
    if (!pass.training() || rate == 0) {
      return x;
    }
    return TorchOps.dropout(x, rate);
  }

  @Override
  public Label label() {
    return Label.of(Role.NORMALIZATION, describe());
  }

  @Override
  public String describe() {
    return "dropout, " + rate;
  }
}
