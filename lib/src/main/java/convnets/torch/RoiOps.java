package convnets.torch;

import static convnets.torch.TorchScript.integers;
import static convnets.torch.TorchScript.numbers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * Native operators on regions of interest. {@code convnets.detect} is their door, and checks what
 * goes in. Gradients flow to the maps, not to the regions; a result belongs to the manager of the
 * first argument.
 */
public final class RoiOps {

  private RoiOps() {}

  /** The map of a pyramid for each box, from 0: (…, 4) -> (…). */
  public static NDArray pyramidLevels(
      NDArray boxes, int first, int last, int canonical, double size) {
    return DetectOps.Archive.call(
        "pyramid_levels", boxes, integers(first, last, canonical), numbers(size));
  }

  /**
   * Means over samples in each bin, between four pixels each: (N · R, C, height, width).
   *
   * @param rois (N, R, 4)
   * @param levels the map of each, (N, R), int64
   * @param maps (N, C, H, W) each
   * @param samples along a side of a bin, or 0 for as many as it has pixels: then the host waits
   *     for the device
   * @param centered whether places mean pixels' centres
   * @param scales pixels of each map for one of the image
   */
  public static NDArray align(
      NDArray rois,
      NDArray levels,
      NDList maps,
      int height,
      int width,
      int samples,
      boolean centered,
      double... scales) {
    NDList arguments = new NDList(rois, levels);
    try (NDList handles = new NDList()) {
      for (NDArray map : maps) {
        NDArray handle = TorchOps.same(map);
        handle.setName("maps[]"); // DJL makes one list of all of these
        handles.add(handle);
      }
      arguments.addAll(handles);
      arguments.add(integers(height, width, samples, centered ? 1 : 0));
      arguments.add(numbers(scales));
      return DetectOps.Archive.call("roi_align", arguments.toArray(NDArray[]::new));
    }
  }

  /**
   * Maxima over the pixels of each bin: (N · R, C, height, width). The host waits for the device.
   *
   * @param rois (N, R, 4)
   * @param scale pixels of the map for one of the image
   */
  public static NDArray pool(NDArray rois, NDArray map, int height, int width, double scale) {
    return DetectOps.Archive.call("roi_pool", rois, map, integers(height, width), numbers(scale));
  }
}
