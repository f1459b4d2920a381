package convnets.torch;

import static convnets.torch.TorchScript.bits;
import static convnets.torch.TorchScript.call;
import static convnets.torch.TorchScript.calls;
import static convnets.torch.TorchScript.integers;
import static convnets.torch.TorchScript.numbers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;

/**
 * Native operators of networks for use ({@link Fusion}), which every platform has: an operator and
 * what comes after it, in one call. No gradients flow through them.
 */
public final class FusedOps {

  private FusedOps() {}

  /**
   * Weights and bias of a convolution that includes a batch norm behind it.
   *
   * @param parameters of the batch norm: γ, β, mean, variance
   */
  public static NDList fold(NDArray weight, NDArray bias, NDArray[] parameters, double epsilon) {
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

  /** {@link #fold}, of a transposed convolution, whose weights are (in, out / groups, …). */
  public static NDList foldTransposed(
      NDArray weight, NDArray bias, NDArray[] parameters, int groups, double epsilon) {
    return calls(
        "fold_transposed",
        weight,
        bias,
        parameters[0],
        parameters[1],
        parameters[2],
        parameters[3],
        integers(groups),
        numbers(epsilon));
  }

  /** activation(W ∗ x + b). */
  public static NDArray conv(
      NDArray x,
      NDArray weight,
      NDArray bias,
      Geometry geometry,
      boolean channelsLast,
      FusedActivation activation) {
    return call(
        "conv_fused", x, weight, bias, geometry.and(channelsLast ? 1 : 0, activation.code()));
  }

  /** activation(W ∗ x + b + other). */
  public static NDArray convAdd(
      NDArray x,
      NDArray weight,
      NDArray bias,
      Geometry geometry,
      boolean channelsLast,
      FusedActivation activation,
      NDArray other) {
    NDArray numbers = geometry.and(channelsLast ? 1 : 0, activation.code());
    return call("conv_fused_add", x, weight, bias, numbers, other);
  }

  /**
   * activation(transposed convolution of x + b).
   *
   * @param rows how many rows more there are below
   * @param columns how many columns more there are on the right
   */
  public static NDArray convTranspose(
      NDArray x,
      NDArray weight,
      NDArray bias,
      Geometry geometry,
      int rows,
      int columns,
      FusedActivation activation) {
    NDArray numbers = geometry.and(rows, columns, activation.code());
    return call("conv_transpose_fused", x, weight, bias, numbers);
  }

  // CUDA's own, which compute nowhere else.

  /** max(W ∗ x + b, 0). */
  public static NDArray cudaConvRelu(
      NDArray x, NDArray weight, NDArray bias, Geometry geometry, boolean channelsLast) {
    return call("cuda_conv_relu", x, weight, bias, geometry.and(channelsLast ? 1 : 0));
  }

  /** max(W ∗ x + b + other, 0). */
  public static NDArray cudaConvAddRelu(
      NDArray x,
      NDArray weight,
      NDArray bias,
      Geometry geometry,
      boolean channelsLast,
      NDArray other) {
    NDArray numbers = geometry.and(channelsLast ? 1 : 0);
    return call("cuda_conv_add_relu", x, weight, bias, numbers, other);
  }

  // Others.

  /**
   * activation(batch norm in evaluation).
   *
   * @param parameters γ, β, mean, variance
   */
  public static NDArray normFused(
      NDArray x, NDArray[] parameters, double epsilon, FusedActivation activation) {
    return call(
        "norm_fused",
        x,
        parameters[2],
        parameters[3],
        parameters[0],
        parameters[1],
        numbers(epsilon),
        integers(activation.code()));
  }

  /**
   * activation(batch norm in evaluation(W ∗ x + b)).
   *
   * @param bias null for none
   * @param parameters of the batch norm: γ, β, mean, variance
   */
  public static NDArray convNorm(
      NDArray x,
      NDArray weight,
      NDArray bias,
      Geometry geometry,
      NDArray[] parameters,
      double epsilon,
      FusedActivation activation) {
    NDArray p = geometry.and(0, activation.code());
    NDArray e = numbers(epsilon);
    NDArray[] n = parameters;
    return bias == null
        ? call("conv_norm", x, weight, n[2], n[3], n[0], n[1], p, e)
        : call("conv_bias_norm", x, weight, bias, n[2], n[3], n[0], n[1], p, e);
  }

  /** activation(x + other). */
  public static NDArray addFused(NDArray x, NDArray other, FusedActivation activation) {
    return call("add_fused", x, other, integers(activation.code()));
  }

  /**
   * A copy in another precision: FLOAT32, FLOAT16 or BFLOAT16. Java cannot look into the latter.
   */
  public static NDArray cast(NDArray x, DataType precision) {
    return call("cast", x, integers(bits(precision)));
  }

  /** A copy of float32 numbers rounded to one precision, to compute with in another. */
  public static NDArray rounded(NDArray x, DataType precision, DataType computed) {
    NDArray low = cast(x, precision);
    if (computed == precision) {
      return low;
    }
    try (low) {
      return cast(low, computed);
    }
  }
}
