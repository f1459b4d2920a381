package convnets.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import convnets.Checks;
import convnets.Options;
import convnets.torch.TorchOps;
import java.util.List;
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

  /** Everything that defines a pooling. */
  private static final class Spec extends Options<Spec> {
    Kind kind;
    int kernel;
    int stride;
    int padding;
    boolean ceil;
    boolean countPadding = true;
    int dilation = 1;

    /** Of a window's stride, what is not made: see {@link #sampled}. */
    int skipped = 1;
  }

  private final Spec spec;

  private Pool(Spec spec) {
    this.spec = spec;
    if (2 * spec.padding > spec.kernel) {
      throw new IllegalArgumentException(
          "padding (" + spec.padding + ") must be at most half of kernel (" + spec.kernel + ")");
    }
  }

  private static Pool of(Kind kind, int kernel, int stride) {
    return new Pool(
        new Spec()
            .with(
                s -> {
                  s.kind = kind;
                  s.kernel = Checks.positive("kernel", kernel);
                  s.stride = Checks.positive("stride", stride);
                }));
  }

  static Pool max(int kernel, int stride) {
    return of(Kind.MAX, kernel, stride);
  }

  static Pool average(int kernel, int stride) {
    return of(Kind.AVERAGE, kernel, stride);
  }

  /** Puts this many pixels on each side: zeros for an average, −∞ for a maximum. */
  public Pool padding(int padding) {
    Checks.notNegative("padding", padding);
    return new Pool(spec.with(s -> s.padding = padding));
  }

  /** Lets the last window hang over the edge, so that sizes round up. */
  public Pool ceil() {
    return new Pool(spec.with(s -> s.ceil = true));
  }

  /** Averages over the pixels that are there, not over the zeros of the padding. */
  public Pool ignorePadding() {
    return new Pool(spec.with(s -> s.countPadding = false));
  }

  /**
   * The same pooling over an image with {@code rate} times as many pixels along a side: what it
   * made before is every so many pixels of what it makes now. See {@link Atrous}.
   */
  Pool sampled(int stride, int rate) {
    return new Pool(
        spec.with(
            s -> {
              s.skipped = s.stride / stride;
              s.stride = stride;
              s.dilation = rate;
            }));
  }

  @Override
  protected NDArray forward(Pass pass, NDArray x) {
    Shape shape = Inputs.images(describe(), x);
    if (spec.dilation > 1 || spec.skipped > 1) {
      return sparse(x);
    }
    checkFits(shape.get(2));
    checkFits(shape.get(3));
    return spec.kind == Kind.MAX
        ? TorchOps.maxPool(x, spec.kernel, spec.stride, spec.padding, spec.ceil)
        : TorchOps.averagePool(
            x, spec.kernel, spec.stride, spec.padding, spec.ceil, spec.countPadding);
  }

  private void checkFits(long size) {
    long hanging = spec.ceil ? spec.stride - 1L : 0; // beyond the edge
    if (size + 2L * spec.padding + hanging < spec.kernel) {
      throw new IllegalArgumentException(
          "%s with padding %d does not fit into an input of size %d"
              .formatted(describe(), spec.padding, size));
    }
  }

  /** The taps of each window lie {@code dilation} pixels apart. */
  private NDArray sparse(NDArray x) {
    int before = spec.padding * spec.dilation;
    long below = zerosBehind(x.getShape().get(2));
    long right = zerosBehind(x.getShape().get(3));
    return spec.kind == Kind.MAX
        ? TorchOps.dilatedMaxPool(x, spec.kernel, spec.stride, spec.dilation, before, below, right)
        : TorchOps.dilatedAveragePool(
            x,
            spec.kernel,
            spec.stride,
            spec.dilation,
            before,
            below,
            right,
            spec.countPadding ? before : 0);
  }

  /**
   * How many pixels to put behind the last one, or to leave away if negative. As many windows fit
   * as of a convolution, but an image that the original halves evenly keeps its size; and they
   * start at the last window of the original, or behind it by less than its stride.
   */
  private long zerosBehind(long size) {
    long windows = originalWindows((size + spec.dilation - 1) / spec.dilation);
    long apart = (long) spec.dilation * spec.skipped;
    long before = (long) spec.padding * spec.dilation;
    long reach = (long) spec.dilation * (spec.kernel - 1) + 1;
    boolean keeps = spec.ceil || spec.kernel % 2 == 0;
    long room = keeps ? size - 1 : size + 2 * before - reach;
    long outputs = Math.floorDiv(room, spec.stride) + 1;
    long bounded = Math.min(Math.max(outputs, apart * (windows - 1) + 1), apart * windows);
    return (bounded - 1) * spec.stride + reach - size - before;
  }

  /** How many windows the original has along a side of this size: PyTorch's rule. */
  private long originalWindows(long size) {
    long stride = (long) spec.stride * spec.skipped;
    long room = size + 2L * spec.padding - spec.kernel;
    long windows = (spec.ceil ? room + stride - 1 : room) / stride + 1;
    return spec.ceil && (windows - 1) * stride >= size + spec.padding ? windows - 1 : windows;
  }

  @Override
  public Optional<Window> window() {
    return Optional.of(new Window(spec.kernel, spec.stride, spec.dilation));
  }

  @Override
  protected String kind() {
    return spec.kind == Kind.MAX ? "maxpool" : "avgpool";
  }

  @Override
  public Label label() {
    String title = name() + (spec.stride > 1 ? ", /" + spec.stride : "");
    return new Label(
        Role.POOLING, title, spec.dilation > 1 ? List.of("dilation " + spec.dilation) : List.of());
  }

  @Override
  public String describe() {
    String dilation = spec.dilation > 1 ? ", dilation " + spec.dilation : "";
    return name() + ", stride " + spec.stride + dilation;
  }

  private String name() {
    return spec.kernel
        + "×"
        + spec.kernel
        + (spec.kind == Kind.MAX ? " max pool" : " average pool");
  }
}
