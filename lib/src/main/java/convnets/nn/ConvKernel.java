package convnets.nn;

import ai.djl.ndarray.NDArray;

/** How a convolution for use is computed, with what comes after it. Safe for several threads. */
interface ConvKernel {

  /**
   * activation(W ∗ x + b).
   *
   * @param activation its code in {@link Fusion}
   */
  NDArray convolve(NDArray x, int activation);

  /**
   * activation(W ∗ x + b + other).
   *
   * @param over whether the result may be written over {@code other}
   */
  NDArray convolveAndAdd(NDArray x, int activation, NDArray other, boolean over);
}
