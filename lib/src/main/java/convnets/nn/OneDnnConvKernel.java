package convnets.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import convnets.torch.FusedActivation;
import convnets.torch.Geometry;
import convnets.torch.OneDnn;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A convolution for use in oneDNN's operators. The best order of the weights depends on the size of
 * the images, so they are packed when images of a shape first come.
 */
final class OneDnnConvKernel implements ConvKernel {

  /** For how many shapes of images weights are kept; beyond, they are packed in every pass. */
  private static final int MOST = 4;

  private final NDArray plain;
  private final NDArray bias;
  private final Geometry geometry;
  private final Fusion fusion;
  private final Map<Shape, NDArray> packed = new ConcurrentHashMap<>();

  /**
   * For a convolution.
   *
   * @param plain (out, in / groups, height, width), in the precision to compute with
   * @param bias (out)
   * @param fusion owns the packed weights
   */
  OneDnnConvKernel(NDArray plain, NDArray bias, Geometry geometry, Fusion fusion) {
    this.plain = plain;
    this.bias = bias;
    this.geometry = geometry;
    this.fusion = fusion;
  }

  @Override
  public NDArray convolve(NDArray x, FusedActivation activation) {
    return OneDnn.conv(x, weightFor(x), bias, geometry, activation);
  }

  @Override
  public NDArray convolveAndAdd(
      NDArray x, FusedActivation activation, NDArray other, boolean over) {
    return OneDnn.convAdd(x, weightFor(x), bias, geometry, activation, other, over);
  }

  private NDArray weightFor(NDArray x) {
    NDArray ready = packed.get(x.getShape());
    if (ready == null && packed.size() < MOST) {
      ready = packed.computeIfAbsent(x.getShape(), this::pack);
    }
    return ready == null ? plain : ready;
  }

  private NDArray pack(Shape images) {
    return fusion.owned(OneDnn.pack(plain, geometry, images));
  }
}
