package convnets.nn;

import static convnets.nn.TorchScript.bits;
import static convnets.nn.TorchScript.call;
import static convnets.nn.TorchScript.calls;
import static convnets.nn.TorchScript.integers;
import static convnets.nn.TorchScript.numbers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * Native operators of networks for use ({@link Fusion}): sums that include what comes after them.
 * No gradients flow through them. Activations are told by their codes.
 */
final class FusedOps {

  private FusedOps() {}

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
    return call("pack", weight, geometry.and(0), integers(images.getShape()));
  }

  /** activation(W ∗ x + b). */
  static NDArray convFused(
      NDArray x, NDArray weight, NDArray bias, Geometry geometry, int activation) {
    return call("conv_fused", x, weight, bias, geometry.and(activation));
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
    NDArray numbers = geometry.and(activation, over ? 1 : 0);
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
}
