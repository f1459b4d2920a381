package convnets.data;

/**
 * Where and how a sprite is drawn.
 *
 * @param x of the sprite's centre, in pixels from the frame's left edge
 * @param y of the sprite's centre, in pixels from the frame's top
 * @param zoom pixels of the frame for one of the sprite
 * @param angle in radians, clockwise
 * @param tint factors of red, green and blue
 */
record Placement(double x, double y, double zoom, double angle, Tint tint) {

  /** Factors of the three colours. */
  record Tint(float red, float green, float blue) {
    /** Colours as they are. */
    static final Tint NONE = new Tint(1, 1, 1);
  }
}
