package convnets.torch;

import static convnets.torch.TorchScript.integers;
import static convnets.torch.TorchScript.numbers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.jni.JniUtils;

/**
 * Native operators of object detection, one call each, from an archive of their own ({@code
 * detect_ops.pt}). {@code convnets.detect} is their door: it says what they mean, and checks what
 * goes in, which nothing here does.
 *
 * <p>Boxes are float32, in corner form where nothing else is said; truth is (N, K, 5); matches and
 * classes are int64, -1 for background and -2 for what does not count. Gradients flow to boxes,
 * logits and maps. A result belongs to the manager of the first argument, and no call waits for the
 * device.
 */
public final class DetectOps {

  private DetectOps() {}

  /** Loaded at first use, once. */
  static final class Archive {
    private static final ScriptArchive ARCHIVE =
        new ScriptArchive(ScriptArchive.resource("detect_ops.pt"));

    private Archive() {}

    static NDArray call(String method, NDArray... arguments) {
      return calls(method, arguments).singletonOrThrow();
    }

    /**
     * Calls a method as it is written: from its second call on TorchScript would differentiate it
     * with other roundings than autograd does at the first, and a training that is resumed would
     * not be exact. The setting is that of the thread.
     */
    static NDList calls(String method, NDArray... arguments) {
      if (!JniUtils.isGradMode()) {
        return ARCHIVE.calls(method, arguments);
      }
      JniUtils.setGraphExecutorOptimize(false);
      try {
        return ARCHIVE.calls(method, arguments);
      } finally {
        JniUtils.setGraphExecutorOptimize(true);
      }
    }
  }

  private static NDArray call(String method, NDArray... arguments) {
    return Archive.call(method, arguments);
  }

  // Forms, (…, 4) -> (…, 4).

  /** Centre, width and height as corners. */
  public static NDArray centersToCorners(NDArray boxes) {
    return call("centers_to_corners", boxes);
  }

  /** Corners as centre, width and height. */
  public static NDArray cornersToCenters(NDArray boxes) {
    return call("corners_to_centers", boxes);
  }

  /** Upper left corner, width and height as corners. */
  public static NDArray extentsToCorners(NDArray boxes) {
    return call("extents_to_corners", boxes);
  }

  /** Corners as upper left corner, width and height. */
  public static NDArray cornersToExtents(NDArray boxes) {
    return call("corners_to_extents", boxes);
  }

  /** Boxes of any form, stretched. */
  public static NDArray stretch(NDArray boxes, double across, double down) {
    return call("stretch_boxes", boxes, numbers(across, down));
  }

  /** Boxes of any form, divided. */
  public static NDArray shrink(NDArray boxes, double across, double down) {
    return call("shrink_boxes", boxes, numbers(across, down));
  }

  /** Width times height, (…, 4) -> (…). */
  public static NDArray areas(NDArray boxes) {
    return call("box_areas", boxes);
  }

  /** What is inside of an image. */
  public static NDArray clip(NDArray boxes, double height, double width) {
    return call("clip_boxes", boxes, numbers(height, width));
  }

  /** Whether both sides are so long, (…, 4) -> (…). */
  public static NDArray atLeast(NDArray boxes, double side) {
    return call("boxes_at_least", boxes, numbers(side));
  }

  // Overlap; kind is 0 for IoU, 1 for GIoU, 2 for DIoU, 3 for CIoU.

  /** Of each with each: (…, A, 4), (…, K, 4) -> (…, A, K). */
  public static NDArray overlaps(NDArray a, NDArray b, int kind) {
    return call("box_overlaps", a, b, integers(kind));
  }

  /** Of pairs: (…, 4), (…, 4) -> (…). */
  public static NDArray overlapsOfPairs(NDArray a, NDArray b, int kind) {
    return call("box_overlaps_of_pairs", a, b, integers(kind));
  }

  /** One minus the overlap of pairs, with gradients for boxes without an area too. */
  public static NDArray overlapLosses(NDArray a, NDArray b, int kind) {
    return call("overlap_losses", a, b, integers(kind));
  }

  // Anchors.

  /**
   * Anchors around points of a grid: (rows · columns · S, 4), by row, column, shape.
   *
   * @param like an array on the device, whose manager owns the result
   * @param sides width and height of each of the S shapes
   * @param steps the first row, the distance of the next; the first column, the distance of the
   *     next
   */
  public static NDArray placeAnchors(
      NDArray like, double[] sides, long rows, long columns, double... steps) {
    return call("place_anchors", like, numbers(sides), integers(rows, columns), numbers(steps));
  }

  /**
   * Matches and overlaps, (N, A) each.
   *
   * @param anchors (A, 4) or (N, A, 4)
   * @param forced 0: nothing; 1: a box gets its best anchor; 2: the best anchors of each box match
   */
  public static NDList match(NDArray anchors, NDArray truth, double high, double low, int forced) {
    return Archive.calls("match_boxes", anchors, truth, numbers(high, low), integers(forced));
  }

