package convnets.detect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.Checks;
import convnets.torch.DetectOps;
import convnets.torch.HostCopy;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Non-maximum suppression: of boxes that overlap, only the best stays. Greedily, the box with the
 * highest score stays and suppresses all whose IoU with it is above a threshold; then the next of
 * those that are left, until none is. Of equal scores the first goes before.
 *
 * <p>{@link SoftNms} and {@link MatrixNms} lower scores instead. No gradients flow. All but {@link
 * #mask} wait for the device.
 */
public final class Nms {

  private Nms() {}

  /**
   * The boxes that stay. (torchvision's {@code nms}.)
   *
   * @param boxes (K, 4), corner form
   * @param scores (K), float32
   * @param threshold the IoU above which a box is suppressed
   * @return (M), int64: their places, by falling score; owned by the manager of the boxes
   */
  public static NDArray greedy(NDArray boxes, NDArray scores, double threshold) {
    check(boxes, scores, threshold);
    return rows(boxes, kept(boxes, scores, null, threshold));
  }

  /**
   * The boxes that stay if only those of the same class suppress each other. (torchvision's {@code
   * batched_nms}.)
   *
   * @param boxes (K, 4), corner form
   * @param scores (K), float32
   * @param classes (K), int64: classes, or whatever else sets boxes apart
   * @param threshold the IoU above which a box is suppressed
   * @return (M), int64: their places, by falling score; owned by the manager of the boxes
   */
  public static NDArray byClass(NDArray boxes, NDArray scores, NDArray classes, double threshold) {
    check(boxes, scores, threshold);
    BoxShapes.longs("classes", classes);
    BoxShapes.shape("classes", classes, scores.getShape(), "one for each score");
    return rows(boxes, kept(boxes, scores, HostCopy.longs(classes), threshold));
  }

  private static int[] kept(NDArray boxes, NDArray scores, long[] groups, double threshold) {
    return GreedySuppression.kept(
        HostCopy.floats(boxes), HostCopy.floats(scores), groups, threshold);
  }

  private static NDArray rows(NDArray boxes, int[] kept) {
    NDManager manager = boxes.getManager();
    return manager.create(Arrays.stream(kept).asLongStream().toArray());
  }

  /**
   * The best boxes of each image of a batch, each class by itself.
   *
   * @param boxes (N, K, 4), corner form
   * @param scores (N, K), float32
   * @param classes (N, K), int64; rows of a negative class are left out
   * @param threshold the IoU above which a box is suppressed
   * @param most how many boxes an image may keep
   * @return (N, most, 6), float32: class, left, top, right and bottom edge, score, by falling
   *     score; behind the last box rows of class -1, and otherwise 0. Owned by the manager of the
   *     boxes
   */
  public static NDArray batched(
      NDArray boxes, NDArray scores, NDArray classes, double threshold, int most) {
    BoxShapes.dimensions("boxes", boxes, 3, "(N, K, 4)");
    check(boxes, scores, threshold);
    BoxShapes.longs("classes", classes);
    BoxShapes.shape("classes", classes, scores.getShape(), "one for each score");
    Checks.positive("most", most);
    int n = (int) boxes.getShape().get(0);
    int k = (int) boxes.getShape().get(1);
    float[] edges = HostCopy.floats(boxes);
    float[] marks = HostCopy.floats(scores);
    long[] labels = HostCopy.longs(classes);
    float[] rows = new float[n * most * 6];
    for (int image = 0; image < n; image++) {
      int first = image * k;
      int[] there = IntStream.range(first, first + k).filter(i -> labels[i] >= 0).toArray();
      int[] best = best(there, edges, marks, labels, threshold, most);
      for (int row = 0; row < most; row++) {
        int to = (image * most + row) * 6;
        if (row < best.length) {
          rows[to] = labels[best[row]];
          System.arraycopy(edges, 4 * best[row], rows, to + 1, 4);
          rows[to + 5] = marks[best[row]];
        } else {
          rows[to] = -1;
        }
      }
    }
    return boxes.getManager().create(rows, new Shape(n, most, 6));
  }

  /** Of the boxes at some places, those that stay, as many as may. */
  private static int[] best(
      int[] there, float[] edges, float[] scores, long[] classes, double threshold, int most) {
    float[] boxes = new float[4 * there.length];
    float[] marks = new float[there.length];
    long[] labels = new long[there.length];
    for (int i = 0; i < there.length; i++) {
      System.arraycopy(edges, 4 * there[i], boxes, 4 * i, 4);
      marks[i] = scores[there[i]];
      labels[i] = classes[there[i]];
    }
    return Arrays.stream(GreedySuppression.kept(boxes, marks, labels, threshold))
        .limit(most)
        .map(i -> there[i])
        .toArray();
  }

  /**
   * What greedy suppression keeps, in matrix form, for use within a training step: on the device,
   * without waiting for it, and with as many rows for each image. A box is out if a better one
   * above the threshold is in; this is asked of all boxes at once, again and again, until nothing
   * changes. On a GPU it takes K² numbers of memory for each image and 64 rounds, which settle
   * chains of up to so many boxes that suppress one another in turn. (Zheng et al., "Enhancing
   * Geometric Factors", 2020, arXiv:2005.03572, "Cluster-NMS".)
   *
   * @param boxes (…, K, 4), corner form
   * @param scores (…, K), float32
   * @param classes (…, K), int64: only boxes of the same class suppress each other
   * @param threshold the IoU above which a box is suppressed
   * @return (…, K), boolean, in the order of the boxes
   */
  public static NDArray mask(NDArray boxes, NDArray scores, NDArray classes, double threshold) {
    check(boxes, scores, threshold);
    BoxShapes.longs("classes", classes);
    BoxShapes.shape("classes", classes, scores.getShape(), "one for each score");
    return DetectOps.nmsMask(boxes, scores, classes, threshold);
  }

  /** The same where all boxes are of one class. */
  public static NDArray mask(NDArray boxes, NDArray scores, double threshold) {
    try (NDArray one = boxes.getManager().zeros(scores.getShape(), DataType.INT64)) {
      return mask(boxes, scores, one, threshold);
    }
  }

  private static void check(NDArray boxes, NDArray scores, double threshold) {
    Checks.probability("threshold", threshold);
    boxesWithScores(boxes, scores);
  }

  /** Requires boxes (…, K, 4) and a score for each. */
  static void boxesWithScores(NDArray boxes, NDArray scores) {
    BoxShapes.boxes("boxes", boxes);
    BoxShapes.floats("scores", scores);
    BoxShapes.shape("scores", scores, BoxShapes.withoutLast(boxes), "one for each box");
  }
}
