package convnets.nn;

import ai.djl.ndarray.NDArray;
import convnets.torch.FusedActivation;
import convnets.torch.FusedOps;
import convnets.torch.Geometry;

/**
 * A transposed convolution for use, in ordinary operators.
 *
 * @param weight (in, out / groups, height, width), in the precision to compute with
 * @param bias (out)
 * @param rows how many rows more there are below
 * @param columns how many columns more there are on the right
 */
record TransposedConvKernel(NDArray weight, NDArray bias, Geometry geometry, int rows, int columns)
    implements ConvKernel {

  @Override
  public NDArray convolve(NDArray x, FusedActivation activation) {
    return FusedOps.convTranspose(x, weight, bias, geometry, rows, columns, activation);
  }

  @Override
  public NDArray convolveAndAdd(
      NDArray x, FusedActivation activation, NDArray other, boolean over) {
    try (NDArray y = convolve(x, FusedActivation.NONE)) {
      return FusedOps.addFused(y, other, activation);
    }
  }
}
