package convnets.detect;

import ai.djl.ndarray.NDArray;
import convnets.torch.DetectOps;

/**
 * What the anchors of a batch are to find, from {@link AnchorMatching}. Everything stays on the
 * device and belongs to the manager of the anchors.
 *
 * @param rows (N, A), int64: the row of truth, or {@link #BACKGROUND}, or {@link #IGNORED}
 * @param overlaps (N, A), float32: the highest IoU of each anchor, 0 where there is no box
 */
public record AnchorMatches(NDArray rows, NDArray overlaps) implements AutoCloseable {

  /** In place of a row or a class: there is nothing to find. */
  public static final int BACKGROUND = -1;

  /** In place of a row or a class: it does not count in any loss. */
  public static final int IGNORED = -2;

  /** Which anchors have an object to find, (N, A), boolean. */
  public NDArray objects() {
    return rows.gte(0);
  }

  /** Which anchors are background, (N, A), boolean. */
  public NDArray background() {
    return rows.eq(BACKGROUND);
  }

  /**
   * The class that each anchor is to find, (N, A), int64: from 0, or {@link #BACKGROUND}, or {@link
   * #IGNORED}.
   *
   * @param truth (N, K, 5), which was matched
   */
  public NDArray classes(NDArray truth) {
    BoxShapes.truth(truth);
    return DetectOps.matchedClasses(rows, truth);
  }

  /**
   * The box that each anchor is to find, (N, A, 4), corner form; 0, 0, 0, 0 where there is none.
   *
   * @param truth (N, K, 5), which was matched
   */
  public NDArray boxes(NDArray truth) {
    BoxShapes.truth(truth);
    return DetectOps.matchedBoxes(rows, truth);
  }

  /** Frees both arrays. */
  @Override
  public void close() {
    rows.close();
    overlaps.close();
  }
}
