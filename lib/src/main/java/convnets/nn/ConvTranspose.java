package convnets.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import convnets.Checks;
import convnets.torch.FusedOps;
import convnets.torch.TorchOps;
import java.util.Optional;

/**
 * A transposed convolution, (N, in, H, W) -> (N, out, H', W') with H' = (H − 1) s − 2p + d (k − 1)
 * + 1 + o: each pixel of the input puts a kernel's worth of pixels into the output, s apart. It is
 * the gradient of a convolution by its input, which is why s enlarges here. (Zeiler et al.,
 * "Deconvolutional Networks", 2010; Dumoulin and Visin, "A guide to convolution arithmetic for deep
 * learning", 2016, chapter 4.)
 *
 * <p>By default the stride s is 1 and the padding p such that H' = s H, where d (k − 1) + 1 − s is
 * odd by an output padding o of 1; with a stride of 1 and an even kernel the output has a pixel
 * more. It has one group and no bias, and starts as PyTorch's, {@link
 * Initializers#pytorchUniform()}. Each method below returns a new layer. Parameters: {@code weight}
 * (in, out / groups, kH, kW) and, where asked for, {@code bias} (out).
 */
public final class ConvTranspose extends Filters<ConvTranspose> {

  ConvTranspose(int in, int out, int kernelHeight, int kernelWidth) {
    this(Spec.of(in, out, kernelHeight, kernelWidth, Initializers.pytorchUniform()));
  }

  private ConvTranspose(Spec spec) {
    super(spec, new Shape(spec.in, spec.out / spec.groups, spec.kernelHeight, spec.kernelWidth), 1);
  }

  @Override
  ConvTranspose with(Spec other) {
    return new ConvTranspose(other);
  }

  /** Takes this many rows and columns away on each side. */
  @Override
  public ConvTranspose padding(int padding) {
    return super.padding(padding);
  }

  /**
   * Adds this many rows at the bottom and columns on the right, beyond what the padding leaves:
   * several sizes of image become one by a convolution with a stride, and this says which of them
   * comes back.
   *
   * @param rows fewer than the stride or the dilation
   */
  public ConvTranspose outputPadding(int rows) {
    Checks.notNegative("rows", rows);
    return new ConvTranspose(spec.with(s -> s.outputPadding = rows));
  }

  /** How far the kernel reaches beyond the stride. */
  private int overlap(int kernel) {
    return spec.dilation * (kernel - 1) + 1 - spec.stride;
  }

  /** How many rows or columns are added at the end. */
  private int more(int kernel) {
    boolean odd = spec.padding == SAME && spec.stride > 1 && overlap(kernel) % 2 != 0;
    return spec.outputPadding + (odd ? 1 : 0);
  }

  @Override
  int paddingFor(int kernel) {
    return spec.padding != SAME ? spec.padding : (overlap(kernel) + (spec.stride > 1 ? 1 : 0)) / 2;
  }

  @Override
  long filteredSize(long size, int kernel) {
    if (spec.padding == SAME && overlap(kernel) < 0) {
      throw new IllegalArgumentException(
          "%s: a kernel that reaches less far than the stride leaves gaps; call padding to allow them"
              .formatted(describe()));
    }
    int more = more(kernel);
    if (more > 0 && more >= Math.max(spec.stride, spec.dilation)) {
      throw new IllegalArgumentException(
          "%s: outputPadding (%d) must leave fewer rows than the stride (%d) or the dilation (%d)"
              .formatted(describe(), spec.outputPadding, spec.stride, spec.dilation));
    }
    long made = (size - 1) * spec.stride - 2L * paddingFor(kernel) + more;
    long filtered = made + spec.dilation * (kernel - 1L) + 1;
    if (filtered < 1) {
      throw new IllegalArgumentException(
          "%s: padding (%d) leaves nothing of an input of size %d"
              .formatted(describe(), spec.padding, size));
    }
    return filtered;
  }

  @Override
  NDArray filtered(NDArray x, NDArray weights, NDArray biases) {
    return TorchOps.transposedConvolution(
        x, weights, biases, geometry(), more(spec.kernelHeight), more(spec.kernelWidth));
  }

  @Override
  NDList foldedWith(NDArray weights, NDArray biases, NDArray[] statistics, double epsilon) {
    return FusedOps.foldTransposed(weights, biases, statistics, spec.groups, epsilon);
  }

  @Override
  ConvKernel kernel(NDArray weights, NDArray biases, Fusion fusion) {
    return new TransposedConvKernel(
        fusion.kernels(weights),
        fusion.copy(biases),
        geometry(),
        more(spec.kernelHeight),
        more(spec.kernelWidth));
  }

  /** Every pixel of the input is multiplied with the kernels of its group. */
  @Override
  public long multiplyAdds(Shape input, Shape output) {
    return input.size() * weight.shape().slice(1).size();
  }

  @Override
  public Optional<Window> window() {
    return Optional.of(
        new Window(seen(spec.kernelHeight), seen(spec.kernelWidth), 1, 1, spec.stride));
  }

  /** Over how many pixels of the input the taps of one output pixel stretch at most. */
  private int seen(int kernel) {
    return spec.dilation * (kernel - 1) / spec.stride + 1;
  }

  @Override
  String noun() {
    return "transposed conv";
  }

  @Override
  String strideNote() {
    return ", ×" + spec.stride;
  }
}
