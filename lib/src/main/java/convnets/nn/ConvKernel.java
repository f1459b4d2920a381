package convnets.nn;

import ai.djl.ndarray.NDArray;
import convnets.torch.FusedActivation;

/** How a convolution for use is computed, with what comes after it. Safe for several threads. */
interface ConvKernel {

  /** activation(W ∗ x + b). */
  NDArray convolve(NDArray x, FusedActivation activation);

  /**
   * activation(W ∗ x + b + other).
   *
   * @param over whether the result may be written over {@code other}
   */
  NDArray convolveAndAdd(NDArray x, FusedActivation activation, NDArray other, boolean over);
}
