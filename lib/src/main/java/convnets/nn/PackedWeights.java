package convnets.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The weights of a convolution for use, in the order in which the processor reads them. The best
 * order depends on the size of the images, so they are packed when images of a shape first come.
 * Safe for use by several threads.
 */
final class PackedWeights {

  /** For how many shapes of images weights are kept; beyond, they are packed in every pass. */
  private static final int MOST = 4;

  private final NDArray plain;
  private final Geometry geometry;
  private final Fusion fusion;
  private final Map<Shape, NDArray> packed = new ConcurrentHashMap<>();

  /**
   * For a convolution.
   *
   * @param plain (out, in / groups, height, width), in the precision to compute with
   */
  PackedWeights(NDArray plain, Geometry geometry, Fusion fusion) {
    this.plain = plain;
    this.geometry = geometry;
    this.fusion = fusion;
  }

  /** The weights for an input. */
  NDArray forInput(NDArray x) {
    if (!MemoryLayout.channelsLast(x.getDevice())) {
      return plain;
    }
    NDArray ready = packed.get(x.getShape());
    if (ready == null && packed.size() < MOST) {
      ready = packed.computeIfAbsent(x.getShape(), this::pack);
    }
    return ready == null ? plain : ready;
  }

  private NDArray pack(Shape images) {
    return fusion.owned(FusedOps.pack(plain, geometry, images));
  }
}
