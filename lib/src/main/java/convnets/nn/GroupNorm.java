package convnets.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import convnets.Checks;
import convnets.torch.NormOps;

/**
 * Normalises groups of channels of each image by themselves, in training and evaluation alike: γ (x
 * − μ) / √(σ² + ε) + β, (N, C, …) -> the same. (Wu and He, "Group Normalization", 2018.) With a
 * channel a group it is instance normalisation. (Ulyanov et al., "Instance Normalization", 2016.)
 *
 * <p>Each method below returns a new layer. Parameters, if it has them: {@code weight} (γ) and
 * {@code bias} (β), one a channel.
 */
public final class GroupNorm extends Unit {

  private final int groups;
  private final int channels;
  private final double epsilon;

  /** Null for a layer without parameters; also {@code beta}. */
  private final Parameter gamma;

  private final Parameter beta;

  GroupNorm(int groups, int channels, double epsilon, boolean affine) {
    this.groups = Checks.positive("groups", groups);
    this.channels = Checks.positive("channels", channels);
    this.epsilon = Checks.positive("epsilon", epsilon);
    Checks.divides("groups", groups, "channels", channels);
    Shape shape = new Shape(channels);
    gamma =
        affine ? parameter("weight", Parameter.Type.GAMMA, shape, Initializers.constant(1)) : null;
    beta = affine ? parameter("bias", Parameter.Type.BETA, shape, Initializers.constant(0)) : null;
  }

  /** Adds this to the variance, in place of 1e-5. */
  public GroupNorm epsilon(double epsilon) {
    return new GroupNorm(groups, channels, epsilon, gamma != null);
  }

  /** Scales and shifts each channel, by 1 and 0 at first. */
  public GroupNorm affine() {
    return new GroupNorm(groups, channels, epsilon, true);
  }

  @Override
  protected NDArray forward(Pass pass, NDArray x) {
    Shape shape = x.getShape();
    if (shape.dimension() < 2 || shape.get(1) != channels) {
      throw new IllegalArgumentException(
          describe() + " takes (N, " + channels + ", …), but was given " + shape);
    }
    if (shape.slice(1).size() == groups) {
      throw new IllegalArgumentException(
          "%s makes zeros of %s: a group is a single number there. Leave it out"
              .formatted(describe(), shape));
    }
    return pass.dry()
        ? pass.shaped(shape, x)
        : NormOps.groupNorm(x, pass.value(gamma, x), pass.value(beta, x), groups, epsilon);
  }

  private boolean ofInstances() {
    return groups == channels;
  }

  @Override
  protected String kind() {
    return "norm";
  }

  @Override
  public Label label() {
    return Label.of(Role.NORMALIZATION, ofInstances() ? "IN" : "GN, " + groups + " groups");
  }

  @Override
  public String describe() {
    return ofInstances()
        ? "instance norm, " + channels
        : "group norm, " + channels + ", " + groups + " groups";
  }
}
