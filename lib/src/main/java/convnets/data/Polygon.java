package convnets.data;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The outline of a thing, filled as COCO's tool fills it (rleFrPoly of its maskApi.c), so that the
 * same pixels are inside: the outline is walked along in fifths of a pixel, and each column's
 * pixels are inside between its first crossing and the second, the third and the fourth …
 *
 * @param points x and y of each corner, in pixels
 */
record Polygon(double[] points) {
  private static final int FEWEST = 3;
  private static final double SCALE = 5;

  /** Checks that there are three corners or more. */
  Polygon {
    if (points.length % 2 != 0 || points.length < 2 * FEWEST) {
      throw new IllegalArgumentException(
          "its polygon has %d numbers, and needs two for each of three or more corners"
              .formatted(points.length));
    }
  }

  /** Its pixels in a picture; what lies outside of that is cut off. */
  RunLengths fill(int height, int width) {
    int[][] walk = walk();
    int[] u = walk[0];
    int[] v = walk[1];
    int[] changes = new int[u.length + 1];
    int count = 0;
    for (int j = 1; j < u.length; j++) {
      if (u[j] != u[j - 1]) {
        double x = ((u[j] < u[j - 1] ? u[j] : u[j] - 1) + 0.5) / SCALE - 0.5;
        if (Math.floor(x) == x && x >= 0 && x <= width - 1) {
          double y = (Math.min(v[j], v[j - 1]) + 0.5) / SCALE - 0.5;
          y = Math.ceil(Math.max(0, Math.min(y, height)));
          changes[count++] = (int) x * height + (int) y;
        }
      }
    }
    changes[count++] = height * width;
    Arrays.sort(changes, 0, count);
    return new RunLengths(height, width, runs(changes, count));
  }

  /** The runs between changes; what changes twice at one pixel does not change. */
  private static int[] runs(int[] changes, int count) {
    int[] lengths = new int[count];
    for (int j = 0; j < count; j++) {
      lengths[j] = changes[j] - (j == 0 ? 0 : changes[j - 1]);
    }
    int[] runs = new int[count];
    int m = 0;
    int j = 0;
    runs[m++] = lengths[j++];
    while (j < count) {
      if (lengths[j] > 0) {
        runs[m++] = lengths[j++];
      } else {
        j++;
        if (j < count) {
          runs[m - 1] += lengths[j++];
        }
      }
    }
    return Arrays.copyOf(runs, m);
  }

  /** All points of the outline, x apart from y, in fifths of pixels. */
  private int[][] walk() {
    int corners = points.length / 2;
    int[] x = new int[corners + 1];
    int[] y = new int[corners + 1];
    for (int j = 0; j <= corners; j++) {
      x[j] = (int) (SCALE * points[2 * (j % corners)] + 0.5);
      y[j] = (int) (SCALE * points[2 * (j % corners) + 1] + 0.5);
    }
    int length =
        IntStream.range(0, corners)
            .map(j -> Math.max(Math.abs(x[j] - x[j + 1]), Math.abs(y[j] - y[j + 1])) + 1)
            .sum();
    int[] u = new int[length];
    int[] v = new int[length];
    int m = 0;
    for (int j = 0; j < corners; j++) {
      int dx = Math.abs(x[j + 1] - x[j]);
      int dy = Math.abs(y[j + 1] - y[j]);
      boolean flat = dx >= dy;
      // A side is walked along as seen from its left or upper end, whichever way it goes.
      boolean flip = flat ? x[j] > x[j + 1] : y[j] > y[j + 1];
      int xs = flip ? x[j + 1] : x[j];
      int ys = flip ? y[j + 1] : y[j];
      int xe = flip ? x[j] : x[j + 1];
      int ye = flip ? y[j] : y[j + 1];
      int steps = Math.max(dx, dy);
      double slope = flat ? (double) (ye - ys) / dx : (double) (xe - xs) / dy;
      for (int d = 0; d <= steps; d++) {
        int t = flip ? steps - d : d;
        u[m] = flat ? t + xs : (int) (xs + slope * t + 0.5);
        v[m] = flat ? (int) (ys + slope * t + 0.5) : t + ys;
        m++;
      }
    }
    return new int[][] {u, v};
  }
}
