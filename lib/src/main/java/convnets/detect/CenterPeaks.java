package convnets.detect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import convnets.Checks;
import convnets.torch.DetectOps;

/**
 * The objects that heat maps show: their highest peaks. A peak is a pixel that no neighbour
 * exceeds, which a max pooling of 3×3 finds; it stands in for suppression. ("Objects as Points",
 * section 3, "From points to bounding boxes".)
 *
 * @param scores (N, k), float32, falling; 0 where there are fewer peaks
 * @param classes (N, k), int64
 * @param pixels (N, k), int64: row · W + column
 * @param map the shape of the heat maps, (N, C, H, W)
 */
public record CenterPeaks(NDArray scores, NDArray classes, NDArray pixels, Shape map) {

  private static final int NEIGHBOURHOOD = 3;

  /**
   * The highest peaks of each image. Nothing waits for the device.
   *
   * @param heat (N, C, H, W), from 0 to 1
   * @param most how many peaks, k; as many as there are pixels at most
   * @return owned by the manager of the heat
   */
  public static CenterPeaks of(NDArray heat, int most) {
    BoxShapes.dimensions("heat", heat, 4, "(N, C, H, W)");
    NDList peaks = DetectOps.centerPeaks(heat, Checks.positive("most", most), NEIGHBOURHOOD);
    return new CenterPeaks(peaks.get(0), peaks.get(1), peaks.get(2), heat.getShape());
  }

  /**
   * The boxes at the peaks, in pixels of the image.
   *
   * @param offsets (N, 2, H, W): from the pixel's upper left corner to the centre, x before y, in
   *     pixels of the map
   * @param sizes (N, 2, H, W): width and height, in pixels of the map
   * @param image (…, height, width)
   * @return (N, k, 4), corner form, owned by the manager of the peaks
   */
  public NDArray boxes(NDArray offsets, NDArray sizes, Shape image) {
    Shape wanted = new Shape(map.get(0), 2, map.get(2), map.get(3));
    BoxShapes.shape("offsets", offsets, wanted, "two for each pixel of the heat maps");
    BoxShapes.shape("sizes", sizes, wanted, "two for each pixel of the heat maps");
    double down = (double) image.get(image.dimension() - 2) / map.get(2);
    double across = (double) image.get(image.dimension() - 1) / map.get(3);
    try (NDArray offset = DetectOps.atPixels(offsets, pixels);
        NDArray size = DetectOps.atPixels(sizes, pixels)) {
      return DetectOps.centeredBoxes(pixels, offset, size, map.get(3), down, across);
    }
  }
}
