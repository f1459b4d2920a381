package convnets.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import convnets.Checks;
import convnets.torch.FusedActivation;
import convnets.torch.NormOps;
import convnets.torch.SpatialOps;
import convnets.torch.TorchOps;
import java.util.function.UnaryOperator;

/** The layers, by function. Import them statically. */
public final class Layers {

  private static final String GLOBAL_AVERAGE = "global average pool";
  private static final String GLOBAL_MAX = "global max pool";
  private static final String RESPONSE_NORM = "local response norm";
  private static final String SHUFFLE = "channel shuffle";

  private Layers() {}

  // With parameters.

  /** A square convolution; see {@link Conv} for what it does by default. */
  public static Conv conv(int in, int out, int kernel) {
    return new Conv(in, out, kernel, kernel);
  }

  /** A convolution with a kernel of {@code height} × {@code width}. */
  public static Conv conv(int in, int out, int height, int width) {
    return new Conv(in, out, height, width);
  }

  /** A square convolution of each channel by itself: as many groups as channels. */
  public static Conv depthwise(int channels, int kernel) {
    return conv(channels, channels, kernel).groups(channels);
  }

  /** A square transposed convolution; see {@link ConvTranspose} for what it does by default. */
  public static ConvTranspose convTranspose(int in, int out, int kernel) {
    return convTranspose(in, out, kernel, kernel);
  }

  /** A transposed convolution with a kernel of {@code height} × {@code width}. */
  public static ConvTranspose convTranspose(int in, int out, int height, int width) {
    return new ConvTranspose(in, out, height, width);
  }

  /** Batch normalisation with ε = 1e-5 and momentum 0.1. */
  public static BatchNorm batchNorm(int channels) {
    return batchNorm(channels, 1e-5, 0.1);
  }

  /**
   * Batch normalisation.
   *
   * @param epsilon what is added to the variance
   * @param momentum how far the running statistics move towards each batch (PyTorch's convention)
   */
  public static BatchNorm batchNorm(int channels, double epsilon, double momentum) {
    return new BatchNorm(channels, epsilon, momentum);
  }

  /**
   * Normalises groups of neighbouring channels of each image by themselves, with a γ and a β a
   * channel, and ε = 1e-5.
   *
   * @throws IllegalArgumentException if groups does not divide channels
   */
  public static GroupNorm groupNorm(int groups, int channels) {
    return new GroupNorm(groups, channels, 1e-5, true);
  }

  /**
   * Normalises each channel of each image by itself, with ε = 1e-5; nothing is learned, but after
   * {@link GroupNorm#affine()}.
   */
  public static GroupNorm instanceNorm(int channels) {
    return new GroupNorm(channels, channels, 1e-5, false);
  }

  /**
   * Normalises each image over its last axes, which have this shape (C, H, W for images whole),
   * with a γ and a β for each place, and ε = 1e-5.
   */
  public static LayerNorm layerNorm(int... shape) {
    return LayerNorm.over(shape);
  }

  /**
   * Normalises each pixel over its channels, (N, C, H, W), with a γ and a β a channel, and ε =
   * 1e-6. (Liu et al., "A ConvNet for the 2020s", 2022; torchvision's {@code LayerNorm2d}.)
   */
  public static LayerNorm layerNorm2d(int channels) {
    return LayerNorm.ofPixels(channels);
  }

  /** A fully connected layer with a bias, (N, in) -> (N, out). */
  public static Linear linear(int in, int out) {
    return new Linear(in, out);
  }

  // Activations.

  /** max(x, 0). */
  public static Activation relu() {
    return new Activation(FusedActivation.RELU, x -> x.getNDArrayInternal().relu());
  }

  /** min(max(x, 0), 6). */
  public static Activation relu6() {
    return new Activation(FusedActivation.RELU6, TorchOps::relu6);
  }

  /** x · σ(x). */
  public static Activation silu() {
    return new Activation(FusedActivation.SILU, TorchOps::silu);
  }

  /** x · relu6(x + 3) / 6. */
  public static Activation hardswish() {
    return new Activation(FusedActivation.HARDSWISH, TorchOps::hardswish);
  }

