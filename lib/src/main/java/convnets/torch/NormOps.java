package convnets.torch;

import static convnets.torch.TorchScript.call;
import static convnets.torch.TorchScript.integers;
import static convnets.torch.TorchScript.numbers;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

/**
 * Native operators of PyTorch that normalise, numbers or weights. Gradients flow through all of
 * them. Numbers in half the precision are added up in single.
 */
public final class NormOps {

  private NormOps() {}

  /**
   * Batch normalisation over all axes but the second; in training it moves the running statistics.
   * (DJL's own rounds ε and the momentum to single precision, which a deep network amplifies a
   * thousandfold, and exchanges axes to no effect.)
   *
   * @param momentum how far the running statistics move towards each batch (PyTorch's convention)
   */
  public static NDArray batchNorm(
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

  /**
   * Normalises each group of channels of each image by itself: (N, C, …), of which a group has C /
   * groups neighbouring channels.
   *
   * @param gamma (C), or null for ones
   * @param beta (C), or null for zeros; both or neither
   */
  public static NDArray groupNorm(
      NDArray x, NDArray gamma, NDArray beta, int groups, double epsilon) {
    NDArray numbers = numbers(groups, epsilon);
    return gamma == null
        ? call("group_norm", x, numbers)
        : call("group_norm_affine", x, gamma, beta, numbers);
  }

  /**
   * Normalises over the last axes, which γ and β have: (…, shape).
   *
   * @param gamma (shape)
   * @param beta (shape)
   */
  public static NDArray layerNorm(NDArray x, NDArray gamma, NDArray beta, double epsilon) {
    return call("layer_norm", x, gamma, beta, numbers(epsilon));
  }

  /**
   * Normalises each pixel over its channels, (N, C, H, W).
   *
   * @param gamma (C)
   * @param beta (C)
   */
  public static NDArray channelNorm(NDArray x, NDArray gamma, NDArray beta, double epsilon) {
    return call("layer_norm_2d", x, gamma, beta, numbers(epsilon));
  }

  /**
   * Weights over their largest singular value σ = uᵀ W v / (|u| |v|), where W is the matrix of
   * (outputs, all else). Gradients flow through the weights, in W and in σ; u and v count as
   * constants. (Miyato et al., "Spectral Normalization for Generative Adversarial Networks", 2018,
   * algorithm 1 and equation 12.)
   *
   * @param left u, (outputs)
   * @param right v, (all else)
   * @param outputs the axis of the outputs: 0, or 1 as in a transposed convolution
   * @param iterations how many power iterations move u and v beforehand, in place: v ← Wᵀu / |Wᵀu|,
   *     u ← Wv / |Wv|
   */
  public static NDArray spectralNorm(
      NDArray weight, NDArray left, NDArray right, int outputs, int iterations) {
    return call("spectral_norm", weight, left, right, integers(outputs, iterations));
  }

  /** x / (k + α/n Σ x²)^β, the sum over {@code n} channels around each. */
  public static NDArray localResponseNorm(NDArray x, int n, double alpha, double beta, double k) {
    return call("local_response_norm", x, numbers(n, alpha, beta, k));
  }
}
