package convnets.data;

import java.util.function.IntPredicate;

/**
 * A sprite as it is drawn, over the part of the frame that it touches.
 *
 * @param left the first column
 * @param top the first row
 * @param width columns, maybe none
 * @param height rows, maybe none
 * @param rgba (height, width, 4): red, green and blue, premultiplied, and alpha, from 0 to 1
 */
record Layer(int left, int top, int width, int height, float[] rgba) {

  /**
   * Draws a sprite. Each pixel is the mean of four samples, each of them bilinear; what lies
   * outside of the frame is left out.
   */
  static Layer of(Sprite sprite, Placement at, int frameHeight, int frameWidth) {
    return new Outline(sprite, at, frameHeight, frameWidth).draw();
  }

  /** A sprite that is yet to be drawn: any of its pixels can be looked at alone. */
  static final class Outline {
    private final Placement at;
    private final int left;
    private final int top;
    private final int width;
    private final int height;

    /** One pixel of the frame in pixels of the sprite's level, along its axes. */
    private final double stepX;

    private final double stepY;
    private final int middle;
    private final Sampler sampler;

    Outline(Sprite sprite, Placement at, int frameHeight, int frameWidth) {
      this.at = at;
      double cos = StrictMath.cos(at.angle());
      double sin = StrictMath.sin(at.angle());
      double reach = Sprite.SIDE / 2 * at.zoom() * (Math.abs(cos) + Math.abs(sin)) + 1;
      left = clip(at.x() - reach, frameWidth);
      top = clip(at.y() - reach, frameHeight);
      width = clip(at.x() + reach, frameWidth) - left;
      height = clip(at.y() + reach, frameHeight) - top;
      int level = Sprite.level(0.5 / at.zoom());
      int side = Sprite.SIDE >> level;
      middle = side / 2;
      stepX = cos / at.zoom() / (1 << level);
      stepY = sin / at.zoom() / (1 << level);
      sampler = new Sampler(sprite.level(level), side);
    }

    Layer draw() {
      float[] rgba = new float[width * height * 4];
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          sample(x, y, true);
          sampler.store(rgba, (y * width + x) * 4, at.tint());
        }
      }
      return new Layer(left, top, width, height, rgba);
    }

    /**
     * Counts the opaque pixels over each part of the frame, until it is told to stop.
     *
     * @param parts (H, W) of the frame: the number of each pixel's part, below 0 for none
     * @param frameWidth W
     * @param more takes the part of an opaque pixel; false ends the count
     * @return whether it was never told to stop
     */
    boolean covers(int[] parts, int frameWidth, IntPredicate more) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          int part = parts[(top + y) * frameWidth + left + x];
          if (part >= 0 && isOpaque(x, y) && !more.test(part)) {
            return false;
          }
        }
      }
      return true;
    }

    private boolean isOpaque(int x, int y) {
      sample(x, y, false);
      return sampler.alpha / 4 >= Sprite.OPAQUE;
    }

    private void sample(int x, int y, boolean colours) {
      sampler.clear();
      for (int i = 0; i < 4; i++) {
        double dx = left + x + 0.25 + i % 2 * 0.5 - at.x();
        double dy = top + y + 0.25 + i / 2 * 0.5 - at.y();
        sampler.add(dx * stepX + dy * stepY + middle, dy * stepX - dx * stepY + middle, colours);
      }
    }
  }

  private static int clip(double edge, int size) {
    return (int) Math.max(0, Math.min(size, Math.floor(edge)));
  }

  /** Puts the layer over what the canvas, (3, H, W) of the whole frame, shows. */
  void over(float[] canvas, int frameHeight, int frameWidth) {
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int from = (y * width + x) * 4;
        float through = 1 - rgba[from + 3];
        int to = (top + y) * frameWidth + left + x;
        for (int c = 0; c < 3; c++, to += frameHeight * frameWidth) {
          canvas[to] = canvas[to] * through + rgba[from + c];
        }
      }
    }
  }

  /** Where it is opaque: (H, W) of the whole frame, ones and zeros. */
  byte[] mask(int frameHeight, int frameWidth) {
    byte[] mask = new byte[frameHeight * frameWidth];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        boolean opaque = rgba[(y * width + x) * 4 + 3] >= Sprite.OPAQUE;
        mask[(top + y) * frameWidth + left + x] = (byte) (opaque ? 1 : 0);
      }
    }
    return mask;
  }

  /** Adds up bilinear samples of one level of a sprite. */
  private static final class Sampler {
    private final float[] level;
    private final int side;
    private float red;
    private float green;
    private float blue;
    private float alpha;

    Sampler(float[] level, int side) {
      this.level = level;
      this.side = side;
    }

    void clear() {
      red = 0;
      green = 0;
      blue = 0;
      alpha = 0;
    }

    /**
     * Adds the sample at a point, from the level's upper left corner; nothing if it is outside.
     *
     * @param colours whether they are wanted too, besides the opacity
     */
    void add(double u, double v, boolean colours) {
      // Of the level's first pixel the centre is at 0.5 and the index 1, after the transparent one.
      double x = u + 0.5;
      double y = v + 0.5;
      if (!(x >= 0 && y >= 0 && x < side + 1 && y < side + 1)) {
        return;
      }
      int left = (int) x;
      int top = (int) y;
      float right = (float) (x - left);
      float bottom = (float) (y - top);
      int above = (top * (side + 2) + left) * 4;
      int below = above + (side + 2) * 4;
      float w00 = (1 - right) * (1 - bottom);
      float w01 = right * (1 - bottom);
      float w10 = (1 - right) * bottom;
      float w11 = right * bottom;
      alpha +=
          w00 * level[above + 3]
              + w01 * level[above + 7]
              + w10 * level[below + 3]
              + w11 * level[below + 7];
      if (!colours) {
        return;
      }
      red +=
          w00 * level[above] + w01 * level[above + 4] + w10 * level[below] + w11 * level[below + 4];
      green +=
          w00 * level[above + 1]
              + w01 * level[above + 5]
              + w10 * level[below + 1]
              + w11 * level[below + 5];
      blue +=
          w00 * level[above + 2]
              + w01 * level[above + 6]
              + w10 * level[below + 2]
              + w11 * level[below + 6];
    }

    /** Stores the mean of four samples. No colour gets lighter than its opacity allows. */
    void store(float[] rgba, int to, Placement.Tint tint) {
      float a = alpha / 4;
      rgba[to] = Math.min(red / 4 * tint.red(), a);
      rgba[to + 1] = Math.min(green / 4 * tint.green(), a);
      rgba[to + 2] = Math.min(blue / 4 * tint.blue(), a);
      rgba[to + 3] = a;
    }
  }
}
