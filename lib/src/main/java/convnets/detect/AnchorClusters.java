package convnets.detect;

import ai.djl.ndarray.NDArray;
import convnets.Checks;
import convnets.torch.HostCopy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Anchor shapes found in the boxes of a data set, by k-means with the distance 1 − IoU of shapes
 * around the same point: large boxes weigh no more than small ones. (Redmon and Farhadi,
 * "YOLO9000", 2016, arXiv:1612.08242, section 2.)
 *
 * @param shapes from the smallest to the largest area
 * @param meanIou of each box with its nearest shape
 */
public record AnchorClusters(List<AnchorShape> shapes, double meanIou) {

  private static final int MOST_ROUNDS = 300;

  /** Keeps a copy of the shapes. */
  public AnchorClusters {
    shapes = List.copyOf(shapes);
  }

  /**
   * The shapes that k-means ends with. It starts from k boxes drawn by lot, each with a chance that
   * grows with its squared distance from those before (k-means++), and stops when no box changes
   * its shape. Waits for the device.
   *
   * @param boxes (…, 4), or truth (…, 5) of which padding does not count; boxes without an area do
   *     not count either
   * @param k how many shapes
   * @param seed of the lots: the same seed, the same shapes
   * @throws IllegalArgumentException if there are fewer than k different shapes of boxes
   */
  public static AnchorClusters of(NDArray boxes, int k, long seed) {
    List<AnchorShape> sides = sides(boxes);
    if (sides.stream().distinct().count() < Checks.positive("k", k)) {
      throw new IllegalArgumentException(
          "k (%d) must not be above the number of different shapes of the %d boxes: %d"
              .formatted(k, sides.size(), sides.stream().distinct().count()));
    }
    List<AnchorShape> shapes = started(sides, k, new SplittableRandom(seed));
    int[] nearest = new int[0];
    for (int round = 0; round < MOST_ROUNDS; round++) {
      List<AnchorShape> current = shapes;
      int[] now = sides.stream().mapToInt(side -> nearest(side, current)).toArray();
      if (Arrays.equals(now, nearest)) {
        break;
      }
      nearest = now;
      shapes = means(sides, nearest, shapes);
    }
    List<AnchorShape> sorted = new ArrayList<>(shapes);
    sorted.sort(Comparator.comparingDouble(AnchorShape::area));
    return new AnchorClusters(sorted, meanIou(sides, sorted));
  }

  /**
   * How well shapes suit boxes: the mean IoU of each box with its nearest shape, around the same
   * point.
   *
   * @param boxes as above, at least one
   */
  public static double meanIou(NDArray boxes, List<AnchorShape> shapes) {
    return meanIou(sides(boxes), shapes);
  }

  private static double meanIou(List<AnchorShape> sides, List<AnchorShape> shapes) {
    return sides.stream()
        .mapToDouble(side -> side.iou(shapes.get(nearest(side, shapes))))
        .average()
        .orElseThrow(() -> new IllegalArgumentException("boxes must hold at least one box"));
  }

  private static List<AnchorShape> sides(NDArray boxes) {
    int width = (int) boxes.getShape().get(boxes.getShape().dimension() - 1);
    if (width != 4 && width != 5) {
      throw new IllegalArgumentException(
          "boxes %s must be (…, 4), or truth (…, 5)".formatted(boxes.getShape()));
    }
    float[] numbers = HostCopy.floats(boxes);
    List<AnchorShape> sides = new ArrayList<>();
    for (int i = 0; i < numbers.length; i += width) {
      int edges = i + width - 4;
      double across = numbers[edges + 2] - numbers[edges];
      double down = numbers[edges + 3] - numbers[edges + 1];
      if ((width == 4 || numbers[i] >= 0) && across > 0 && down > 0) {
        sides.add(new AnchorShape(across, down));
      }
    }
    return sides;
  }

  private static List<AnchorShape> started(
      List<AnchorShape> sides, int k, SplittableRandom random) {
    List<AnchorShape> shapes = new ArrayList<>();
    shapes.add(sides.get(random.nextInt(sides.size())));
    while (shapes.size() < k) {
      double[] chances =
          sides.stream()
              .mapToDouble(side -> Math.pow(1 - side.iou(shapes.get(nearest(side, shapes))), 2))
              .toArray();
      shapes.add(sides.get(drawn(chances, random)));
    }
    return shapes;
  }

  /** A place by lot, each with a chance that is so large a part of their sum. */
  private static int drawn(double[] chances, SplittableRandom random) {
    double left = random.nextDouble() * Arrays.stream(chances).sum();
    int last = 0;
    for (int i = 0; i < chances.length; i++) {
      if (chances[i] > 0) {
        last = i;
        left -= chances[i];
        if (left < 0) {
          return i;
        }
      }
    }
    return last; // rounding may leave a rest
  }

  private static int nearest(AnchorShape side, List<AnchorShape> shapes) {
    int nearest = 0;
    for (int i = 1; i < shapes.size(); i++) {
      if (side.iou(shapes.get(i)) > side.iou(shapes.get(nearest))) {
        nearest = i;
      }
    }
    return nearest;
  }

  /** The means of the sides of each shape's boxes; a shape without any stays. */
  private static List<AnchorShape> means(
      List<AnchorShape> sides, int[] nearest, List<AnchorShape> shapes) {
    double[][] sums = new double[shapes.size()][3];
    for (int i = 0; i < nearest.length; i++) {
      double[] sum = sums[nearest[i]];
      sum[0] += sides.get(i).width();
      sum[1] += sides.get(i).height();
      sum[2]++;
    }
    List<AnchorShape> means = new ArrayList<>();
    for (int i = 0; i < sums.length; i++) {
      double[] sum = sums[i];
      means.add(sum[2] == 0 ? shapes.get(i) : new AnchorShape(sum[0] / sum[2], sum[1] / sum[2]));
    }
    return means;
  }
}
