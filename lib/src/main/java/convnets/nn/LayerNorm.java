package convnets.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import convnets.Checks;
import convnets.torch.NormOps;
import java.util.Arrays;

/**
 * Layer normalisation of each image by itself, in training and evaluation alike: γ (x − μ) / √(σ² +
 * ε) + β, over the last axes, or, for {@link Layers#layerNorm2d}, over the channels of each pixel.
 * (Ba et al., "Layer Normalization", 2016.)
 *
 * <p>Parameters: {@code weight} (γ) and {@code bias} (β), of the shape that is normalised over.
 */
public final class LayerNorm extends Unit {

  private final Shape normalized;
  private final boolean channelsFirst;
  private final double epsilon;
  private final Parameter gamma;
  private final Parameter beta;

  private LayerNorm(Shape normalized, boolean channelsFirst, double epsilon) {
    this.normalized = normalized;
    this.channelsFirst = channelsFirst;
    this.epsilon = Checks.positive("epsilon", epsilon);
    gamma = parameter("weight", Parameter.Type.GAMMA, normalized, Initializers.constant(1));
    beta = parameter("bias", Parameter.Type.BETA, normalized, Initializers.constant(0));
  }

  /** Over the last axes: (…, shape). */
  static LayerNorm over(int... shape) {
    if (shape.length == 0) {
      throw new IllegalArgumentException("shape () must name at least one axis");
    }
    long[] sizes = Arrays.stream(Checks.positive("shape", shape)).asLongStream().toArray();
    return new LayerNorm(new Shape(sizes), false, 1e-5);
  }

  /** Over the second of four axes. */
  static LayerNorm ofPixels(int channels) {
    return new LayerNorm(new Shape(Checks.positive("channels", channels)), true, 1e-6);
  }

  /** Adds this to the variance. */
  public LayerNorm epsilon(double epsilon) {
    return new LayerNorm(normalized, channelsFirst, epsilon);
  }

  @Override
  protected NDArray forward(Pass pass, NDArray x) {
    Shape shape = checked(x.getShape());
    if (pass.dry()) {
      return pass.shaped(shape, x);
    }
    NDArray g = pass.value(gamma, x);
    NDArray b = pass.value(beta, x);
    return channelsFirst
        ? NormOps.channelNorm(x, g, b, epsilon)
        : NormOps.layerNorm(x, g, b, epsilon);
  }

  private Shape checked(Shape shape) {
    int others = shape.dimension() - normalized.dimension();
    boolean fits =
        channelsFirst
            ? shape.dimension() == 4 && shape.get(1) == normalized.get(0)
            : others > 0 && shape.slice(others).equals(normalized);
    if (!fits) {
      String sizes = sizes(", ");
      throw new IllegalArgumentException(
          "%s takes (%s), but was given %s"
              .formatted(
                  describe(), channelsFirst ? "N, " + sizes + ", H, W" : "N, …, " + sizes, shape));
    }
    return shape;
  }

  private String sizes(String between) {
    return String.join(
        between, Arrays.stream(normalized.getShape()).mapToObj(Long::toString).toList());
  }

  @Override
  protected String kind() {
    return "norm";
  }

  @Override
  public Label label() {
    return Label.of(Role.NORMALIZATION, "LN");
  }

  @Override
  public String describe() {
    return "layer norm, " + sizes("×") + (channelsFirst ? " a pixel" : "");
  }
}
