package convnets.torch;

import static convnets.torch.TorchScript.bits;
import static convnets.torch.TorchScript.call;
import static convnets.torch.TorchScript.calls;
import static convnets.torch.TorchScript.integers;
import static convnets.torch.TorchScript.list;
import static convnets.torch.TorchScript.numbers;
import static convnets.torch.TorchScript.run;
import static convnets.torch.TorchScript.value;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;

/**
 * Native operators of PyTorch that DJL's API lacks: those of which networks and losses are made.
 *
 * <p>Gradients flow through every operator that returns an array. A result belongs to the manager
 * of the first argument.
 */
public final class TorchOps {

  private TorchOps() {}

  // Convolution.

  /**
   * A convolution, (N, in, H, W) -> (N, out, H', W').
   *
   * @param weight (out, in / groups, height, width)
   * @param bias (out), or null for none
   */
  public static NDArray convolution(NDArray x, NDArray weight, NDArray bias, Geometry geometry) {
    Device device = x.getDevice();
    // On a GPU the layout of the weights decides, and DJL's own call takes a third of a script's
    // time.
    if (device.isGpu() || !MemoryLayout.channelsLast(device)) {
      return JniUtils.convolution(
          (PtNDArray) x,
          (PtNDArray) weight,
          (PtNDArray) bias,
          geometry.strides(),
          geometry.padding(),
          geometry.dilations(),
          geometry.groups());
    }
    NDArray numbers = geometry.and(1);
    return bias == null
        ? call("conv", x, weight, numbers)
        : call("conv_bias", x, weight, bias, numbers);
  }

  /**
   * A transposed convolution, (N, in, H, W) -> (N, out, H', W'): the gradient of a convolution by
   * its input. H' = (H − 1) s − 2p + d (k − 1) + 1 + rows.
   *
   * @param weight (in, out / groups, height, width)
   * @param bias (out), or null for none
   * @param rows how many rows more there are below, fewer than the stride or the dilation
   * @param columns how many columns more there are on the right, likewise
   */
  public static NDArray transposedConvolution(
      NDArray x, NDArray weight, NDArray bias, Geometry geometry, int rows, int columns) {
    NDArray numbers = geometry.and(rows, columns);
    return bias == null
        ? call("conv_transpose", x, weight, numbers)
        : call("conv_transpose_bias", x, weight, bias, numbers);
  }

  // Activations.

  /** min(max(x, 0), 6). */
  public static NDArray relu6(NDArray x) {
    return call("relu6", x);
  }

  /** x · σ(x), the "swish" of EfficientNet. */
  public static NDArray silu(NDArray x) {
    return call("silu", x);
  }

  /** x · relu6(x + 3) / 6 (MobileNetV3, section 5.2). */
  public static NDArray hardswish(NDArray x) {
    return call("hardswish", x);
  }

  /** relu6(x + 3) / 6 (MobileNetV3, section 5.2). */
  public static NDArray hardsigmoid(NDArray x) {
    return call("hardsigmoid", x);
  }

  /** x where it is positive, slope · x elsewhere. */
  public static NDArray leakyRelu(NDArray x, double slope) {
    return call("leaky_relu", x, numbers(slope));
  }

  /**
   * x where it is positive, slope · x elsewhere.
   *
   * @param slope one for all, or one for each channel
   */
  public static NDArray prelu(NDArray x, NDArray slope) {
    return call("prelu", x, slope);
  }

  /** x where it is positive, α (eˣ − 1) elsewhere. */
  public static NDArray elu(NDArray x, double alpha) {
    return call("elu", x, numbers(alpha));
  }

  /** x · Φ(x), Φ the standard normal distribution's; not its approximation. */
  public static NDArray gelu(NDArray x) {
    return call("gelu", x);
  }

  /** Shares that add up to one along an axis: eˣ / Σ eˣ. */
  public static NDArray softmax(NDArray x, int axis) {
    return call("softmax", x, integers(axis));
  }

  // Pooling and resampling.

  /** The mean over height and width: (N, C, H, W) -> (N, C, 1, 1). */
  public static NDArray globalAverage(NDArray x) {
    return call("global_average", x);
  }

