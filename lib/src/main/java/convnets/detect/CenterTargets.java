package convnets.detect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.Checks;
import convnets.torch.DetectOps;

/**
 * What a network without anchors is to find: a heat map for each class that is 1 in the pixel of
 * each object's centre and falls off around it as a Gaussian, and at these pixels the rest of the
 * centre and the sides of the box. (Zhou, Wang and Krähenbühl, "Objects as Points", 2019,
 * arXiv:1904.07850, section 3.)
 *
 * @param heat (N, C, H, W), float32, from 0 to 1
 * @param pixels (N, K), int64: the pixel of each row of truth, row · W + column; -1 for padding
 * @param offsets (N, K, 2), float32: how far the centre is from the pixel's upper left corner, x
 *     before y, in pixels of the map; 0 for padding
 * @param sizes (N, K, 2), float32: width and height in pixels of the map; 0 for padding
 */
public record CenterTargets(NDArray heat, NDArray pixels, NDArray offsets, NDArray sizes) {

  /** CenterNet's: a Gaussian reaches as far as a box whose IoU with the object is so high. */
  private static final double LEAST_IOU = 0.7;

  /** CenterNet's powers of the error and of the distance, equation 1. */
  private static final double ALPHA = 2;

  private static final double BETA = 4;

  /**
   * The targets of a batch. Where Gaussians of a class overlap, the higher counts. No gradients
   * flow, and nothing waits for the device.
   *
   * @param truth (N, K, 5); boxes without an area count as padding
   * @param classes how many there are; higher ones would count as the last
   * @param image (…, height, width), in which truth is in pixels
   * @param map (…, H, W), the shape of the maps
   * @return owned by the manager of the truth
   */
  public static CenterTargets of(NDArray truth, int classes, Shape image, Shape map) {
    BoxShapes.truth(truth);
    Checks.positive("classes", classes);
    long rows = map.get(map.dimension() - 2);
    long columns = map.get(map.dimension() - 1);
    double down = (double) rows / image.get(image.dimension() - 2);
    double across = (double) columns / image.get(image.dimension() - 1);
    NDList targets =
        DetectOps.centerTargets(truth, classes, rows, columns, down, across, LEAST_IOU);
    return new CenterTargets(targets.get(0), targets.get(1), targets.get(2), targets.get(3));
  }

  /**
   * How far a Gaussian reaches, in pixels: the distance by which two corners of a box may be off
   * for an IoU that is still so high. It is the formula of CenterNet's code, which takes the larger
   * root of two of three quadratic equations and leaves out their leading coefficients: at an IoU
   * of 0.7 it gives three to four times the distance that is meant. The networks are trained with
   * it, so it stays.
   *
   * @param height of the box
   * @param width of the box
   * @param iou above 0 and below 1
   */
  public static double radius(double height, double width, double iou) {
    Checks.positive("iou", Checks.fraction("iou", iou));
    try (NDManager manager = NDManager.newBaseManager();
        NDArray sides = manager.create(new float[] {(float) height, (float) width});
        NDArray radius = DetectOps.gaussianRadii(sides, iou)) {
      return radius.getFloat();
    }
  }

  /**
   * The focal loss of each pixel of the heat maps: −(1 − p)² log p at centres, elsewhere −(1 −
   * heat)⁴ p² log(1 − p), so that pixels next to a centre cost little. (The same, equation 1.)
   * Usually the sum over the number of objects is learned.
   *
   * @param logits (N, C, H, W), whose sigmoid p is
   * @return (N, C, H, W)
   */
  public NDArray heatLoss(NDArray logits) {
    BoxShapes.floats("logits", logits);
    BoxShapes.shape("logits", logits, heat.getShape(), "one for each class and pixel");
    return DetectOps.centerFocal(logits, heat, ALPHA, BETA);
  }

  /** Which rows of truth have a centre, (N, K), boolean. */
  public NDArray objects() {
    return pixels.gte(0);
  }

  /**
   * What maps say at the centres.
   *
   * @param maps (N, D, H, W), such as predicted offsets or sizes
   * @return (N, K, D), owned by the manager of the maps; anything where there is padding
   */
  public NDArray at(NDArray maps) {
    return DetectOps.atPixels(maps, pixels);
  }
}
