package convnets.notebook.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.detect.AnchorMatches;
import convnets.detect.BoxCoder;
import convnets.detect.Boxes;
import convnets.detect.FocalLoss;
import convnets.notebook.Expected;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** The reference answers of chapter 21, object detection. */
public final class ObjectDetectionReference {

  /** Of a 3×3 kernel. */
  private static final int TAPS = 9;

  /** Of an anchor: four offsets and the score of background. */
  private static final int BESIDE_CLASSES = 5;

  private ObjectDetectionReference() {}

  /**
   * Anchors, numbers that come out, and parameters of SSD's heads.
   *
   * @param sides of each square map, in pixels
   * @param channels of each map
   * @param shapes how many anchors stand around each pixel of a map
   */
  public static Expected<long[]> counts(
      long[] sides, long[] channels, long[] shapes, long classes) {
    long each = classes + BESIDE_CLASSES;
    long[] anchors =
        IntStream.range(0, sides.length).mapToLong(i -> sides[i] * sides[i] * shapes[i]).toArray();
    long[] parameters =
        IntStream.range(0, sides.length)
            .mapToLong(i -> (TAPS * channels[i] + 1) * shapes[i] * each)
            .toArray();
    long all = Arrays.stream(anchors).sum();
    return Expected.of(new long[] {all, all * each, Arrays.stream(parameters).sum()});
  }

  /**
   * The backgrounds with the highest losses, by rising place.
   *
   * @param losses of each anchor, no two equal
   * @param classes of each anchor
   * @param ratio how many for each object
   */
  public static Expected<int[]> mined(double[] losses, int[] classes, int ratio) {
    int background = AnchorMatches.BACKGROUND;
    long most = ratio * Arrays.stream(classes).filter(c -> c >= 0).count();
    double[] falling =
        IntStream.range(0, losses.length)
            .filter(a -> classes[a] == background)
            .mapToDouble(a -> -losses[a])
            .sorted()
            .limit(most)
            .toArray();
    double least = falling.length == 0 ? Double.NaN : -falling[falling.length - 1];
    return Expected.of(
        IntStream.range(0, losses.length)
            .filter(a -> classes[a] == background && losses[a] >= least)
            .toArray());
  }

  /**
   * A part of the detections of an image, (A, 6): class, edges, score.
   *
   * @param scores (A, 1 + C), background first
   * @param offsets (A, 4), of variances 0.1 and 0.2
   * @param anchors (A, 4), corner form
   * @param columns which, as an index
   */
  public static Expected<NDArray> part(
      NDArray scores, NDArray offsets, NDArray anchors, String columns) {
    NDArray objects = scores.softmax(1).get(":, 1:");
    NDArray labels = objects.argMax(1).toType(DataType.FLOAT32, false).expandDims(1);
    NDArray boxes = BoxCoder.standard().decode(offsets, anchors);
    NDArray best = objects.max(new int[] {1}, true);
    return Expected.of(NDArrays.concat(new NDList(labels, boxes, best), 1).get(columns));
  }

  /**
   * The detections that find a thing by COCO's rule, by rising place.
   *
   * @param scores of each detection, no two equal
   * @param overlaps of each detection with each thing
   * @param least the overlap that counts
   */
  public static Expected<int[]> hits(double[] scores, double[][] overlaps, double least) {
    int count = scores.length;
    boolean[] taken = new boolean[count == 0 ? 0 : overlaps[0].length];
    boolean[] hit = new boolean[count];
    int[] order =
        IntStream.range(0, count)
            .boxed()
            .sorted((a, b) -> Double.compare(scores[b], scores[a]))
            .mapToInt(Integer::intValue)
            .toArray();
    for (int d : order) {
      int thing = -1;
      double best = least;
      for (int k = 0; k < taken.length; k++) {
        if (!taken[k] && overlaps[d][k] >= best) {
          best = overlaps[d][k];
          thing = k;
        }
      }
      if (thing >= 0) {
        taken[thing] = true;
        hit[d] = true;
      }
    }
    return Expected.of(IntStream.range(0, count).filter(d -> hit[d]).toArray());
  }

  /**
   * The area below the staircase of precision over recall.
   *
   * @param hit whether each detection, by falling score, found a thing
   * @param things how many there were
   */
  public static Expected<Double> averagePrecision(boolean[] hit, int things) {
    double sum = 0;
    for (int i = 0; i < hit.length; i++) {
      if (hit[i]) {
        sum += highest(hit, i) / things;
      }
    }
    return Expected.of(sum);
  }

  /** The highest precision with so many detections, the first being 0, or more. */
  private static double highest(boolean[] hit, int from) {
    double highest = 0;
    int found = 0;
    for (int i = 0; i < hit.length; i++) {
      found += hit[i] ? 1 : 0;
      highest = i < from ? 0 : Math.max(highest, (double) found / (i + 1));
    }
    return highest;
  }

  /**
   * The focal loss of rows of logits, with γ = 0 the cross-entropy: (M, C) -> (M).
   *
   * @param classes (M), int64, each from 0
   */
  public static Expected<UnaryOperator<NDArray>> focal(NDArray classes, double gamma) {
    return Expected.of(focalLoss(classes, gamma));
  }

  /**
   * The same of logits to which others are added: where probabilities round to 0 and to 1.
   *
   * @param added (M, C)
   */
  public static Expected<UnaryOperator<NDArray>> focal(
      NDArray added, NDArray classes, double gamma) {
    UnaryOperator<NDArray> loss = focalLoss(classes, gamma);
    return Expected.of(logits -> loss.apply(logits.add(added)));
  }

  private static UnaryOperator<NDArray> focalLoss(NDArray classes, double gamma) {
    FocalLoss loss = FocalLoss.standard().unweighted().gamma(gamma);
    return logits -> loss.softmax(logits, classes.sub(1));
  }

  /**
   * The share of true boxes that have an anchor with such an IoU or more.
   *
   * @param anchors (A, 4)
   * @param truth (N, K, 5), with at least one box
   */
  public static Expected<Double> covered(NDArray anchors, NDArray truth, double iou) {
    float[] best = Boxes.iou(Boxes.of(truth), anchors).max(new int[] {2}).toFloatArray();
    long[] labels = Boxes.classes(truth).toLongArray();
    int boxes = 0;
    int covered = 0;
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] >= 0) {
        boxes++;
        covered += best[i] >= (float) iou ? 1 : 0;
      }
    }
    return Expected.of((double) covered / boxes);
  }

  /**
   * The boxes that a second stage makes of proposals, each by its likeliest class, (N, P, 4).
   *
   * @param proposals (N, P, 4), corner form
   * @param logits (N, P, 1 + C), background first
   * @param offsets (N, P, 1 + C, 4)
   */
  public static Expected<NDArray> refined(NDArray proposals, NDArray logits, NDArray offsets) {
    Shape shape = logits.getShape();
    int boxes = (int) (shape.get(0) * shape.get(1));
    int outputs = (int) shape.get(2);
    float[] scores = logits.toFloatArray();
    float[] moves = offsets.toFloatArray();
    float[] chosen = new float[4 * boxes];
    for (int i = 0; i < boxes; i++) {
      int best = 1;
      for (int c = 2; c < outputs; c++) {
        best = scores[i * outputs + c] > scores[i * outputs + best] ? c : best;
      }
      System.arraycopy(moves, 4 * (i * outputs + best), chosen, 4 * i, 4);
    }
    NDArray own = proposals.getManager().create(chosen, proposals.getShape());
    return Expected.of(BoxCoder.standard().decode(own, proposals));
  }
}
