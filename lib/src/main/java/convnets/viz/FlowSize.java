package convnets.viz;

import java.awt.Font;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** How large the parts of a {@link Flow} are, in pixels of the page. */
final class FlowSize {

  static final Font TITLE = Style.font(13);
  static final Font NOTE = Style.font(11);
  static final Font NAME = Style.bold(12);

  static final double GAP = 28; // between parts in series
  static final double BESIDE = 26; // between branches
  static final double FORK = 20; // from the fork to its branches, and from them to the join
  static final double PAD = 14; // within frames
  static final double HEAD = 24; // where a frame has its name
  static final double RADIUS = 9; // of a join
  static final double BAR = 22; // height of a split or a concat
  static final double LABEL = 7; // from an edge to its label
  static final double LINE = 17; // from line to line within a card

  /** How far a part reaches from its axis, and how high it is. */
  record Extent(double left, double right, double height) {}

  /** Half the width of every box: all are equally wide. */
  final double half;

  /** Measures the parts of a flow. */
  FlowSize(Flow flow) {
    double widest = texts(flow).mapToDouble(Double::doubleValue).max().orElse(0);
    half = Math.ceil(Math.max(120, widest + 24) / 2);
  }

  // Text.

  static double width(Font font, String text) {
    return Lettering.width(font, text);
  }

  /** The width of a label, from the edge beside which it stands. */
  static double label(String text) {
    return LABEL + width(NOTE, text);
  }

  static String note(Flow.Box box) {
    return String.join(", ", box.notes());
  }

  /** "× 3", or nothing for once. */
  static String times(int times) {
    return times == 1 ? "" : "× " + times;
  }

  /** The widths of all texts in boxes. */
  private static Stream<Double> texts(Flow flow) {
    if (flow instanceof Flow.Box box) {
      return Stream.of(width(TITLE, box.title()), width(NOTE, note(box)));
    }
    if (flow instanceof Flow.Closed closed) {
      double times = 2 * (8 + width(NAME, times(closed.times()))); // left free on both sides
      return Stream.concat(
          Stream.of(width(NAME, closed.name())),
          closed.lines().stream().map(line -> width(TITLE, line) + times));
    }
    return flow.children().stream().flatMap(FlowSize::texts);
  }

  // Parts.

  /** The extent of a part that gets an input of this shape. */
  Extent of(Flow flow, String in) {
    if (flow instanceof Flow.Box box) {
      return new Extent(half, half, box.notes().isEmpty() ? 28 : 42);
    }
    if (flow instanceof Flow.Closed closed) {
      return new Extent(half, half, 32 + LINE * closed.lines().size());
    }
    if (flow instanceof Flow.Series series) {
      return series(series, in);
    }
    if (flow instanceof Flow.Fork fork) {
      return fork(fork, in);
    }
    if (flow instanceof Flow.Gated gated) {
      Extent attention = of(gated.attention(), in);
      double right = BESIDE + attention.left + Math.max(attention.right, label(gated.shape()));
      return new Extent(RADIUS, right, FORK + attention.height + FORK + RADIUS);
    }
    if (flow instanceof Flow.Scope scope) {
      Extent content = of(scope.content(), in);
      return new Extent(
          Math.max(content.left + PAD, width(NAME, scope.name()) + 2 * 10),
          Math.max(content.right + PAD, width(NAME, times(scope.times())) + 2 * 10),
          HEAD + content.height + PAD);
    }
    return new Extent(RADIUS, RADIUS, 0); // a wire, or an exit on its way
  }

  private Extent series(Flow.Series series, String in) {
    double left = 0;
    double right = 0;
    double exit = 0;
    double height = -GAP;
    String shape = in;
    for (int i = 0; i < series.parts().size(); i++) {
      Flow part = series.parts().get(i);
      Extent extent = of(part, shape);
      left = Math.max(left, extent.left);
      right = Math.max(right, extent.right);
      if (series.needsLabel(i, shape)) {
        right = Math.max(right, label(part.out()));
      }
      if (part instanceof Flow.Exit) {
        exit = Math.max(exit, BESIDE + label(part.out()));
      }
      height += extent.height + GAP;
      shape = part.out();
    }
    return new Extent(left, right + exit, height);
  }

  /** How far the arrows of a series' exits reach: beyond all of its parts. */
  double exits(Flow.Series series, String in) {
    double labels =
        series.parts().stream()
            .filter(Flow.Exit.class::isInstance)
            .mapToDouble(exit -> label(exit.out()))
            .max()
            .orElse(0);
    return series(series, in).right - labels;
  }

  private Extent fork(Flow.Fork fork, String in) {
    List<Extent> extents = branches(fork, in);
    double[] axes = axes(fork, extents);
    double left = RADIUS;
    double right = RADIUS;
    double tallest = 0;
    for (int i = 0; i < axes.length; i++) {
      left = Math.max(left, extents.get(i).left - axes[i]);
      right = Math.max(right, axes[i] + extents.get(i).right);
      tallest = Math.max(tallest, extents.get(i).height);
    }
    double above = (fork.split() ? BAR : 0) + FORK;
    double below = fork.adds() ? FORK + 2 * RADIUS : GAP + BAR;
    return new Extent(left, right, above + tallest + below);
  }

  /** The extents of the branches of a fork. */
  List<Extent> branches(Flow.Fork fork, String in) {
    List<Extent> extents = new ArrayList<>();
    for (Flow branch : fork.branches()) {
      Extent extent = of(branch, fork.input(branch, in));
      double label = fork.adds() ? 0 : label(branch.out());
      extents.add(new Extent(extent.left, Math.max(extent.right, label), extent.height));
    }
    return extents;
  }

  /**
   * The distance of each branch's axis from the fork's.
   *
   * <p>Beside a main branch, straight on, the others stand to the right: as in figure 2 of the
   * ResNet paper. Branches of equal rank stand evenly to both sides: as in the Inception papers.
   */
  double[] axes(Flow.Fork fork, List<Extent> extents) {
    int main = fork.main();
    double[] axes = new double[extents.size()];
    double x = main < 0 ? -BESIDE : extents.get(main).right;
    for (int i = 0; i < axes.length; i++) {
      if (i != main) {
        axes[i] = x + BESIDE + extents.get(i).left;
        x = axes[i] + extents.get(i).right;
      }
    }
    if (main < 0) {
      int last = axes.length - 1;
      double middle = (axes[0] - reach(fork, 0) + axes[last] + reach(fork, last)) / 2;
      for (int i = 0; i < axes.length; i++) {
        axes[i] -= middle;
      }
    }
    return axes;
  }

  /** How far a bar reaches beyond the axis of a branch. */
  double reach(Flow.Fork fork, int branch) {
    return fork.branches().get(branch) instanceof Flow.Wire ? RADIUS : half;
  }
}