  /** relu6(x + 3) / 6. */
  public static Activation hardsigmoid() {
    return new Activation(FusedActivation.HARDSIGMOID, TorchOps::hardsigmoid);
  }

  /** 1 / (1 + e⁻ˣ). */
  public static Activation sigmoid() {
    return new Activation(FusedActivation.SIGMOID, x -> x.getNDArrayInternal().sigmoid());
  }

  /** (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ). */
  public static Activation tanh() {
    return new Activation("tanh", NDArray::tanh);
  }

  /** x where it is positive, slope · x elsewhere. (Maas et al. 2013; DCGAN's slope is 0.2.) */
  public static Activation leakyRelu(double slope) {
    return new Activation("leaky ReLU", x -> TorchOps.leakyRelu(x, slope), "slope " + slope);
  }

  /** A leaky ReLU that learns one slope, 0.25 at first. */
  public static Unit prelu() {
    return new PRelu(1);
  }

  /** A leaky ReLU that learns a slope for each channel, 0.25 at first. */
  public static Unit prelu(int channels) {
    return new PRelu(channels);
  }

  /** x where it is positive, α (eˣ − 1) elsewhere. (Clevert et al. 2016, with α = 1.) */
  public static Activation elu(double alpha) {
    return new Activation("ELU", x -> TorchOps.elu(x, alpha), "α " + alpha);
  }

  /** x · Φ(x), where Φ is the standard normal distribution's. (Hendrycks and Gimpel 2016.) */
  public static Activation gelu() {
    return new Activation("GELU", TorchOps::gelu);
  }

  // Pooling.

  /** The maximum over windows of {@code kernel} × {@code kernel}. */
  public static Pool maxPool(int kernel, int stride) {
    return Pool.max(kernel, stride);
  }

  /** The mean over windows of {@code kernel} × {@code kernel}. */
  public static Pool avgPool(int kernel, int stride) {
    return Pool.average(kernel, stride);
  }

  /** The mean over height and width: (N, C, H, W) -> (N, C, 1, 1). */
  public static Unit globalAvgPool() {
    return new Lambda(Role.POOLING, GLOBAL_AVERAGE, Window.WHOLE, Layers::globalAverage);
  }

  /** The maximum over height and width: (N, C, H, W) -> (N, C, 1, 1). */
  public static Unit globalMaxPool() {
    return new Lambda(Role.POOLING, GLOBAL_MAX, Window.WHOLE, Layers::globalMax);
  }

  private static NDArray globalAverage(NDArray x) {
    Inputs.images(GLOBAL_AVERAGE, x);
    return TorchOps.globalAverage(x);
  }

  private static NDArray globalMax(NDArray x) {
    Shape s = Inputs.images(GLOBAL_MAX, x);
    return x.reshape(s.get(0), s.get(1), 1, s.get(2) * s.get(3)).max(new int[] {3}, true);
  }

  /** The mean over a grid of regions that tile the input: (N, C, H, W) -> (N, C, height, width). */
  public static Unit adaptiveAvgPool(int height, int width) {
    Checks.positive("height", height);
    Checks.positive("width", width);
    String name = "average pool to " + height + "×" + width;
    return new Lambda(
        Role.POOLING, name, Window.WHOLE, x -> adaptiveAverage(name, x, height, width));
  }

  private static NDArray adaptiveAverage(String name, NDArray x, int height, int width) {
    Inputs.images(name, x);
    return TorchOps.adaptiveAverage(x, height, width);
  }

  // Other sizes and borders.

  /**
   * (N, C, H, W) -> (N, C, factor · H, factor · W), each pixel the nearest; see {@link Upsample}.
   */
  public static Upsample upsample(int factor) {
    return Upsample.by(factor);
  }

  /** (N, C, H, W) -> (N, C, height, width), each pixel the nearest; see {@link Upsample}. */
  public static Upsample upsampleTo(int height, int width) {
    return Upsample.to(height, width);
  }

  /** A border all around of so many pixels that have a value. */
  public static Unit constantPad(int pixels, double value) {
    return new Pad("constant", pixels, (x, p) -> SpatialOps.constantPad(x, p, p, p, p, value));
  }

