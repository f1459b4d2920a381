package convnets.detect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import convnets.Checks;
import convnets.torch.DetectOps;

/**
 * Which box each anchor is to find. An anchor matches the box with the highest IoU, of equal ones
 * the first, if that is so much at least; below, it is background.
 *
 * <p>Immutable: each method returns another object.
 *
 * <pre>{@code
 * AnchorMatching.at(0.5).bestAnchor()                     // SSD
 * AnchorMatching.at(0.5).background(0.4).lowQuality()     // RetinaNet
 * AnchorMatching.at(0.7).background(0.3).lowQuality()     // Faster R-CNN's proposals
 * }</pre>
 *
 * @param object the IoU from which an anchor matches
 * @param background the IoU below which it is background; between the two it does not count
 * @param forced what is done for boxes whose best IoU is below
 */
public record AnchorMatching(double object, double background, Forced forced) {

  /** What is done for boxes that no anchor reaches. */
  public enum Forced {
    /** Nothing: they are not learned. */
    NOTHING,
    /** The best anchor of each box gets that box. */
    BEST_ANCHOR,
    /** The best anchors of each box match, each the box that is its own best. */
    LOW_QUALITY
  }

  /** Checks the thresholds. */
  public AnchorMatching {
    Checks.probability("object", object);
    Checks.probability("background", background);
    if (background > object) {
      throw new IllegalArgumentException(
          "background (%s) must not be above object (%s)".formatted(background, object));
    }
  }

  /** Anchors with this IoU match, all others are background. */
  public static AnchorMatching at(double iou) {
    return new AnchorMatching(iou, iou, Forced.NOTHING);
  }

  /** The same, but only below this IoU they are background: between, they do not count. */
  public AnchorMatching background(double below) {
    return new AnchorMatching(object, below, forced);
  }

  /**
   * The same, and each box is given its best anchor, whatever their IoU, unless they do not touch;
   * of several boxes with the same best anchor, the last. (SSD, section 2.2; torchvision's {@code
   * SSDMatcher}, which gives boxes that touch no anchor the first one.)
   */
  public AnchorMatching bestAnchor() {
    return new AnchorMatching(object, background, Forced.BEST_ANCHOR);
  }

  /**
   * The same, and the anchors with the highest IoU of each box match, whatever it is, unless it is
   * 0: they match the box that has the highest IoU with them, which may be another one. (Faster
   * R-CNN, section 3.1.2; torchvision's {@code allow_low_quality_matches}, which makes every anchor
   * match if a box touches none.)
   */
  public AnchorMatching lowQuality() {
    return new AnchorMatching(object, background, Forced.LOW_QUALITY);
  }

  /**
   * Matches anchors with the boxes of a batch. No gradients flow, and nothing waits for the device.
   *
   * @param anchors (A, 4) for all images, or (N, A, 4)
   * @param truth (N, K, 5): class, left, top, right and bottom edge; rows of class -1 are padding
   * @return owned by the manager of the anchors
   */
  public AnchorMatches match(NDArray anchors, NDArray truth) {
    BoxShapes.boxes("anchors", anchors);
    BoxShapes.truth(truth);
    int dimensions = anchors.getShape().dimension();
    long images = truth.getShape().get(0);
    if (dimensions != 2 && (dimensions != 3 || anchors.getShape().get(0) != images)) {
      throw new IllegalArgumentException(
          "anchors %s must be (A, 4), or (%d, A, 4), for truth %s"
              .formatted(anchors.getShape(), images, truth.getShape()));
    }
    NDList found = DetectOps.match(anchors, truth, object, background, forced.ordinal());
    return new AnchorMatches(found.get(0), found.get(1));
  }
}
