package convnets.detect;

/**
 * How large a thing is, by the area that is seen of it. COCO calls a thing small up to 32 × 32
 * pixels and large from 96 × 96; {@link AveragePrecision#sizes} draws the lines elsewhere. What
 * lies on a line is on both sides of it, as in COCO's own tool.
 */
public enum ObjectSize {
  /** Of any size. */
  ALL,
  /** Up to the lower line. */
  SMALL,
  /** From the lower to the upper line. */
  MEDIUM,
  /** From the upper line on. */
  LARGE;

  /**
   * Whether an area is of this size.
   *
   * @param lower the side of a square on the lower line, in pixels
   * @param upper that on the upper line
   */
  boolean holds(double area, double lower, double upper) {
    return switch (this) {
      case ALL -> true;
      case SMALL -> area <= lower * lower;
      case MEDIUM -> area >= lower * lower && area <= upper * upper;
      case LARGE -> area >= upper * upper;
    };
  }
}