  /** The mean over a grid of {@code height} × {@code width} regions that tile the input. */
  public static NDArray adaptiveAverage(NDArray x, int height, int width) {
    return call("adaptive_average", x, integers(height, width));
  }

  /** The maximum over windows; with {@code ceil} the last window may hang over the edge. */
  public static NDArray maxPool(NDArray x, int kernel, int stride, int padding, boolean ceil) {
    return call("max_pool", x, integers(kernel, stride, padding, ceil ? 1 : 0));
  }

  /** The mean over windows; {@code countPadding} says whether zeros of the padding count. */
  public static NDArray averagePool(
      NDArray x, int kernel, int stride, int padding, boolean ceil, boolean countPadding) {
    return call(
        "average_pool", x, integers(kernel, stride, padding, ceil ? 1 : 0, countPadding ? 1 : 0));
  }

  /**
   * The maximum over windows whose pixels lie {@code dilation} apart, of an image with −∞ around
   * it.
   *
   * @param before pixels above and on the left
   * @param below pixels below; negative to leave rows of the image away
   * @param right pixels on the right; negative to leave columns away
   */
  public static NDArray dilatedMaxPool(
      NDArray x, int kernel, int stride, int dilation, long before, long below, long right) {
    return call("dilated_max_pool", x, integers(kernel, stride, dilation, before, below, right));
  }

  /**
   * The mean over windows whose pixels lie {@code dilation} apart, of an image with pixels around
   * it that do not count.
   *
   * @param before pixels above and on the left
   * @param below pixels below; negative to leave rows of the image away
   * @param right pixels on the right; negative to leave columns away
   * @param zeros how many of the pixels on each side do count, as zeros
   */
  public static NDArray dilatedAveragePool(
      NDArray x,
      int kernel,
      int stride,
      int dilation,
      long before,
      long below,
      long right,
      long zeros) {
    return call(
        "dilated_average_pool", x, integers(kernel, stride, dilation, before, below, right, zeros));
  }

  /**
   * Every {@code stride}-th pixel, with channels of zeros put before and after: (N, C, H, W) -> (N,
   * before + C + after, ⌈H/stride⌉, ⌈W/stride⌉). Shortcut option A of ResNet.
   */
  public static NDArray subsamplePad(NDArray x, int stride, int before, int after) {
    return call("subsample_pad", x, integers(stride, before, after));
  }

  /**
   * Deals the channels of each group out to all groups: (N, groups · C, H, W) read as a matrix of
   * groups by C, and transposed.
   */
  public static NDArray channelShuffle(NDArray x, int groups) {
    return call("channel_shuffle", x, integers(groups));
  }

  /** Zeros around the image: so many columns left and right, so many rows above and below. */
  public static NDArray pad(NDArray x, long left, long right, long above, long below) {
    return SpatialOps.constantPad(x, left, right, above, below, 0);
  }

  /**
   * The images at another size, by bilinear or bicubic interpolation; where they shrink, the kernel
   * is widened as Pillow does, so that nothing is skipped. (Feature maps are resized without that:
   * {@link SpatialOps#upsampleBilinear}.)
   */
  public static NDArray resize(NDArray x, int height, int width, boolean bicubic) {
    return call("resize", x, integers(height, width, bicubic ? 1 : 0));
  }

  /**
   * The sum of the branches that lie one behind the other along the channels, each channel times
   * its weight.
   *
   * @param x (N, branches · C, H, W)
   * @param weights (N, branches · C, 1, 1)
   * @return (N, C, H, W)
   */
  public static NDArray weightedSum(NDArray x, NDArray weights, int branches) {
    return call("weighted_sum", x, weights, integers(branches));
  }

  // Elements.

  /** x times a constant. (DJL's own lends autograd memory of the JVM for the constant.) */
  public static NDArray scale(NDArray x, double factor) {
    return call("scale", x, numbers(factor));
  }

  /** Zeroes each number with a probability, and divides the others by one minus it. */
  public static NDArray dropout(NDArray x, double rate) {
    return call("dropout", x, numbers(rate));
  }

