package convnets.notebook.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import convnets.detect.BoxCoder;
import convnets.detect.Boxes;
import convnets.detect.Overlap;
import convnets.notebook.Expected;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** The reference answers of chapter 20, boxes. */
public final class BoxesReference {

  private static final double FOUND = 0.5;

  private BoxesReference() {}

  /**
   * How many anchors a picture has.
   *
   * @param strides of the feature maps, whose sides are rounded up
   * @param shapes how many on each pixel of each map
   */
  public static Expected<Long> anchors(int height, int width, int[] strides, int[] shapes) {
    long sum = 0;
    for (int i = 0; i < strides.length; i++) {
      long rows = (height - 1) / strides[i] + 1;
      long columns = (width - 1) / strides[i] + 1;
      sum += rows * columns * shapes[i];
    }
    return Expected.of(sum);
  }

  /**
   * Boxes in corner form of any numbers: two for the centre, and the logarithms of the sides.
   *
   * @param x (A, 4)
   */
  public static NDArray boxes(NDArray x) {
    return Boxes.centersToCorners(
        NDArrays.concat(new NDList(x.get("..., :2"), x.get("..., 2:").exp()), -1));
  }

  /**
   * GIoU of {@link #boxes} with others, (A, 4) -> (A, K).
   *
   * @param others (K, 4)
   */
  public static Expected<UnaryOperator<NDArray>> giou(NDArray others) {
    return Expected.of(x -> Overlap.GIOU.matrix(boxes(x), others));
  }

  /** The offsets of {@link #boxes} from anchors, (A, 4) -> (A, 4). */
  public static Expected<UnaryOperator<NDArray>> encoded(NDArray anchors, double... variances) {
    return Expected.of(x -> coder(variances).encode(boxes(x), anchors));
  }

  /** The boxes that offsets mean, (A, 4) -> (A, 4). */
  public static Expected<UnaryOperator<NDArray>> decoded(NDArray anchors, double... variances) {
    return Expected.of(t -> coder(variances).decode(t, anchors));
  }

  private static BoxCoder coder(double... variances) {
    return BoxCoder.variances(variances[0], variances[1], variances[2], variances[3]);
  }

  /** The places of the boxes that greedy suppression keeps, by falling score. */
  public static Expected<int[]> kept(float[][] boxes, float[] scores, double threshold) {
    return Expected.of(staying(boxes, scores, threshold));
  }

  private static int[] staying(float[][] boxes, float[] scores, double threshold) {
    boolean[] out = new boolean[scores.length];
    for (int i : falling(scores)) {
      for (int j = 0; j < scores.length && !out[i]; j++) {
        boolean after = scores[j] < scores[i] || scores[j] == scores[i] && j > i;
        out[j] |= after && iou(boxes[i], boxes[j]) > threshold;
      }
    }
    return Arrays.stream(falling(scores)).filter(i -> !out[i]).toArray();
  }

  private static int[] falling(float[] scores) {
    return IntStream.range(0, scores.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -scores[i]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static double iou(float[] a, float[] b) {
    double across = Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0]));
    double down = Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
    double shared = across * down;
    return shared / (area(a) + area(b) - shared);
  }

  private static double area(float... box) {
    return (double) (box[2] - box[0]) * (box[3] - box[1]);
  }

  /**
   * Average precision by the rules of VOC 2007, of VOC 2010 and of COCO.
   *
   * @param hits which of the answers, by falling score, found a thing
   * @param things how many there are
   */
  public static Expected<double[]> averages(boolean[] hits, int things) {
    double[] recall = new double[hits.length];
    double[] highest = new double[hits.length];
    int found = 0;
    for (int i = 0; i < hits.length; i++) {
      found += hits[i] ? 1 : 0;
      recall[i] = (double) found / things;
      double precision = found / (i + 1.0);
      for (int j = 0; j <= i; j++) {
        highest[j] = Math.max(highest[j], precision);
      }
    }
    double area = 0;
    for (int i = 0; i < hits.length; i++) {
      area += hits[i] ? highest[i] / things : 0;
    }
    return Expected.of(new double[] {mean(10, recall, highest), area, mean(100, recall, highest)});
  }

  private static double mean(int parts, double[] recall, double[] highest) {
    double sum = 0;
    for (int part = 0; part <= parts; part++) {
      double wanted = (double) part / parts;
      sum +=
          IntStream.range(0, recall.length)
              .filter(i -> recall[i] >= wanted)
              .mapToDouble(i -> highest[i])
              .findFirst()
              .orElse(0);
    }
    return sum / (parts + 1);
  }

  /**
   * What becomes of the answers to one picture that suppression leaves: how many find a thing, how
   * many are duplicates of one that is found, and how many neither.
   *
   * @param things boxes of the things
   */
  public static Expected<int[]> judged(
      float[][] boxes, float[] scores, float[][] things, double threshold) {
    boolean[] found = new boolean[things.length];
    int[] counts = new int[3];
    for (int i : staying(boxes, scores, threshold)) {
      int best = -1;
      boolean twice = false;
      for (int k = 0; k < things.length; k++) {
        double overlap = iou(boxes[i], things[k]);
        twice |= found[k] && overlap >= FOUND;
        boolean open = !found[k] && overlap >= FOUND;
        best = open && (best < 0 || overlap > iou(boxes[i], things[best])) ? k : best;
      }
      if (best >= 0) {
        found[best] = true;
      }
      counts[best >= 0 ? 0 : twice ? 1 : 2]++;
    }
    return Expected.of(counts);
  }
}
