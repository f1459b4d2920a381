package convnets.detect;

import java.util.Arrays;

/**
 * Greedy suppression on plain arrays. It is sequential by nature: whether a box stays depends on
 * all better ones that stay. Each box is compared with those that stay around it, which a grid
 * finds, up to the first that suppresses it.
 *
 * <p>The arithmetic is torchvision's, operation by operation, so that boxes exactly at a threshold
 * fall on the same side.
 */
final class GreedySuppression {

  /** Along a side of the grid. */
  private static final int MOST_CELLS = 64;

  private final float[] boxes;
  private final double threshold;

  // Edges and areas of the boxes that stay.
  private final float[] left;
  private final float[] top;
  private final float[] right;
  private final float[] bottom;
  private final float[] areas;
  private int staying;

  // A grid of cells, each a list of those that stay whose centre is in it.
  private final int[] next;
  private int[] heads;
  private int side;
  private float firstX;
  private float firstY;
  private float cellsX;
  private float cellsY;
  private float reachX;
  private float reachY;

  private GreedySuppression(float[] boxes, double threshold) {
    int count = boxes.length / 4;
    this.boxes = boxes;
    this.threshold = threshold;
    left = new float[count];
    top = new float[count];
    right = new float[count];
    bottom = new float[count];
    areas = new float[count];
    next = new int[count];
  }

  /**
   * The boxes that stay, by falling score.
   *
   * @param boxes left, top, right and bottom edge of each
   * @param scores one for each
   * @param groups one for each: only boxes of the same group suppress each other; null for one
   *     group
   */
  static int[] kept(float[] boxes, float[] scores, long[] groups, double threshold) {
    int[] order = byFallingScore(scores);
    var suppression = new GreedySuppression(boxes, threshold);
    boolean[] kept = new boolean[scores.length];
    if (groups == null) {
      suppression.keep(order, kept);
    } else {
      for (int[] group : groups(order, groups)) {
        suppression.keep(group, kept);
      }
    }
    return Arrays.stream(order).filter(i -> kept[i]).toArray();
  }

  /** Places by falling score, of equal scores the first before; NaN before all, as in PyTorch. */
  static int[] byFallingScore(float[] scores) {
    long[] keys = new long[scores.length];
    for (int i = 0; i < keys.length; i++) {
      int bits = Float.floatToIntBits(scores[i] + 0f); // + 0 makes -0 equal to 0
      int rising = bits ^ (bits >> 31 & Integer.MAX_VALUE); // in the order of integers
      keys[i] = (long) ~rising << 32 | i;
    }
    Arrays.sort(keys);
    int[] order = new int[keys.length];
    for (int i = 0; i < keys.length; i++) {
      order[i] = (int) keys[i];
    }
    return order;
  }

  /** The places of each group, in the order in which all are given. */
  private static int[][] groups(int[] order, long[] groups) {
    long[] names = Arrays.stream(groups).distinct().sorted().toArray();
    int[] numbers = new int[order.length];
    int[] sizes = new int[names.length];
    for (int k = 0; k < order.length; k++) {
      numbers[k] = Arrays.binarySearch(names, groups[order[k]]);
      sizes[numbers[k]]++;
    }
    int[][] members = new int[names.length][];
    Arrays.setAll(members, i -> new int[sizes[i]]);
    Arrays.fill(sizes, 0);
    for (int k = 0; k < order.length; k++) {
      members[numbers[k]][sizes[numbers[k]]++] = order[k];
    }
    return members;
  }

  /** Marks those of one group that stay. */
  private void keep(int[] order, boolean[] kept) {
    staying = 0;
    layGrid(order);
    for (int i : order) {
      kept[i] = staysBesideBetter(4 * i);
    }
  }

  /** Lays empty cells over the centres; infinite ones all fall into the first. */
  private void layGrid(int[] order) {
    side = Math.max(1, Math.min(MOST_CELLS, (int) Math.sqrt(order.length) / 2));
    firstX = firstY = Float.POSITIVE_INFINITY;
    float lastX = Float.NEGATIVE_INFINITY;
    float lastY = Float.NEGATIVE_INFINITY;
    reachX = reachY = 0;
    for (int i : order) {
      int at = 4 * i;
      firstX = Math.min(firstX, boxes[at]);
      firstY = Math.min(firstY, boxes[at + 1]);
      lastX = Math.max(lastX, boxes[at + 2]);
      lastY = Math.max(lastY, boxes[at + 3]);
      reachX = Math.max(reachX, boxes[at + 2] - boxes[at]);
      reachY = Math.max(reachY, boxes[at + 3] - boxes[at + 1]);
    }
    cellsX = side / (lastX - firstX);
    cellsY = side / (lastY - firstY);
    heads = new int[side * side];
    Arrays.fill(heads, -1);
  }

  private int cell(float place, float first, float cells) {
    return Math.max(0, Math.min(side - 1, (int) ((place - first) * cells)));
  }

  /**
   * Looks at those that stay around a box: what overlaps it has its centre within half the longest
   * side of it. A whole side is looked at, so that no rounding hides one.
   */
  private boolean staysBesideBetter(int at) {
    float l = boxes[at];
    float t = boxes[at + 1];
    float r = boxes[at + 2];
    float b = boxes[at + 3];
    float area = (r - l) * (b - t);
    int lastColumn = cell(r + reachX, firstX, cellsX);
    int lastRow = cell(b + reachY, firstY, cellsY);
    for (int row = cell(t - reachY, firstY, cellsY); row <= lastRow; row++) {
      for (int column = cell(l - reachX, firstX, cellsX); column <= lastColumn; column++) {
        for (int k = heads[row * side + column]; k >= 0; k = next[k]) {
          float across = Math.min(right[k], r) - Math.max(left[k], l);
          float down = Math.min(bottom[k], b) - Math.max(top[k], t);
          if (across > 0 && down > 0) {
            float inter = across * down;
            if (inter / (areas[k] + area - inter) > threshold) {
              return false;
            }
          }
        }
      }
    }
    left[staying] = l;
    top[staying] = t;
    right[staying] = r;
    bottom[staying] = b;
    areas[staying] = area;
    int home = cell((t + b) / 2, firstY, cellsY) * side + cell((l + r) / 2, firstX, cellsX);
    next[staying] = heads[home];
    heads[home] = staying;
    staying++;
    return true;
  }
}
