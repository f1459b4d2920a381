package convnets.nn;

import ai.djl.ndarray.NDArray;
import convnets.torch.FusedActivation;
import convnets.torch.FusedOps;
import convnets.torch.Geometry;

/**
 * A convolution for use in ordinary operators, which every device has.
 *
 * @param weight (out, in / groups, height, width), in the precision to compute with
 * @param bias (out)
 * @param channelsLast whether images are laid out so
 */
record PlainConvKernel(NDArray weight, NDArray bias, Geometry geometry, boolean channelsLast)
    implements ConvKernel {

  @Override
  public NDArray convolve(NDArray x, FusedActivation activation) {
    return FusedOps.conv(x, weight, bias, geometry, channelsLast, activation);
  }

  @Override
  public NDArray convolveAndAdd(
      NDArray x, FusedActivation activation, NDArray other, boolean over) {
    return FusedOps.convAdd(x, weight, bias, geometry, channelsLast, activation, other);
  }
}
