package convnets.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import convnets.Checks;
import java.util.Optional;

/**
 * A fully connected layer, (N, in) -> (N, out): x Wᵀ + b.
 *
 * <p>Parameters: {@code weight} (out, in) and {@code bias} (out), both uniform over ±1/√in at
 * first, as in PyTorch.
 */
public final class Linear extends Unit {

  private final int in;
  private final int out;
  private final Start start;
  private final boolean spectral;
  private final Weight weight;
  private final Parameter bias;

  Linear(int in, int out) {
    this(Checks.positive("in", in), Checks.positive("out", out), Start.uniform(in), false);
  }

  private Linear(int in, int out, Start start, boolean spectral) {
    this.in = in;
    this.out = out;
    this.start = start;
    this.spectral = spectral;
    weight = new Weight(this, new Shape(out, in), start.weight, 0, spectral);
    bias = parameter("bias", Parameter.Type.BIAS, new Shape(out), start.bias);
  }

  /** How the parameters start. */
  private record Start(Initializer weight, Initializer bias) {
    static Start uniform(int in) {
      Initializer both = Initializers.uniform(1 / Math.sqrt(in));
      return new Start(both, both);
    }
  }

  /** Starts the weights in another way, and the bias at zero. */
  public Linear initializer(Initializer initializer) {
    return new Linear(in, out, new Start(initializer, Initializers.constant(0)), spectral);
  }

  /**
   * Computes with the weights over their largest singular value; see {@link Filters#spectralNorm}.
   */
  public Linear spectralNorm() {
    return new Linear(in, out, start, true);
  }

  @Override
  protected NDArray forward(Pass pass, NDArray x) {
    if (x.getShape().dimension() != 2 || x.getShape().get(1) != in) {
      throw new IllegalArgumentException(
          describe() + " takes (N, " + in + "), but was given " + x.getShape());
    }
    if (pass.dry()) {
      return pass.shaped(new Shape(x.getShape().get(0), out), x);
    }
    return ai.djl.nn.core.Linear.linear(
            pass.lowered(x), pass.lowered(weight.value(pass, x)), pass.lowered(pass.value(bias, x)))
        .singletonOrThrow();
  }

  @Override
  public long multiplyAdds(Shape input, Shape output) {
    return output.size() * in;
  }

  @Override
  protected String kind() {
    return "fc";
  }

  @Override
  public Optional<Window> window() {
    return Optional.of(Window.WHOLE);
  }

  @Override
  public String category() {
    return "fully connected";
  }

  @Override
  public Label label() {
    return Label.of(Role.FULLY_CONNECTED, "fc, " + out);
  }

  @Override
  public String describe() {
    return "fully connected, " + in + " → " + out;
  }
}
