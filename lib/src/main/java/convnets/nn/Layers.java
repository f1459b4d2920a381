package convnets.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;

/** The layers, by function. Import them statically. */
public final class Layers {

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

  /** A fully connected layer with a bias, (N, in) -> (N, out). */
  public static Linear linear(int in, int out) {
    return new Linear(in, out);
  }

  // Activations.

  /** max(x, 0). */
  public static Activation relu() {
    return new Activation("ReLU", x -> x.getNDArrayInternal().relu());
  }

  /** min(max(x, 0), 6). */
  public static Activation relu6() {
    return new Activation("ReLU6", TorchOps::relu6);
  }

  /** x · σ(x). */
  public static Activation silu() {
    return new Activation("SiLU", TorchOps::silu);
  }

  /** x · relu6(x + 3) / 6. */
  public static Activation hardswish() {
    return new Activation("hard swish", TorchOps::hardswish);
  }

  /** relu6(x + 3) / 6. */
  public static Activation hardsigmoid() {
    return new Activation("hard sigmoid", TorchOps::hardsigmoid);
  }

  /** 1 / (1 + e⁻ˣ). */
  public static Activation sigmoid() {
    return new Activation("sigmoid", x -> x.getNDArrayInternal().sigmoid());
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
    return new Lambda(Role.POOLING, "global average pool", Window.WHOLE, TorchOps::globalAverage);
  }

  // The rest.

  /** (N, C, H, W) -> (N, C·H·W). */
  public static Unit flatten() {
    return new Lambda(
        Role.IDENTITY, "flatten", null, x -> x.reshape(new Shape(x.getShape().get(0), -1)));
  }

  /** Zeroes numbers at random in training, with the given probability. */
  public static Unit dropout(double rate) {
    return new Dropout(rate);
  }

  /** The input itself. */
  public static Unit identity() {
    return new Lambda(Role.IDENTITY, "identity", null, x -> x);
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