  /** Zeroes whole images with a probability, and divides the others by one minus it. */
  public static NDArray stochasticDepth(NDArray x, double rate) {
    return call("stochastic_depth", x, numbers(rate));
  }

  /**
   * x in another precision: FLOAT32, FLOAT16 or BFLOAT16. Gradients go back in the precision of x.
   * Java can neither look into arrays of BFLOAT16 nor ask for their type: that ends the process.
   */
  public static NDArray convert(NDArray x, DataType precision) {
    return call("convert", x, integers(bits(precision)));
  }

  // Gradients.

  /**
   * The gradients of a scalar. They are made anew, and nothing is added to the gradients that DJL
   * keeps with each array ({@link NDArray#getGradient}).
   *
   * @param y a scalar that autograd has recorded; its record is used up
   * @param x arrays that take gradients
   * @return one array for each of x, zero where y does not depend on it; they belong to the manager
   *     of y
   */
  public static NDList gradients(NDArray y, NDList x) {
    try (IValue gradients = TorchScript.returned("gradients", value(y), list(x))) {
      return gradients.toNDList((PtNDManager) y.getManager());
    }
  }

  /**
   * The gradients of a scalar, which are themselves recorded, so that what is made of them can be
   * differentiated: a penalty on the norm of a gradient, for instance. The scalar keeps its record,
   * which takes memory until all that was made of it is closed.
   *
   * @param y a scalar that autograd has recorded
   * @param x arrays that take gradients, or that were computed from such
   * @return one array for each of x, zero where y does not depend on it; they belong to the manager
   *     of y. Record what is made of them ({@link GradMode#on})
   */
  public static NDList differentiableGradients(NDArray y, NDList x) {
    NDList arguments = new NDList(y);
    try (NDList handles = new NDList()) {
      for (NDArray array : x) {
        NDArray handle = same(array);
        handle.setName("x[]"); // DJL makes one list of all of these
        handles.add(handle);
      }
      arguments.addAll(handles);
      return calls("differentiable_gradients", arguments.toArray(NDArray[]::new));
    }
  }

  /**
   * Another handle of the same array: it stays when the first is closed, and to autograd both are
   * one. An observer of a pass keeps an inner activation by it, to ask for the gradient there
   * afterwards.
   */
  public static NDArray same(NDArray x) {
    return call("same", x);
  }

  /**
   * Arrays one behind the other along an axis. A single one is returned as it is: DJL's own
   * concatenation copies it, and no gradient comes through the copy.
   */
  public static NDArray concat(NDList parts, int axis) {
    return parts.size() == 1 ? parts.head() : NDArrays.concat(parts, axis);
  }

  // Memory.

  /** Zeros that lie in memory as another array does; they belong to its manager. */
  public static NDArray zerosLike(NDArray x) {
    return call("zeros_like", x);
  }

  /** Gives an array of four axes new memory, in which the second axis lies last. */
  public static void layOutChannelsLast(NDArray x) {
    run("channels_last_", value(x));
  }

  /**
   * Copies the numbers of one array over those of another of the same shape; autograd does not
   * record it.
   *
   * <p>DJL's {@code copyTo} must not be used on parameters and gradients: it puts memory of the JVM
   * under the target, which is freed once the Java object of the target is gone, while PyTorch may
   * go on using it.
   */
  public static void copy(NDArray source, NDArray target) {
    run("copy_", value(source), value(target));
  }

  // Losses.

  /**
   * Softmax cross-entropy, averaged over the batch.
   *
   * @param logits (N, classes)
   * @param targets (N), int64, or a share of each class, (N, classes), float32
   * @param smoothing the share of each target spread evenly over all classes, from 0 to 1
   * @return a scalar
   */
  public static NDArray crossEntropy(NDArray logits, NDArray targets, double smoothing) {
    if (targets.getShape().dimension() == 2 && !targets.getShape().equals(logits.getShape())) {
      throw new IllegalArgumentException(
          ("targets %s must have the shape of the logits %s: give the network as many outputs as"
                  + " the data set has classes")
              .formatted(targets.getShape(), logits.getShape()));
    }
    return call("cross_entropy", logits, targets, numbers(smoothing));
  }
}
