package convnets.data;

import java.util.Arrays;

/**
 * A small picture on a transparent ground, to be drawn at any size and angle.
 *
 * <p>Its colours are premultiplied by its opacity, so that means of pixels are right at its edges.
 * They are kept at the full size and halved again and again, so that a small drawing of it is a
 * mean over all that it shows (Lance Williams: Pyramidal Parametrics, 1983).
 */
final class Sprite {
  /** Width and height. */
  static final int SIDE = 64;

  /** From here on a pixel counts as the sprite's. */
  static final float OPAQUE = 0.5f;

  private static final int SMALLEST = 4;

  /** How far apart samples may lie, in pixels of a level: half an octave about one. */
  private static final double FARTHEST = 1.4;

  private final float[][] levels;
  private final double[] outline;

  /** From 64 × 64 pixels 0xAARRGGBB, row by row. */
  Sprite(int[] argb) {
    int count = Integer.numberOfTrailingZeros(SIDE / SMALLEST) + 1;
    levels = new float[count][];
    levels[0] = premultiplied(argb);
    for (int i = 1; i < count; i++) {
      levels[i] = halved(levels[i - 1], SIDE >> i - 1);
    }
    outline = outline(levels[0]);
  }

  /**
   * The level to sample from.
   *
   * @param distance between samples, in pixels of the full size
   */
  static int level(double distance) {
    int level = 0;
    for (double d = distance; d > FARTHEST && SIDE >> level > SMALLEST; d /= 2) {
      level++;
    }
    return level;
  }

  /**
   * Colours and opacity of a level, (S + 2, S + 2, 4) for its side S: red, green, blue, each
   * premultiplied, and alpha, from 0 to 1, in a transparent frame of one pixel.
   */
  float[] level(int level) {
    return levels[level];
  }

  /**
   * How far the sprite's opaque part reaches, when it is turned.
   *
   * @param angle in radians, clockwise
   * @return left, top, right, bottom, from the centre of the whole sprite, in pixels of its own
   */
  double[] extent(double angle) {
    double cos = StrictMath.cos(angle);
    double sin = StrictMath.sin(angle);
    double[] extent = {
      Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY
    };
    for (int i = 0; i < outline.length; i += 2) {
      double x = outline[i] * cos - outline[i + 1] * sin;
      double y = outline[i] * sin + outline[i + 1] * cos;
      extent[0] = Math.min(extent[0], x);
      extent[1] = Math.min(extent[1], y);
      extent[2] = Math.max(extent[2], x);
      extent[3] = Math.max(extent[3], y);
    }
    return extent;
  }

  private static float[] premultiplied(int[] argb) {
    float[] level = new float[(SIDE + 2) * (SIDE + 2) * 4];
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        int pixel = argb[y * SIDE + x];
        float alpha = (pixel >>> 24) / 255f;
        int to = at(SIDE, x, y);
        level[to] = (pixel >> 16 & 255) / 255f * alpha;
        level[to + 1] = (pixel >> 8 & 255) / 255f * alpha;
        level[to + 2] = (pixel & 255) / 255f * alpha;
        level[to + 3] = alpha;
      }
    }
    return level;
  }

  /** Each pixel is the mean of four. */
  private static float[] halved(float[] from, int side) {
    int half = side / 2;
    float[] level = new float[(half + 2) * (half + 2) * 4];
    for (int y = 0; y < half; y++) {
      for (int x = 0; x < half; x++) {
        int above = at(side, 2 * x, 2 * y);
        int below = at(side, 2 * x, 2 * y + 1);
        for (int c = 0; c < 4; c++) {
          float sum = from[above + c] + from[above + 4 + c] + from[below + c] + from[below + 4 + c];
          level[at(half, x, y) + c] = sum / 4;
        }
      }
    }
    return level;
  }

  /** Where a pixel's red stands in a level. */
  private static int at(int side, int x, int y) {
    return ((y + 1) * (side + 2) + x + 1) * 4;
  }

  /**
   * The corners of the first and the last opaque pixel of each row, x before y, from the centre:
   * whatever the angle, the outermost corner is one of them.
   */
  private static double[] outline(float[] level) {
    double[] corners = new double[SIDE * 8];
    int n = 0;
    for (int y = 0; y < SIDE; y++) {
      int first = SIDE;
      int last = -1;
      for (int x = 0; x < SIDE; x++) {
        if (level[at(SIDE, x, y) + 3] >= OPAQUE) {
          first = Math.min(first, x);
          last = x;
        }
      }
      if (last >= 0) {
        for (int corner = 0; corner < 4; corner++) {
          corners[n++] = (corner % 2 == 0 ? first : last + 1) - SIDE / 2;
          corners[n++] = y + corner / 2 - SIDE / 2;
        }
      }
    }
    return Arrays.copyOf(corners, n);
  }
}
