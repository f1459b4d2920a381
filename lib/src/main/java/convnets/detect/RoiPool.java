package convnets.detect;

import ai.djl.ndarray.NDArray;
import convnets.Checks;
import convnets.torch.RoiOps;

/**
 * What is in boxes, as maps of one size, each bin the maximum of its pixels: a box is rounded to
 * pixels of the map and cut into bins that overlap by a pixel where they do not go up. (Girshick,
 * "Fast R-CNN", 2015, arXiv:1504.08083, section 2.1; torchvision's {@code roi_pool}.) {@link
 * RoiAlign} rounds nothing.
 *
 * <p>Gradients flow to the map, not to the boxes.
 *
 * @param height of the result
 * @param width of the result
 */
public record RoiPool(int height, int width) {

  /** Checks the sizes. */
  public RoiPool {
    Checks.positive("height", height);
    Checks.positive("width", width);
  }

  /** Of this size. */
  public static RoiPool of(int size) {
    return new RoiPool(size, size);
  }

  /**
   * Pools the boxes one after another; waits for the device.
   *
   * @param map (N, C, H, W)
   * @param boxes (N, R, 4), corner form, in pixels of the image
   * @param scale pixels of the map for one of the image: 1/16 at stride 16
   * @return (N · R, C, height, width), owned by the manager of the boxes; 0 in bins outside of the
   *     map
   */
  public NDArray apply(NDArray map, NDArray boxes, double scale) {
    BoxShapes.boxes("boxes", boxes);
    BoxShapes.dimensions("boxes", boxes, 3, "(N, R, 4)");
    RoiAlign.checkMap(map, map, boxes);
    return RoiOps.pool(boxes, map, height, width, Checks.positive("scale", scale));
  }
}
