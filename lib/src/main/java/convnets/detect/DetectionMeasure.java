package convnets.detect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import convnets.data.Batch;
import convnets.torch.HostCopy;
import convnets.train.Measure;
import convnets.train.Metric;
import convnets.train.Metrics;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Judges what a network finds in batch after batch, by the rules of COCO. What is found in an image
 * is read at once; of an image a few numbers are kept.
 */
public final class DetectionMeasure implements Measure {

  /**
   * Mean average precision over classes, and thresholds of intersection over union from 0.50 to
   * 0.95.
   */
  public static final Metric MAP = new Metric("mAP", true, true);

  /** Mean average precision where half of the union must be shared. */
  public static final Metric MAP_50 = new Metric("mAP@0.5", true, true);

  /** Mean average precision where three quarters of the union must be shared. */
  public static final Metric MAP_75 = new Metric("mAP@0.75", true, true);

  private static final int ROW = 6;

  private final DetectionTask task;
  private final MeanAveragePrecision precision;
  private int images;
  private double loss;

  private DetectionMeasure(DetectionTask task, AveragePrecision rules) {
    this.task = task;
    precision = rules.over(task.classes());
  }

  /** Begins to judge. */
  static DetectionMeasure of(DetectionTask task) {
    return of(task, AveragePrecision.coco());
  }

  /** The same by COCO's rules with other limits or sizes. */
  static DetectionMeasure of(DetectionTask task, AveragePrecision rules) {
    return new DetectionMeasure(task, rules);
  }

  @Override
  public void add(NDList outputs, Batch batch) {
    loss += (double) HostCopy.floats(task.evaluationLoss(outputs, batch))[0] * batch.size();
    images += batch.size();
    NDArray found = task.detections(outputs, batch.images().getShape());
    float[] rows = HostCopy.floats(found);
    int most = (int) found.getShape().get(1);
    List<GroundTruth> truths = GroundTruth.of(batch.targets().head());
    for (int i = 0; i < batch.size(); i++) {
      int from = i * most * ROW;
      add(Arrays.copyOfRange(rows, from, from + most * ROW), truths.get(i));
    }
  }

  /** Adds the detections of an image, (most, 6). */
  private void add(float[] rows, GroundTruth truth) {
    int most = rows.length / ROW;
    float[] boxes = new float[4 * most];
    int[] labels = new int[most];
    float[] scores = new float[most];
    int count = 0;
    for (int row = 0; row < most; row++) {
      int at = row * ROW;
      if (rows[at] >= 0 && finite(rows, at)) {
        labels[count] = (int) rows[at];
        System.arraycopy(rows, at + 1, boxes, 4 * count, 4);
        scores[count] = rows[at + 5];
        count++;
      }
    }
    precision.add(
        Arrays.copyOf(boxes, 4 * count),
        Arrays.copyOf(labels, count),
        Arrays.copyOf(scores, count),
        truth);
  }

  /** A network that has diverged finds nothing; that is no reason to stop. */
  private static boolean finite(float[] rows, int at) {
    for (int i = at; i < at + ROW; i++) {
      if (!Float.isFinite(rows[i])) {
        return false;
      }
    }
    return true;
  }

  /** All scores of the images so far. */
  public DetectionScores scores() {
    return precision.scores();
  }

  @Override
  public Metrics metrics() {
    return metrics(scores());
  }

  Metrics metrics(DetectionScores scores) {
    Map<Metric, Double> values = new LinkedHashMap<>();
    values.put(MAP, scores.map());
    values.put(MAP_50, scores.map(0.5));
    values.put(MAP_75, scores.map(0.75));
    return new Metrics(images, loss / images, values);
  }
}
