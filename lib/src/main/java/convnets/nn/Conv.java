package convnets.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import convnets.torch.FusedActivation;
import convnets.torch.FusedOps;
import convnets.torch.SpatialOps;
import convnets.torch.TorchOps;
import java.util.Optional;

/**
 * A convolution, (N, in, H, W) -> (N, out, H', W') with H' = ⌊(H + 2p − d(k − 1) − 1) / s⌋ + 1.
 *
 * <p>By default its stride is 1, its padding keeps the size (for odd kernels), it has one group and
 * no bias, and starts as {@link Initializers#heFanOut()}. Each method below returns a new layer.
 * Parameters: {@code weight} (out, in / groups, kH, kW) and, where asked for, {@code bias} (out).
 */
public final class Conv extends Filters<Conv> {

  /** Zeros for an output of ⌈size / stride⌉, the odd one at the end. */
  private static final int TENSORFLOW = -2;

  Conv(int in, int out, int kernelHeight, int kernelWidth) {
    this(Spec.of(in, out, kernelHeight, kernelWidth, Initializers.heFanOut()));
  }

  private Conv(Spec spec) {
    super(spec, new Shape(spec.out, spec.in / spec.groups, spec.kernelHeight, spec.kernelWidth), 0);
  }

  /** Another geometry over the same parameters. */
  private Conv(Spec spec, Conv original) {
    super(spec, original);
  }

  /**
   * The same convolution, parameters included, over an image with {@code rate} times as many pixels
   * along a side: see {@link Atrous}.
   */
  Conv sampled(int stride, int rate) {
    Spec dense =
        spec.with(
            s -> {
              s.stride = stride;
              s.dilation *= isPoint() ? 1 : rate;
              s.padding *= s.padding > 0 ? rate : 1; // the others follow from the dilation
            });
    return new Conv(dense, this);
  }

  /** Whether it sees one pixel at a time: 1×1. */
  boolean isPoint() {
    return spec.kernelHeight == 1 && spec.kernelWidth == 1 && spec.padding <= 0;
  }

  @Override
  Conv with(Spec other) {
    return new Conv(other);
  }

  /**
   * Pads as TensorFlow's "same": for an output of ⌈H / stride⌉, and where the number of zeros is
   * odd, the extra one is at the bottom and on the right. Weights that were trained so need it.
   */
  public Conv tensorflowPadding() {
    return new Conv(spec.with(s -> s.padding = TENSORFLOW));
  }

  /**
   * Pads with what a mirror in the outermost pixels shows, where it would with zeros: what a
   * network paints has no seam along its edges then. The image must be larger than the padding.
   */
  public Conv reflect() {
    return new Conv(spec.with(s -> s.mirrored = true));
  }

  @Override
  NDArray filtered(NDArray x, NDArray weights, NDArray biases) {
    return TorchOps.convolution(x, weights, biases, geometry());
  }

  /**
   * activation(batch norm in evaluation(W ∗ x + b)).
   *
   * @param statistics of the batch norm: γ, β, mean, variance
   */
  NDArray normalised(
      Pass pass, NDArray x, NDArray[] statistics, double epsilon, FusedActivation activation) {
    checked(x.getShape());
    return FusedOps.convNorm(
        padded(x),
        weight.value(pass, x),
        pass.value(bias, x),
        geometry(),
        statistics,
        epsilon,
        activation);
  }

  @Override
  NDList foldedWith(NDArray weights, NDArray biases, NDArray[] statistics, double epsilon) {
    return FusedOps.fold(weights, biases, statistics, epsilon);
  }

  @Override
  ConvKernel kernel(NDArray weights, NDArray biases, Fusion fusion) {
    return fusion.kernel(weights, biases, geometry());
  }

  @Override
  NDArray padded(NDArray x) {
    if (!bordered()) {
      return x;
    }
    long rows = border(x.getShape().get(2), spec.kernelHeight);
    long columns = border(x.getShape().get(3), spec.kernelWidth);
    if (rows == 0 && columns == 0) {
      return x;
    }
    long above = rows / 2;
    long left = columns / 2;
    return spec.mirrored
        ? SpatialOps.reflectionPad(x, left, columns - left, above, rows - above)
        : TorchOps.pad(x, left, columns - left, above, rows - above);
  }

  /** Whether the input gets its border beforehand: the operator knows zeros on each side alone. */
  private boolean bordered() {
    return spec.mirrored || spec.padding == TENSORFLOW;
  }

  /** How many pixels are put around a side of the image in all, one more at its end if odd. */
  private long border(long size, int kernel) {
    if (spec.padding != TENSORFLOW) {
      return 2L * (spec.padding == SAME ? spec.dilation * (kernel - 1) / 2 : spec.padding);
    }
    long outputs = (size + spec.stride - 1) / spec.stride;
    return Math.max(0, (outputs - 1) * spec.stride + spec.dilation * (kernel - 1L) + 1 - size);
  }

  @Override
  int paddingFor(int kernel) {
    return bordered() ? 0 : (int) border(0, kernel) / 2;
  }

  @Override
  long filteredSize(long size, int kernel) {
    long border = border(size, kernel);
    if (spec.mirrored) {
      SpatialOps.checkReflection(border - border / 2, size);
    }
    long room = size + border - spec.dilation * (kernel - 1L) - 1;
    if (room < 0) {
      throw new IllegalArgumentException(
          describe() + ": the kernel does not fit into an input of size " + size);
    }
    return room / spec.stride + 1;
  }

  @Override
  public long multiplyAdds(Shape input, Shape output) {
    return output.size() * weight.shape().slice(1).size();
  }

  @Override
  public Optional<Window> window() {
    return Optional.of(new Window(spec.kernelHeight, spec.kernelWidth, spec.stride, spec.dilation));
  }

  @Override
  String noun() {
    return "conv";
  }

  @Override
  String strideNote() {
    return ", /" + spec.stride;
  }
}
