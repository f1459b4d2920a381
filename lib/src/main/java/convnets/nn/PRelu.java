package convnets.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import convnets.Checks;
import convnets.torch.TorchOps;

/**
 * A leaky ReLU that learns its slope: x where it is positive, a · x elsewhere. (He et al., "Delving
 * Deep into Rectifiers", 2015, equation 1.) Weight decay leaves the slopes alone, as the paper
 * does. Parameter: {@code weight} (1) or (channels), 0.25 at first.
 */
final class PRelu extends Unit {

  private final int slopes;
  private final Parameter weight;

  /**
   * @param slopes one for all, or one for each channel
   */
  PRelu(int slopes) {
    this.slopes = Checks.positive("channels", slopes);
    weight =
        parameter("weight", Parameter.Type.OTHER, new Shape(slopes), Initializers.constant(0.25));
  }

  @Override
  protected NDArray forward(Pass pass, NDArray x) {
    Shape shape = x.getShape();
    if (slopes > 1 && (shape.dimension() < 2 || shape.get(1) != slopes)) {
      throw new IllegalArgumentException(
          describe() + " takes (N, " + slopes + ", …), but was given " + shape);
    }
    return pass.dry() ? pass.shaped(shape, x) : TorchOps.prelu(x, pass.value(weight, x));
  }

  @Override
  protected String kind() {
    return "prelu";
  }

  @Override
  public Label label() {
    return Label.of(Role.ACTIVATION, "PReLU");
  }

  @Override
  public String describe() {
    return slopes == 1 ? "PReLU" : "PReLU, " + slopes;
  }
}
