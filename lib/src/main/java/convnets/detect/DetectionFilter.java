package convnets.detect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.Checks;

/**
 * Which of a detector's many boxes are its detections: those of a class with the highest scores, of
 * which one suppresses others that overlap it too much.
 *
 * <p>Immutable: each option returns another object.
 *
 * @param score what a box must be above; low where precision is measured at every recall, about a
 *     half where somebody looks
 * @param iou of two boxes of a class that overlap more, only the better stays; 1: all stay
 * @param candidates how many boxes of each class and image are looked at
 * @param most how many detections an image has at most
 */
public record DetectionFilter(double score, double iou, int candidates, int most) {

  /** Checks the numbers. */
  public DetectionFilter {
    Checks.probability("score", score);
    Checks.probability("iou", iou);
    Checks.positive("candidates", candidates);
    Checks.positive("most", most);
  }

  /** Scores above 0.01, an IoU of up to 0.5, 100 candidates of a class, 100 detections. */
  public static DetectionFilter standard() {
    return new DetectionFilter(0.01, 0.5, 100, 100);
  }

  /** The same with another score that a box must be above. */
  public DetectionFilter score(double above) {
    return new DetectionFilter(above, iou, candidates, most);
  }

  /** The same with another IoU up to which boxes of a class stay beside each other. */
  public DetectionFilter iou(double most) {
    return new DetectionFilter(score, most, candidates, this.most);
  }

  /** The same with so many candidates of each class. */
  public DetectionFilter candidates(int count) {
    return new DetectionFilter(score, iou, count, most);
  }

  /** The same with so many detections of an image at most. */
  public DetectionFilter most(int count) {
    return new DetectionFilter(score, iou, candidates, count);
  }

  /**
   * The detections. Waits for the device.
   *
   * @param boxes (N, A, 4) for all classes, or (N, A, C, 4), corner form
   * @param scores (N, A, C), float32
   * @return (N, most, 6), float32: class, left, top, right and bottom edge, score, by falling
   *     score; behind the last of an image rows of class -1. Owned, with what it took to compute
   *     it, by the manager of the boxes
   */
  public NDArray apply(NDArray boxes, NDArray scores) {
    BoxShapes.boxes("boxes", boxes);
    BoxShapes.floats("scores", scores);
    BoxShapes.dimensions("scores", scores, 3, "(N, A, C)");
    long n = scores.getShape().get(0);
    long a = scores.getShape().get(1);
    long c = scores.getShape().get(2);
    boolean each = boxes.getShape().dimension() == 4;
    Shape wanted = each ? new Shape(n, a, c, 4) : new Shape(n, a, 4);
    BoxShapes.shape("boxes", boxes, wanted, "of scores " + scores.getShape());
    int k = (int) Math.min(candidates, a);
    NDList best = scores.transpose(0, 2, 1).topK(k, 2); // (N, C, k)
    NDArray values = best.get(0).reshape(n, c * k);
    NDArray chosen; // (N, C · k, 4)
    if (each) {
      NDArray byClass = boxes.transpose(0, 2, 1, 3).reshape(n * c, a, 4);
      chosen = Boxes.gather(byClass, best.get(1).reshape(n * c, k)).reshape(n, c * k, 4);
    } else {
      chosen = Boxes.gather(boxes, best.get(1).reshape(n, c * k));
    }
    return Nms.batched(chosen, values, classes(values, n, c, k), iou, most);
  }

  /**
   * The detections among boxes that have one class each.
   *
   * @param boxes (N, K, 4), corner form
   * @param scores (N, K), float32
   * @param classes (N, K), int64
   * @return as above
   */
  NDArray ofOneClass(NDArray boxes, NDArray scores, NDArray classes) {
    NDArray none = classes.getManager().full(classes.getShape(), -1, DataType.INT64);
    return Nms.batched(boxes, scores, NDArrays.where(scores.gt(score), classes, none), iou, most);
  }

  /** The class of each candidate, (N, C · k), int64; -1 of those whose score is too low. */
  private NDArray classes(NDArray values, long n, long c, long k) {
    NDManager manager = values.getManager();
    NDArray all = manager.arange(0, (int) c, 1, DataType.INT64).reshape(1, c, 1).broadcast(n, c, k);
    NDArray none = manager.full(new Shape(n, c * k), -1, DataType.INT64);
    return NDArrays.where(values.gt(score), all.reshape(n, c * k), none);
  }

  @Override
  public String toString() {
    return "scores above %s, IoU up to %s, %d candidates of a class, %d detections"
        .formatted(score, iou, candidates, most);
  }
}
