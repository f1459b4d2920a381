package convnets.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import convnets.Checks;
import java.util.Arrays;

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
    long[] perImage = new long[x.getShape().dimension()];
    Arrays.fill(perImage, 1);
    perImage[0] = x.getShape().get(0);
    NDArray ones = x.getManager().ones(new Shape(perImage), x.getDataType());
    return x.mul(TorchOps.dropout(ones, rate));
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