  /** The class of each match, (N, A); background and what does not count stay. */
  public static NDArray matchedClasses(NDArray matches, NDArray truth) {
    return call("matched_classes", matches, truth);
  }

  /** The box of each match, (N, A, 4), 0 where there is none. */
  public static NDArray matchedBoxes(NDArray matches, NDArray truth) {
    return call("matched_boxes", matches, truth);
  }

  /** Boxes as offsets from anchors, times weights. */
  public static NDArray encode(NDArray boxes, NDArray anchors, double... weights) {
    return call("encode_boxes", boxes, anchors, numbers(weights));
  }

  /** The inverse. The last of the numbers is the largest logarithm of a ratio of sides. */
  public static NDArray decode(NDArray offsets, NDArray anchors, double... weightsAndMost) {
    return call("decode_boxes", offsets, anchors, numbers(weightsAndMost));
  }

  // Who counts.

  /** The hardest backgrounds, up to so many for each object of an image, (N, A). */
  public static NDArray hardNegatives(NDArray losses, NDArray classes, double ratio) {
    return call("hard_negatives", losses, classes, numbers(ratio));
  }

  /** So many of each image, up to a share of them objects, by lot, (N, A). */
  public static NDArray balancedSample(NDArray classes, int count, double share) {
    return call("balanced_sample", classes, integers(count), numbers(share));
  }

  /** The same as their rows and classes, (N, count) each. */
  public static NDList balancedRows(NDArray classes, int count, double share) {
    return Archive.calls("balanced_rows", classes, integers(count), numbers(share));
  }

  /** Rows of each image's table: (N, A, D), (N, R) -> (N, R, D). */
  public static NDArray gather(NDArray table, NDArray rows) {
    return call("gather_boxes", table, rows);
  }

  /** The sum of the losses that count, over the sum of a count, at least 1. */
  public static NDArray countedSum(NDArray losses, NDArray mask, NDArray count) {
    return call("counted_sum", losses, mask, count);
  }

  // Losses.

  /** Binary cross-entropy of each class, times α and (1 − p)^γ: (…, C), (…) -> (…). */
  public static NDArray sigmoidFocal(NDArray logits, NDArray classes, double alpha, double gamma) {
    return call("sigmoid_focal", logits, classes, numbers(alpha, gamma));
  }

  /** Cross-entropy, times α and (1 − p)^γ: (…, 1 + C), (…) -> (…). */
  public static NDArray softmaxFocal(NDArray logits, NDArray classes, double alpha, double gamma) {
    return call("softmax_focal", logits, classes, numbers(alpha, gamma));
  }

  /** The sum over the last axis of squares / 2β near 0, and of distances beyond β. */
  public static NDArray smoothL1(NDArray x, NDArray y, double beta) {
    return call("smooth_l1", x, y, numbers(beta));
  }

  /** CenterNet's focal loss of each pixel of a heat map. */
  public static NDArray centerFocal(NDArray logits, NDArray heat, double alpha, double beta) {
    return call("center_focal", logits, heat, numbers(alpha, beta));
  }

  // Suppression: boxes (…, K, 4), scores and groups (…, K).

  /** What greedy suppression within groups keeps, (…, K). */
  public static NDArray nmsMask(NDArray boxes, NDArray scores, NDArray groups, double threshold) {
    return call("nms_mask", boxes, scores, groups, numbers(threshold));
  }

  /** Scores after suppression by all better boxes at once, (…, K); sigma 0 is linear. */
  public static NDArray matrixNms(NDArray boxes, NDArray scores, NDArray groups, double sigma) {
    return call("matrix_nms", boxes, scores, groups, numbers(sigma));
  }

  // Centre maps.

  /** CenterNet's radius of Gaussians, of heights and widths (…, 2) -> (…). */
  public static NDArray gaussianRadii(NDArray sides, double least) {
    return call("gaussian_radii", sides, numbers(least));
  }

  /** Heat (N, C, H, W); pixels (N, K); offsets and sizes (N, K, 2), x before y. */
  public static NDList centerTargets(
      NDArray truth,
      int classes,
      long rows,
      long columns,
      double down,
      double across,
      double least) {
    NDArray grid = integers(classes, rows, columns);
    return Archive.calls("center_targets", truth, grid, numbers(down, across, least));
  }

  /** The channels of some pixels: (N, C, H, W), (N, K) -> (N, K, C). */
  public static NDArray atPixels(NDArray maps, NDArray pixels) {
    return call("at_pixels", maps, pixels);
  }

  /** Scores, classes and pixels of the highest peaks, (N, k) each. */
  public static NDList centerPeaks(NDArray heat, int most, int side) {
    return Archive.calls("center_peaks", heat, integers(most, side));
  }

  /** Boxes around pixels of a map: (N, k), (N, k, 2), (N, k, 2) -> (N, k, 4). */
  public static NDArray centeredBoxes(
      NDArray pixels, NDArray offsets, NDArray sizes, long columns, double down, double across) {
    NDArray step = numbers(down, across);
    return call("centered_boxes", pixels, offsets, sizes, integers(columns), step);
  }
}
