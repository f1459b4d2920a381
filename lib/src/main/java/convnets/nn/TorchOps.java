package convnets.nn;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Native operators of PyTorch that DJL's API lacks, called through one small TorchScript module
 * ({@code torch_ops.pt}, made by {@code src/main/torchscript/torch_ops.py}).
 *
 * <p>Gradients flow through every operator that returns an array. A result belongs to the manager
 * of the first argument.
 */
public final class TorchOps {

  private static final String RESOURCE = "torch_ops.pt";

  /** Arrays that outlive every caller: the names of methods, and small tuples of numbers. */
  private static final Map<List<Long>, NDArray> INTEGERS = new ConcurrentHashMap<>();

  private static final Map<List<Double>, NDArray> NUMBERS = new ConcurrentHashMap<>();

  private static final Map<String, NDArray> METHODS = new ConcurrentHashMap<>();

  private TorchOps() {}

  /** Loaded at first use, once. */
  private static final class Module {
    static final PtNDManager MANAGER =
        (PtNDManager) Engine.getEngine("PyTorch").newBaseManager(Device.cpu());
    static final PtSymbolBlock BLOCK = load();

    private static PtSymbolBlock load() {
      try (InputStream in = TorchOps.class.getResourceAsStream(RESOURCE)) {
        return JniUtils.loadModule(MANAGER, in, false, false);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read " + RESOURCE + " from the library's jar", e);
      }
    }
  }

  // Convolution.

  /**
   * A convolution, (N, in, H, W) -> (N, out, H', W').
   *
   * @param weight (out, in / groups, height, width)
   * @param bias (out), or null for none
   */
  static NDArray convolution(NDArray x, NDArray weight, NDArray bias, Geometry geometry) {
    NDArray numbers = integers(geometry, MemoryLayout.channelsLast(x.getDevice()) ? 1 : 0);
    return bias == null
        ? call("conv", x, weight, numbers)
        : call("conv_bias", x, weight, bias, numbers);
  }

  /**
   * How a convolution's window moves.
   *
   * @param rows of zeros above and below
   * @param columns of zeros left and right
   */
  record Geometry(int stride, int rows, int columns, int dilation, int groups) {}

  // Convolution for use: see Fusion.

  /**
   * Weights and bias of a convolution that includes a batch norm behind it.
   *
   * @param parameters of the batch norm: γ, β, mean, variance
   */
  static NDList fold(NDArray weight, NDArray bias, NDArray[] parameters, double epsilon) {
    return calls(
        "fold",
        weight,
        bias,
        parameters[0],
        parameters[1],
        parameters[2],
        parameters[3],
        numbers(epsilon));
  }

  /**
   * Weights in the order in which the processor reads them, for the two methods below alone.
   *
   * @param images the shape of the input that they will meet; others work, but take longer
   */
  static NDArray pack(NDArray weight, Geometry geometry, Shape images) {
    return call("pack", weight, integers(geometry, 0), integers(images.getShape()));
  }

  /** activation(W ∗ x + b). */
  static NDArray convFused(
      NDArray x, NDArray weight, NDArray bias, Geometry geometry, int activation) {
    return call("conv_fused", x, weight, bias, integers(geometry, activation));
  }

  /**
   * activation(W ∗ x + b + other).
   *
   * @param over whether the result may be written over {@code other}
   */
  static NDArray convFusedAdd(
      NDArray x,
      NDArray weight,
      NDArray bias,
      Geometry geometry,
      int activation,
      NDArray other,
      boolean over) {
    NDArray numbers = integers(geometry, activation, over ? 1 : 0);
    return call("conv_fused_add", x, weight, bias, numbers, other);
  }

  /**
   * activation(batch norm in evaluation).
   *
   * @param parameters γ, β, mean, variance
   */
  static NDArray normFused(NDArray x, NDArray[] parameters, double epsilon, int activation) {
    return call(
        "norm_fused",
        x,
        parameters[2],
        parameters[3],
        parameters[0],
        parameters[1],
        numbers(epsilon),
        integers(activation));
  }

  /** activation(x + other). */
  static NDArray addFused(NDArray x, NDArray other, int activation) {
    return call("add_fused", x, other, integers(activation));
  }

