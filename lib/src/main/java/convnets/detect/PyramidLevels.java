package convnets.detect;

import ai.djl.ndarray.NDArray;
import convnets.Checks;
import convnets.torch.RoiOps;

/**
 * Which map of a feature pyramid a box is looked at in: k = ⌊k₀ + log₂(√area / size)⌋, large boxes
 * in coarse maps. (Lin et al., "Feature Pyramid Networks", 2016, arXiv:1612.03144, equation 1;
 * torchvision's {@code LevelMapper}.)
 *
 * @param first the power of 2 that is the stride of the first map: 2 for stride 4
 * @param last that of the last map
 * @param canonical that of the map for boxes of the canonical size, k₀
 * @param size the canonical one: the square root of the area, in pixels
 */
public record PyramidLevels(int first, int last, int canonical, double size) {

  /** Checks the numbers. */
  public PyramidLevels {
    Checks.notNegative("first", first);
    Checks.positive("size", size);
    if (last < first) {
      throw new IllegalArgumentException(
          "last (%d) must not be below first (%d)".formatted(last, first));
    }
  }

  /** The paper's: boxes of 224 × 224 pixels are looked at in the map of stride 2⁴. */
  public static PyramidLevels of(int first, int last) {
    return new PyramidLevels(first, last, 4, 224);
  }

  /** The same with another size for the map of a power. */
  public PyramidLevels canonical(int canonical, double size) {
    return new PyramidLevels(first, last, canonical, size);
  }

  /**
   * The map of each box, 0 for the first: (…, 4) -> (…), int64. Nothing waits for the device.
   *
   * @param boxes corner form; those without an area belong to the first map
   */
  public NDArray levels(NDArray boxes) {
    BoxShapes.boxes("boxes", boxes);
    return RoiOps.pyramidLevels(boxes, first, last, canonical, size);
  }
}
