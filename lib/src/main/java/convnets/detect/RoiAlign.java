package convnets.detect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.Checks;
import convnets.torch.RoiOps;

/**
 * What is in boxes, as maps of one size: a box is cut into bins, and a bin is the mean of a few
 * samples, each taken between the four pixels around it. Nothing is rounded, so that a box that
 * moves a little gives a little other numbers. (He et al., "Mask R-CNN", 2017, arXiv:1703.06870,
 * section 3, "RoIAlign"; torchvision's {@code roi_align}.)
 *
 * <p>Gradients flow to the maps, not to the boxes. Immutable: each method returns another object.
 *
 * @param height of the result
 * @param width of the result
 * @param samples along each side of a bin, or 0 for as many as it has pixels of the map
 * @param aligned whether a place of the image is one between pixels' centres, as it should be; else
 *     all is off by half a pixel, and no box is narrower than one, as in the first versions
 */
public record RoiAlign(int height, int width, int samples, boolean aligned) {

  /** Checks the sizes. */
  public RoiAlign {
    Checks.positive("height", height);
    Checks.positive("width", width);
    Checks.notNegative("samples", samples);
  }

  /** Of this size, with 2 × 2 samples a bin, aligned. */
  public static RoiAlign of(int size) {
    return new RoiAlign(size, size, 2, true);
  }

  /**
   * The same with another number of samples along each side of a bin; 0 for as many as it has
   * pixels, which takes memory for the largest box and waits for the device.
   */
  public RoiAlign samples(int samples) {
    return new RoiAlign(height, width, samples, aligned);
  }

  /** The same as the first versions had it, off by half a pixel: torchvision's default. */
  public RoiAlign unaligned() {
    return new RoiAlign(height, width, samples, false);
  }

  /**
   * From one map.
   *
   * @param map (N, C, H, W)
   * @param boxes (N, R, 4), corner form, in pixels of the image: R of each image, of which some may
   *     be padding (0, 0, 0, 0)
   * @param scale pixels of the map for one of the image: 1/16 at stride 16
   * @return (N · R, C, height, width), owned by the manager of the boxes
   */
  public NDArray apply(NDArray map, NDArray boxes, double scale) {
    Shape each = each(boxes);
    try (NDArray levels = boxes.getManager().zeros(each, DataType.INT64)) {
      return apply(new NDList(map), boxes, levels, scale);
    }
  }

  /**
   * From the maps of a pyramid, each box from one.
   *
   * @param maps (N, C, H, W) each
   * @param boxes (N, R, 4), corner form, in pixels of the image
   * @param levels (N, R), int64: the map of each box, from 0; see {@link PyramidLevels}
   * @param scales pixels of each map for one of the image
   * @return (N · R, C, height, width), owned by the manager of the boxes
   */
  public NDArray apply(NDList maps, NDArray boxes, NDArray levels, double... scales) {
    BoxShapes.shape("levels", levels, each(boxes), "one for each box");
    BoxShapes.longs("levels", levels);
    if (maps.isEmpty() || maps.size() != scales.length) {
      throw new IllegalArgumentException(
          "scales (%d) must be one for each of the maps: %d".formatted(scales.length, maps.size()));
    }
    for (int i = 0; i < scales.length; i++) {
      Checks.positive("scales", scales[i]);
      checkMap(maps.get(i), maps.head(), boxes);
    }
    return RoiOps.align(boxes, levels, maps, height, width, samples, aligned, scales);
  }

  private static Shape each(NDArray boxes) {
    BoxShapes.boxes("boxes", boxes);
    BoxShapes.dimensions("boxes", boxes, 3, "(N, R, 4)");
    return BoxShapes.withoutLast(boxes);
  }

  /** Requires a map for the images of the boxes, with the channels of another. */
  static void checkMap(NDArray map, NDArray first, NDArray boxes) {
    BoxShapes.dimensions("map", map, 4, "(N, C, H, W)");
    Shape shape = map.getShape();
    if (shape.get(0) != boxes.getShape().get(0) || shape.get(1) != first.getShape().get(1)) {
      throw new IllegalArgumentException(
          "map %s must have as many images as boxes %s, and %d channels"
              .formatted(shape, boxes.getShape(), first.getShape().get(1)));
    }
  }
}