  /**
   * The numbers in another precision: FLOAT32, FLOAT16 or BFLOAT16. Java cannot look into these.
   */
  static NDArray cast(NDArray x, DataType precision) {
    return call("cast", x, integers(bits(precision)));
  }

  /** How the scripts are told a precision; an error if it is none that networks compute in. */
  static int bits(DataType precision) {
    return switch (precision) {
      case FLOAT32 -> 32;
      case FLOAT16 -> 16;
      case BFLOAT16 -> -16;
      default ->
          throw new IllegalArgumentException(
              "precision (" + precision + ") must be FLOAT32, FLOAT16 or BFLOAT16");
    };
  }

  private static NDArray integers(Geometry g, int more) {
    return integers(g.stride, g.rows, g.columns, g.dilation, g.groups, more);
  }

  private static NDArray integers(Geometry g, int more, int last) {
    return integers(g.stride, g.rows, g.columns, g.dilation, g.groups, more, last);
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
  static NDArray channelShuffle(NDArray x, int groups) {
    return call("channel_shuffle", x, integers(groups));
  }

  /** Zeros around the image: so many columns left and right, so many rows above and below. */
  public static NDArray pad(NDArray x, long left, long right, long above, long below) {
    return call("pad", x, integers(left, right, above, below));
  }

  /**
   * The images at another size, by bilinear or bicubic interpolation; where they shrink, the kernel
   * is widened as Pillow does, so that nothing is skipped.
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

  // Normalisation.

  /**
   * Batch normalisation over all axes but the second; in training it moves the running statistics.
   * (DJL's own rounds ε and the momentum to single precision, which a deep network amplifies a
   * thousandfold, and exchanges axes to no effect.)
   *
   * @param momentum how far the running statistics move towards each batch (PyTorch's convention)
   */
  static NDArray batchNorm(
      NDArray x,
      NDArray mean,
      NDArray variance,
      NDArray gamma,
      NDArray beta,
      boolean training,
      double momentum,
      double epsilon) {
    return JniUtils.batchNorm(
        (PtNDArray) x,
        (PtNDArray) mean,
        (PtNDArray) variance,
        (PtNDArray) gamma,
        (PtNDArray) beta,
        training,
        momentum,
        epsilon);
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
  static NDArray stochasticDepth(NDArray x, double rate) {
    return call("stochastic_depth", x, numbers(rate));
  }

  /**
   * x in another precision: FLOAT32, FLOAT16 or BFLOAT16. Gradients go back in the precision of x.
   * Java can neither look into arrays of BFLOAT16 nor ask for their type: that ends the process.
   */
  public static NDArray convert(NDArray x, DataType precision) {
    return call("convert", x, integers(bits(precision)));
  }

  /** x / (k + α/n Σ x²)^β, the sum over {@code n} channels around each. */
  public static NDArray localResponseNorm(NDArray x, int n, double alpha, double beta, double k) {
    return call("local_response_norm", x, numbers(n, alpha, beta, k));
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
    try (IValue scalar = IValue.from((PtNDArray) y);
        IValue arrays = list(x);
        IValue gradients = IValueUtils.runMethod(Module.BLOCK, "gradients", scalar, arrays)) {
      return gradients.toNDList((PtNDManager) y.getManager());
    }
  }

  // Memory.

  /** Gives an array of four axes new memory, in which the second axis lies last. */
  static void layOutChannelsLast(NDArray x) {
    run("channels_last_", IValue.from((PtNDArray) x));
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
    run("copy_", IValue.from((PtNDArray) source), IValue.from((PtNDArray) target));
  }

  // Lists of arrays: one call for all parameters. Autograd records none of it.

  /** Copies the numbers of arrays over those of others of the same shapes, on any devices. */
  public static void copyAll(List<NDArray> sources, List<NDArray> targets) {
    run("copy_all_", list(sources), list(targets));
  }

  /**
   * Moves arrays a share of the way towards others: t <- t + share · (towards - t).
   *
   * @param share from 0, which changes nothing, to 1, which copies
   */
  public static void lerpAll(List<NDArray> targets, List<NDArray> towards, double share) {
    run("lerp_all_", list(targets), list(towards), IValue.from(share));
  }

  /** Adds arrays to others, which may be on another device. */
  public static void addAll(List<NDArray> sources, List<NDArray> targets) {
    run("add_all_", list(sources), list(targets));
  }

  /** Sets all to zero, whatever they hold. */
  public static void zeroAll(List<NDArray> arrays) {
    run("zero_all_", list(arrays));
  }

  /**
   * Scales gradients down, all by the same factor, so that the norm of all of them together is at
   * most {@code most}; smaller ones stay. PyTorch's {@code clip_grad_norm_}; nothing waits for the
   * device.
   */
  public static void clipNorm(List<NDArray> gradients, double most) {
    run("clip_norm_", list(gradients), IValue.from(most));
  }

  /**
   * Divides gradients by the factor by which the loss was multiplied. Waits for the device.
   *
   * @return whether all of them are finite
   */
  public static boolean unscale(List<NDArray> gradients, double scale) {
    try (IValue arrays = list(gradients);
        IValue factor = IValue.from(scale);
        IValue finite = IValueUtils.runMethod(Module.BLOCK, "unscale_", arrays, factor)) {
      return finite.toBoolean();
    }
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
    try (NDArray share = Module.MANAGER.create((float) smoothing)) {
      return call("cross_entropy", logits, targets, share);
    }
  }

  // Optimisers.

  /**
   * One step of SGD with momentum over all parameters.
   *
   * @param momenta one a parameter; none at all if {@code momentum} is 0
   * @param first whether the momentum buffers have never been written
   */
  public static void sgdStep(
      List<NDArray> parameters,
      List<NDArray> gradients,
      List<NDArray> momenta,
      double rate,
      double momentum,
      double decay,
      boolean nesterov,
      boolean first) {
    run(
        "sgd_",
        list(parameters),
        list(gradients),
        list(momenta),
        IValue.from(rate),
        IValue.from(momentum),
        IValue.from(decay),
        IValue.from(nesterov),
        IValue.from(first));
  }

  /**
   * One step of AdamW over all parameters.
   *
   * @param steps how many steps each parameter has taken, float scalars; counted up
   */
  public static void adamwStep(
      List<NDArray> parameters,
      List<NDArray> gradients,
      List<NDArray> means,
      List<NDArray> squares,
      List<NDArray> steps,
      double rate,
      double beta1,
      double beta2,
      double decay,
      double epsilon) {
    run(
        "adamw_",
        list(parameters),
        list(gradients),
        list(means),
        list(squares),
        list(steps),
        IValue.from(rate),
        IValue.from(beta1),
        IValue.from(beta2),
        IValue.from(decay),
        IValue.from(epsilon));
  }

  /** Calls a method that returns one array; autograd records it. */
  static NDArray call(String method, NDArray... arguments) {
    return calls(method, arguments).singletonOrThrow();
  }

  /** Calls a method that returns several arrays; autograd records it. */
  private static NDList calls(String method, NDArray... arguments) {
    NDList inputs = new NDList(arguments.length + 1);
    inputs.addAll(Arrays.asList(arguments));
    inputs.add(METHODS.computeIfAbsent(method, TorchOps::selector));
    // "true" keeps autograd on, whatever the caller does: see the facts on native operators.
    return IValueUtils.forward(Module.BLOCK, inputs, true);
  }

  /** Calls a method that returns nothing; autograd does not record it. */
  private static void run(String method, IValue... arguments) {
    try {
      IValueUtils.runMethod(Module.BLOCK, method, arguments).close();
    } finally {
      for (IValue argument : arguments) {
        argument.close();
      }
    }
  }

  private static IValue list(List<NDArray> arrays) {
    return IValue.listFrom(arrays.toArray(PtNDArray[]::new));
  }

  /** DJL picks the method by the name of an extra argument that is not passed on. */
  private static NDArray selector(String method) {
    NDArray array = Module.MANAGER.create(0f);
    array.setName("module_method:" + method);
    return unscoped(array);
  }

  static NDArray integers(long... values) {
    List<Long> key = Arrays.stream(values).boxed().toList();
    return INTEGERS.computeIfAbsent(key, k -> unscoped(Module.MANAGER.create(values)));
  }

  private static NDArray numbers(double... values) {
    List<Double> key = Arrays.stream(values).boxed().toList();
    return NUMBERS.computeIfAbsent(key, k -> unscoped(Module.MANAGER.create(values)));
  }

  /** Keeps an array that is made inside somebody's scope from being freed with it. */
  private static NDArray unscoped(NDArray array) {
    NDScope.unregister(array);
    return array;
  }
}
