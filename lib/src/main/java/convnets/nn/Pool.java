package convnets.nn;

import ai.djl.ndarray.NDArray;
import convnets.Checks;
import convnets.torch.TorchOps;
import java.util.Optional;

/**
 * Pooling over windows, (N, C, H, W) -> (N, C, H', W') with H' = ⌊(H + 2p − k) / s⌋ + 1, or rounded
 * up with {@link #ceil()}. Each method below returns a new layer.
 */
public final class Pool extends Unit {

  private enum Kind {
    MAX,
    AVERAGE
  }

  private final Kind kind;
  private final int kernel;
  private final int stride;
  private final int padding;
  private final boolean ceil;
  private final boolean countPadding;

  private Pool(Kind kind, int kernel, int stride, int padding, boolean ceil, boolean countPadding) {
    this.kind = kind;
    this.kernel = Checks.positive("kernel", kernel);
    this.stride = Checks.positive("stride", stride);
    this.padding = Checks.notNegative("padding", padding);
    this.ceil = ceil;
    this.countPadding = countPadding;
    if (2 * padding > kernel) {
      throw new IllegalArgumentException(
          "padding (" + padding + ") must be at most half of kernel (" + kernel + ")");
    }
  }

  static Pool max(int kernel, int stride) {
    return new Pool(Kind.MAX, kernel, stride, 0, false, true);
  }

  static Pool average(int kernel, int stride) {
    return new Pool(Kind.AVERAGE, kernel, stride, 0, false, true);
  }

  /** Puts this many pixels on each side: zeros for an average, −∞ for a maximum. */
  public Pool padding(int padding) {
    return new Pool(kind, kernel, stride, padding, ceil, countPadding);
  }

  /** Lets the last window hang over the edge, so that sizes round up. */
  public Pool ceil() {
    return new Pool(kind, kernel, stride, padding, true, countPadding);
  }

  /** Averages over the pixels that are there, not over the zeros of the padding. */
  public Pool ignorePadding() {
    return new Pool(kind, kernel, stride, padding, ceil, false);
  }

  @Override
  protected NDArray forward(Pass pass, NDArray x) {
    return kind == Kind.MAX
        ? TorchOps.maxPool(x, kernel, stride, padding, ceil)
        : TorchOps.averagePool(x, kernel, stride, padding, ceil, countPadding);
  }

  @Override
  public Optional<Window> window() {
    return Optional.of(new Window(kernel, stride, 1));
  }

  @Override
  protected String kind() {
    return kind == Kind.MAX ? "maxpool" : "avgpool";
  }

  @Override
  public Label label() {
    return Label.of(Role.POOLING, name() + (stride > 1 ? ", /" + stride : ""));
  }

  @Override
  public String describe() {
    return name() + ", stride " + stride;
  }

  private String name() {
    return kernel + "×" + kernel + (kind == Kind.MAX ? " max pool" : " average pool");
  }
}
