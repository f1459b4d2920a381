package convnets.viz;

import static convnets.viz.FlowSize.GAP;

import java.util.ArrayList;
import java.util.List;

/** Breaks a long {@link Flow} into columns. */
final class FlowColumns {

  private final FlowSize size;

  FlowColumns(FlowSize size) {
    this.size = size;
  }

  /** Breaks the outermost series into columns, so that the highest is as low as can be. */
  List<Flow> of(Flow flow, String in, int most) {
    if (!(flow instanceof Flow.Series series) || most == 1) {
      return List.of(flow);
    }
    List<List<Flow>> pieces = unbroken(series);
    double[] heights = new double[pieces.size()];
    String shape = in;
    for (int i = 0; i < heights.length; i++) {
      for (Flow part : pieces.get(i)) {
        heights[i] += size.of(part, shape).height() + GAP;
        shape = part.out();
      }
    }
    double limit = 0;
    while (count(heights, limit) > most) {
      limit = nextLimit(heights, limit);
    }
    List<Flow> columns = new ArrayList<>();
    List<Flow> column = new ArrayList<>();
    double filled = 0;
    for (int i = 0; i < heights.length; i++) {
      if (!column.isEmpty() && filled + heights[i] > limit) {
        columns.add(series(column));
        column = new ArrayList<>();
        filled = 0;
      }
      column.addAll(pieces.get(i));
      filled += heights[i];
    }
    columns.add(series(column));
    return columns;
  }

  /** The parts of a series, each with the exit behind it. */
  private static List<List<Flow>> unbroken(Flow.Series series) {
    List<List<Flow>> pieces = new ArrayList<>();
    for (Flow part : series.parts()) {
      if (!(part instanceof Flow.Exit) || pieces.isEmpty()) {
        pieces.add(new ArrayList<>());
      }
      pieces.get(pieces.size() - 1).add(part);
    }
    return pieces;
  }

  private static Flow series(List<Flow> parts) {
    Flow last = parts.get(parts.size() - 1);
    return parts.size() == 1 ? last : new Flow.Series(List.copyOf(parts), last.out());
  }

  /** How many columns it takes if none may be higher than a limit; single parts may. */
  private static int count(double[] heights, double limit) {
    int columns = 1;
    double filled = 0;
    for (double height : heights) {
      if (filled > 0 && filled + height > limit) {
        columns++;
        filled = 0;
      }
      filled += height;
    }
    return columns;
  }

  /** The least height of a run of parts that is more than a limit. */
  private static double nextLimit(double[] heights, double limit) {
    double next = Double.POSITIVE_INFINITY;
    for (int from = 0; from < heights.length; from++) {
      double run = 0;
      for (int to = from; to < heights.length && run <= limit; to++) {
        run += heights[to];
      }
      next = run > limit ? Math.min(next, run) : next;
    }
    return next;
  }
}
