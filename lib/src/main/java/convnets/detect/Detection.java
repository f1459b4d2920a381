package convnets.detect;

import java.util.Locale;

/**
 * A thing that was found in a picture.
 *
 * @param label the number of its class, from 0
 * @param name of its class
 * @param score from 0 to 1
 * @param left edge in pixels of the picture, from its left one
 * @param top edge, from the picture's upper one
 * @param right edge
 * @param bottom edge
 */
public record Detection(
    int label, String name, double score, float left, float top, float right, float bottom) {

  /** Its width in pixels. */
  public float width() {
    return right - left;
  }

  /** Its height in pixels. */
  public float height() {
    return bottom - top;
  }

  /** As in "cat 0.93". */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s %.2f", name, score);
  }
}
