package convnets.detect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import convnets.Checks;
import convnets.torch.DetectOps;

/**
 * Which of the many backgrounds count in a loss. An image has thousands of anchors and a few
 * objects: if all counted, a network would learn to find nothing.
 *
 * <p>Classes are (N, A), int64: from 0, or {@link AnchorMatches#BACKGROUND}, or {@link
 * AnchorMatches#IGNORED}. No gradients flow, and nothing waits for the device.
 */
public final class Mining {

  private Mining() {}

  /**
   * The backgrounds with the highest losses, up to so many for each object of their image; none in
   * an image without objects. (SSD, section 2.2, "Hard negative mining".)
   *
   * @param losses (N, A), float32
   * @param classes (N, A)
   * @param ratio backgrounds for each object; SSD's is 3
   * @return (N, A), boolean: objects do not count as negatives
   */
  public static NDArray hardNegatives(NDArray losses, NDArray classes, double ratio) {
    BoxShapes.floats("losses", losses);
    check(classes);
    BoxShapes.shape("losses", losses, classes.getShape(), "one for each class");
    return DetectOps.hardNegatives(losses, classes, Checks.notNegative("ratio", ratio));
  }

  /**
   * So many anchors of each image by lot, up to a share of them objects and the others background;
   * fewer, where there are not as many. (Faster R-CNN, section 3.1.3.) The engine's generator draws
   * them.
   *
   * @param classes (N, A)
   * @param count of an image
   * @param share of objects, at most
   * @return (N, A), boolean
   */
  public static NDArray balanced(NDArray classes, int count, double share) {
    check(classes);
    return DetectOps.balancedSample(
        classes, Checks.positive("count", count), Checks.probability("share", share));
  }

  /**
   * The same as rows, of which each image has the same number, for a second stage that looks at
   * them alone.
   *
   * @return owned by the manager of the classes
   */
  public static Sampled balancedRows(NDArray classes, int count, double share) {
    check(classes);
    NDList sampled =
        DetectOps.balancedRows(
            classes, Checks.positive("count", count), Checks.probability("share", share));
    return new Sampled(sampled.get(0), sampled.get(1));
  }

  /**
   * Anchors or proposals that were drawn.
   *
   * @param rows (N, count), int64: which, in their order; 0 where there were too few to draw
   * @param classes (N, count), int64: their classes; {@link AnchorMatches#IGNORED} where there were
   *     too few
   */
  public record Sampled(NDArray rows, NDArray classes) {

    /**
     * What an array says of them.
     *
     * @param table (N, A, D)
     * @return (N, count, D), owned by the manager of the table
     */
    public NDArray of(NDArray table) {
      return Boxes.gather(table, rows);
    }
  }

  private static void check(NDArray classes) {
    BoxShapes.longs("classes", classes);
    Shape shape = classes.getShape();
    if (shape.dimension() != 2) {
      throw new IllegalArgumentException("classes %s must be (N, A)".formatted(shape));
    }
  }
}
