package convnets.viz;

/** Where the names of the series stand. */
public enum Legend {
  /** Beside the plot. */
  RIGHT,
  /** Under the plot, in a row. */
  BELOW,
  /** In the upper right corner of the plot. */
  TOP_RIGHT,
  /** In the upper left corner of the plot. */
  TOP_LEFT,
  /** In the lower right corner of the plot. */
  BOTTOM_RIGHT,
  /** In the lower left corner of the plot. */
  BOTTOM_LEFT,
  /** Nowhere. */
  NONE
}
