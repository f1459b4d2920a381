package convnets.nn;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import convnets.torch.FusedActivation;
import convnets.torch.FusedOps;

/**
 * A convolution for use on NVIDIA's GPUs. cuDNN adds the bias and the branch beside, and takes the
 * maximum with zero, while the sums of a convolution are at hand. Other activations, and what cuDNN
 * refuses, are computed in ordinary operators. (Convolutions of single pixels as products of
 * matrices, to which cuBLAS adds the bias, were measured in bfloat16: ResNet-50 took half as long
 * again.)
 */
final class CudaConvKernel implements ConvKernel {

  private final PlainConvKernel plain;

  /** Whether cuDNN has been found to have no such convolution for this card and these shapes. */
  private volatile boolean refused;

  /**
   * For a convolution.
   *
   * @param plain the same in ordinary operators
   */
  CudaConvKernel(PlainConvKernel plain) {
    this.plain = plain;
  }

  @Override
  public NDArray convolve(NDArray x, FusedActivation activation) {
    if (activation == FusedActivation.RELU && !refused) {
      try {
        return FusedOps.cudaConvRelu(
            x, plain.weight(), plain.bias(), plain.geometry(), plain.channelsLast());
      } catch (EngineException e) {
        refused = true;
      }
    }
    return plain.convolve(x, activation);
  }

  @Override
  public NDArray convolveAndAdd(
      NDArray x, FusedActivation activation, NDArray other, boolean over) {
    if (activation == FusedActivation.RELU && !refused) {
      try {
        return FusedOps.cudaConvAddRelu(
            x, plain.weight(), plain.bias(), plain.geometry(), plain.channelsLast(), other);
      } catch (EngineException e) {
        refused = true;
      }
    }
    return plain.convolveAndAdd(x, activation, other, over);
  }
}