  /**
   * A border all around of so many pixels, of what a mirror in the outermost ones shows. The image
   * must be larger than the border.
   */
  public static Unit reflectionPad(int pixels) {
    return new Pad("reflection", pixels, (x, p) -> SpatialOps.reflectionPad(x, p, p, p, p));
  }

  /** A border all around of so many pixels, each the nearest of the image. */
  public static Unit replicationPad(int pixels) {
    return new Pad("replication", pixels, (x, p) -> SpatialOps.replicationPad(x, p, p, p, p));
  }

  // The rest.

  /** (N, C, H, W) -> (N, C·H·W). */
  public static Unit flatten() {
    return new Lambda(Role.IDENTITY, "flatten", null, Layers::flat);
  }

  private static NDArray flat(NDArray x) {
    Shape shape = x.getShape();
    if (shape.dimension() == 0) {
      throw Inputs.refusal("flatten", "(N, …)", shape);
    }
    return x.reshape(shape.get(0), shape.slice(1).size());
  }

  /** Zeroes numbers at random in training, with the given probability. */
  public static Unit dropout(double rate) {
    return new Dropping("dropout", rate, TorchOps::dropout);
  }

  /**
   * Drops whole branches in training: each image of the batch is set to zero with the given
   * probability, and the others are scaled to keep the mean. It stands at the end of the body of a
   * residual block. (Huang et al., "Deep Networks with Stochastic Depth", 2016.)
   */
  public static Unit stochasticDepth(double rate) {
    return new Dropping("stochastic depth", rate, TorchOps::stochasticDepth);
  }

  /**
   * Divides each number by a power of its neighbours along the channels: x / (k + α/n Σ x²)^β over
   * {@code n} channels around it. (Krizhevsky et al. 2012, section 3.3, whose α is α/n here as in
   * Caffe and PyTorch.)
   */
  public static Unit localResponseNorm(int n, double alpha, double beta, double k) {
    Checks.positive("n", n);
    return new Lambda(
        Role.NORMALIZATION, RESPONSE_NORM, null, x -> responseNorm(x, n, alpha, beta, k));
  }

  private static NDArray responseNorm(NDArray x, int n, double alpha, double beta, double k) {
    Inputs.images(RESPONSE_NORM, x);
    return NormOps.localResponseNorm(x, n, alpha, beta, k);
  }

  /**
   * Deals the channels of each group out to all groups: channel i of group g becomes channel g of
   * group i, (N, groups · C/groups, H, W) read as a matrix and transposed. (Zhang et al.,
   * "ShuffleNet", 2017, figure 1.)
   */
  public static Unit channelShuffle(int groups) {
    Checks.positive("groups", groups);
    return lambda(SHUFFLE, x -> shuffled(x, groups));
  }

  private static NDArray shuffled(NDArray x, int groups) {
    Shape shape = Inputs.images(SHUFFLE, x);
    Checks.divides("groups", groups, "channels", (int) shape.get(1));
    return TorchOps.channelShuffle(x, groups);
  }

  /** The input times a constant. */
  public static Unit scale(double factor) {
    return lambda("× " + factor, x -> TorchOps.scale(x, factor));
  }

  /** The input itself. */
  public static Unit identity() {
    return new Lambda(Role.IDENTITY, "identity", null, Lambda.IDENTITY);
  }

  /**
   * A layer of your own, without parameters, of which each output pixel sees one pixel of the
   * input.
   *
   * @param name what diagrams and summaries call it
   * @param function maps the input to the output; it must not change its input
   */
  public static Unit lambda(String name, UnaryOperator<NDArray> function) {
    return new Lambda(Role.OTHER, name, null, function);
  }

  /**
   * A layer of your own, without parameters.
   *
   * @param name what diagrams and summaries call it
   * @param window what each output pixel sees of the input
   * @param function maps the input to the output; it must not change its input
   */
  public static Unit lambda(String name, Window window, UnaryOperator<NDArray> function) {
    return new Lambda(Role.OTHER, name, window, function);
  }
}
