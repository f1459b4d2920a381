package convnets.viz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Fewer points that look the same: XChart takes half a minute for a million. */
final class Thinning {

  /** So many are drawn as they are. */
  static final int MANY = 20_000;

  /** Points a pixel of the page, and its half that a sharp screen shows. */
  private static final int SHARP = 2;

  private Thinning() {}

  /**
   * The points of a line: of those beside one another that share a column of the image, the lowest
   * and the highest, and a gap if there is one.
   *
   * @param columns of the plot
   * @return xs and ys
   */
  static double[][] line(double[] xs, double[] ys, int columns) {
    int n = xs.length;
    if (n <= MANY) {
      return new double[][] {xs, ys};
    }
    int buckets = SHARP * columns;
    List<Integer> kept = new ArrayList<>();
    for (int b = 0; b < buckets; b++) {
      int from = (int) ((long) n * b / buckets);
      int to = (int) ((long) n * (b + 1) / buckets);
      Set<Integer> some = new HashSet<>(List.of(from, to - 1));
      int low = from;
      int high = from;
      for (int i = from; i < to; i++) {
        if (Double.isNaN(ys[i])) {
          some.add(i);
          break;
        }
      }
      for (int i = from; i < to; i++) {
        low = ys[i] < ys[low] || Double.isNaN(ys[low]) ? i : low;
        high = ys[i] > ys[high] || Double.isNaN(ys[high]) ? i : high;
      }
      some.add(low);
      some.add(high);
      some.stream().sorted().forEach(kept::add);
    }
    return pick(xs, ys, kept);
  }

  /** Scattered points: one of those that are drawn over each other. */
  static double[][] points(double[] xs, double[] ys, int columns, int rows) {
    if (xs.length <= MANY) {
      return new double[][] {xs, ys};
    }
    double[] x = extent(xs);
    double[] y = extent(ys);
    Set<Long> seen = new HashSet<>();
    List<Integer> kept = new ArrayList<>();
    for (int i = 0; i < xs.length; i++) {
      long column = (long) ((xs[i] - x[0]) / x[1] * columns / SHARP);
      long row = (long) ((ys[i] - y[0]) / y[1] * rows / SHARP);
      if (!Double.isNaN(xs[i] + ys[i]) && seen.add(column << Integer.SIZE | row)) {
        kept.add(i);
      }
    }
    return pick(xs, ys, kept);
  }

  /** The least number, and from there to the largest. */
  private static double[] extent(double[] values) {
    double low = Arrays.stream(values).filter(v -> !Double.isNaN(v)).min().orElse(0);
    double high = Arrays.stream(values).filter(v -> !Double.isNaN(v)).max().orElse(0);
    return new double[] {low, high > low ? high - low : 1};
  }

  private static double[][] pick(double[] xs, double[] ys, List<Integer> kept) {
    return new double[][] {
      kept.stream().mapToDouble(i -> xs[i]).toArray(),
      kept.stream().mapToDouble(i -> ys[i]).toArray()
    };
  }
}
