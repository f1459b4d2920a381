package convnets.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import convnets.Checks;
import convnets.torch.NormOps;

/**
 * Batch normalisation over the channels of (N, C, H, W) or (N, C): γ (x − μ) / √(σ² + ε) + β.
 * (Ioffe and Szegedy, "Batch Normalization", 2015.)
 *
 * <p>In training μ and σ² are those of the batch, and the running statistics move towards them by
 * {@code momentum} (0.1: PyTorch's convention, not DJL's 0.9); otherwise, and where γ is frozen,
 * the running statistics are used. Parameters: {@code weight} (γ), {@code bias} (β), {@code
 * running_mean}, {@code running_var}.
 */
public final class BatchNorm extends Unit {

  private final int channels;
  private final double epsilon;
  private final double momentum;
  private final Parameter gamma;
  private final Parameter beta;
  private final Parameter mean;
  private final Parameter variance;

  BatchNorm(int channels, double epsilon, double momentum) {
    this.channels = Checks.positive("channels", channels);
    this.epsilon = epsilon;
    this.momentum = momentum;
    Shape shape = new Shape(channels);
    gamma = parameter("weight", Parameter.Type.GAMMA, shape, Initializers.constant(1));
    beta = parameter("bias", Parameter.Type.BETA, shape, Initializers.constant(0));
    mean = parameter("running_mean", Parameter.Type.RUNNING_MEAN, shape, Initializers.constant(0));
    variance =
        parameter("running_var", Parameter.Type.RUNNING_VAR, shape, Initializers.constant(1));
  }

  @Override
  protected NDArray forward(Pass pass, NDArray x) {
    check(x);
    if (pass.dry()) {
      return pass.shaped(x.getShape(), x);
    }
    boolean learns = pass.training() && gamma.requiresGradient();
    if (learns && x.size() == channels) {
      throw new IllegalArgumentException(
          describe()
              + (", takes mean and deviation over a batch in training, and was given a single"
                  + " number for each channel, ")
              + x.getShape()
              + ": train on batches of two images or more, or on larger images");
    }
    return NormOps.batchNorm(
        x,
        pass.value(mean, x),
        pass.value(variance, x),
        pass.value(gamma, x),
        pass.value(beta, x),
        learns,
        momentum,
        epsilon);
  }

  /** Whether x has the channels. */
  void check(NDArray x) {
    if (x.getShape().dimension() < 2 || x.getShape().get(1) != channels) {
      throw new IllegalArgumentException(
          describe() + " takes (N, " + channels + ", …), but was given " + x.getShape());
    }
  }

  /** γ, β, running mean and variance on the device of x. */
  NDArray[] values(Pass pass, NDArray x) {
    return new NDArray[] {
      pass.value(gamma, x), pass.value(beta, x), pass.value(mean, x), pass.value(variance, x)
    };
  }

  double epsilon() {
    return epsilon;
  }

  /** γ, β, running mean and variance, as {@link convnets.torch.FusedOps#fold} takes them. */
  NDArray[] values() {
    return new NDArray[] {gamma.getArray(), beta.getArray(), mean.getArray(), variance.getArray()};
  }

  @Override
  protected String kind() {
    return "bn";
  }

  @Override
  public Label label() {
    return Label.of(Role.NORMALIZATION, "BN");
  }

  @Override
  public String describe() {
    return "batch norm, " + channels;
  }
}
