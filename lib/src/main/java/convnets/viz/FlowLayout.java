package convnets.viz;

import convnets.nn.Role;
import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Gives every part of a {@link Flow} its place, from top to bottom, in pixels of the page.
 *
 * <p>Each part has an axis, a vertical line on which the data enters it above and leaves it below;
 * parts in series share theirs. A part knows how far it reaches to the left and to the right of its
 * axis, and how high it is; from that it places its children.
 */
final class FlowLayout {

  static final Font TITLE = Style.font(13);
  static final Font NOTE = Style.font(11);
  static final Font NAME = Style.bold(12);

  private static final FontRenderContext METRICS = new FontRenderContext(null, true, true);

  private static final double MARGIN = 16;
  private static final double GAP = 28; // between parts in series
  private static final double BESIDE = 26; // between branches
  private static final double FORK = 20; // from the fork to its branches, and from them to the join
  private static final double PAD = 14; // within frames
  private static final double HEAD = 24; // where a frame has its name
  private static final double RADIUS = 9; // of a join
  private static final double BAR = 22; // height of a split or a concat
  private static final double LABEL = 7; // from an edge to its label

  // What is placed.

  /** A layer, or a bar where branches begin or end. */
  record Box(Rectangle2D place, Role role, String title, String note) {}

  /** A closed scope. */
  record Card(Rectangle2D place, String name, List<String> lines, int times) {}

  /** The frame of an open scope. */
  record Frame(Rectangle2D place, String name, int times) {}

  /** Where branches are added (+) or multiplied (×). */
  record Join(Point2D center, double radius, boolean adds) {}

  /** A line through points, perhaps with an arrow at its end. */
  record Edge(List<Point2D> points, boolean arrow) {}

  /** A shape beside an edge: where its text starts, and where its middle is in height. */
  record Label(double x, double y, double width, String text) {}

  final List<Box> boxes = new ArrayList<>();
  final List<Card> cards = new ArrayList<>();
  final List<Frame> frames = new ArrayList<>();
  final List<Join> joins = new ArrayList<>();
  final List<Edge> edges = new ArrayList<>();
  final List<Label> labels = new ArrayList<>();
  final double width;
  final double height;

  /** Half the width of every box: all are equally wide. */
  private final double half;

  /** How far a part reaches from its axis, and how high it is. */
  private record Extent(double left, double right, double height) {}

  /** Where the data enters a part, with an arrow or not, and where it leaves. */
  private record Ports(Point2D in, boolean arrow, Point2D out) {}

  FlowLayout(Flow flow, String input) {
    half = Math.ceil(Math.max(120, widestText(flow) + 24) / 2);
    Extent extent = extent(flow, input);
    double left = Math.max(extent.left, RADIUS);
    double axis = MARGIN + left;
    double top = MARGIN + GAP;
    Ports ports = place(flow, input, axis, top);
    double bottom = top + extent.height;
    edge(ports.arrow, new Point2D.Double(axis, top - GAP), ports.in);
    label(axis, top - GAP / 2 - 3, input);
    edge(true, ports.out, new Point2D.Double(axis, bottom + GAP));
    label(axis, bottom + GAP / 2 - 3, flow.out());
    double right =
        Math.max(extent.right, LABEL + Math.max(text(NOTE, input), text(NOTE, flow.out())));
    width = Math.ceil(axis + right + MARGIN);
    height = Math.ceil(bottom + GAP + MARGIN);
  }

  // How large.

  /** The width of a text. */
  static double text(Font font, String text) {
    return font.getStringBounds(text, METRICS).getWidth();
  }

  private static String note(Flow.Box box) {
    return String.join(", ", box.notes());
  }

  private static double widestText(Flow flow) {
    return texts(flow).mapToDouble(Double::doubleValue).max().orElse(0);
  }

  private static Stream<Double> texts(Flow flow) {
    if (flow instanceof Flow.Box box) {
      return Stream.of(text(TITLE, box.title()), text(NOTE, note(box)));
    }
    if (flow instanceof Flow.Closed closed) {
      double times = 2 * (8 + text(NAME, times(closed.times())));
      return Stream.concat(
          Stream.of(text(NAME, closed.name()) + times),
          closed.lines().stream().map(line -> text(TITLE, line) + times));
    }
    return children(flow).stream().flatMap(FlowLayout::texts);
  }

  private static List<Flow> children(Flow flow) {
    if (flow instanceof Flow.Series series) {
      return series.parts();
    }
    if (flow instanceof Flow.Fork fork) {
      return fork.branches();
    }
    if (flow instanceof Flow.Gated gated) {
      return List.of(gated.attention());
    }
    return flow instanceof Flow.Scope scope ? List.of(scope.content()) : List.of();
  }

  /** "× 3", or nothing for once. */
  static String times(int times) {
    return times == 1 ? "" : "× " + times;
  }

  private Extent extent(Flow flow, String in) {
    if (flow instanceof Flow.Box box) {
      return new Extent(half, half, box.notes().isEmpty() ? 28 : 42);
    }
    if (flow instanceof Flow.Closed closed) {
      return new Extent(half, half, 32 + 17.0 * closed.lines().size());
    }
    if (flow instanceof Flow.Series series) {
      return seriesExtent(series, in);
    }
    if (flow instanceof Flow.Fork fork) {
      return forkExtent(fork, in);
    }
    if (flow instanceof Flow.Gated gated) {
      Extent attention = extent(gated.attention(), in);
      return new Extent(
          RADIUS,
          BESIDE + attention.left + attention.right,
          FORK + attention.height + FORK + RADIUS);
    }
    if (flow instanceof Flow.Scope scope) {
      Extent content = extent(scope.content(), in);
      return new Extent(
          Math.max(content.left + PAD, text(NAME, scope.name()) + 2 * 10),
          Math.max(content.right + PAD, text(NAME, times(scope.times())) + 2 * 10),
          HEAD + content.height + PAD);
    }
    return new Extent(RADIUS, RADIUS, 0); // a wire
  }

  private Extent seriesExtent(Flow.Series series, String in) {
    double left = 0;
    double right = 0;
    double height = -GAP;
    String shape = in;
    for (Flow part : series.parts()) {
      Extent extent = extent(part, shape);
      left = Math.max(left, extent.left);
      right = Math.max(right, extent.right);
      if (!part.out().equals(shape)) {
        right = Math.max(right, LABEL + text(NOTE, part.out()));
      }
      height += extent.height + GAP;
      shape = part.out();
    }
    return new Extent(left, right, height);
  }

  // Forks: the branches' axes from the axis of the fork, and the rows above and below them.

  /**
   * The distance of each branch's axis from the fork's.
   *
   * <p>Beside a main branch, straight on, the others stand to the right: as in figure 2 of the
   * ResNet paper. Branches of equal rank stand evenly to both sides: as in the Inception papers.
   */
  private double[] axes(Flow.Fork fork, List<Extent> extents) {
    int main = mainBranch(fork);
    double[] axes = new double[extents.size()];
    double x = main < 0 ? 0 : extents.get(main).right;
    for (int i = 0; i < axes.length; i++) {
      if (i != main) {
        x += main < 0 && i == 0 ? 0 : BESIDE;
        axes[i] = x + extents.get(i).left;
        x = axes[i] + extents.get(i).right;
      }
    }
    if (main < 0) {
      double middle = (axes[0] + axes[axes.length - 1]) / 2;
      for (int i = 0; i < axes.length; i++) {
        axes[i] -= middle;
      }
    }
    return axes;
  }

  /** The branch that goes straight on, or −1 where all are of equal rank. */
  private static int mainBranch(Flow.Fork fork) {
    List<Flow> branches = fork.branches();
    List<Integer> bodies = new ArrayList<>();
    for (int i = 0; i < branches.size(); i++) {
      if (!(branches.get(i) instanceof Flow.Wire)) {
        bodies.add(i);
      }
    }
    if (bodies.isEmpty()) {
      return 0;
    }
    boolean alone = bodies.size() == 1 && !fork.split();
    return alone || fork.join() == Flow.Join.ADD ? bodies.get(0) : -1;
  }

  private List<Extent> branchExtents(Flow.Fork fork, String in) {
    String share = fork.split() ? null : in; // shares are labelled where they begin
    List<Extent> extents = new ArrayList<>();
    for (Flow branch : fork.branches()) {
      Extent extent = extent(branch, share == null ? branch.out() : share);
      double label = fork.join() == Flow.Join.CONCAT ? LABEL + text(NOTE, branch.out()) : 0;
      extents.add(new Extent(extent.left, Math.max(extent.right, label), extent.height));
    }
    return extents;
  }

  private Extent forkExtent(Flow.Fork fork, String in) {
    List<Extent> extents = branchExtents(fork, in);
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
    double below = fork.join() == Flow.Join.ADD ? FORK + 2 * RADIUS : GAP + BAR;
    return new Extent(left, right, above + tallest + below);
  }

  // Where.

  private Ports place(Flow flow, String in, double axis, double top) {
    if (flow instanceof Flow.Box box) {
      Extent extent = extent(box, in);
      Rectangle2D place = new Rectangle2D.Double(axis - half, top, 2 * half, extent.height);
      boxes.add(new Box(place, box.role(), box.title(), note(box)));
      return through(axis, top, extent.height);
    }
    if (flow instanceof Flow.Closed closed) {
      Extent extent = extent(closed, in);
      Rectangle2D place = new Rectangle2D.Double(axis - half, top, 2 * half, extent.height);
      cards.add(new Card(place, closed.name(), closed.lines(), closed.times()));
      return through(axis, top, extent.height);
    }
    if (flow instanceof Flow.Series series) {
      return placeSeries(series, in, axis, top);
    }
    if (flow instanceof Flow.Fork fork) {
      return placeFork(fork, in, axis, top);
    }
    if (flow instanceof Flow.Gated gated) {
      return placeGated(gated, in, axis, top);
    }
    if (flow instanceof Flow.Scope scope) {
      Extent extent = extent(scope, in);
      Rectangle2D place =
          new Rectangle2D.Double(
              axis - extent.left, top, extent.left + extent.right, extent.height);
      frames.add(new Frame(place, scope.name(), scope.times()));
      return place(scope.content(), in, axis, top + HEAD);
    }
    Point2D here = new Point2D.Double(axis, top);
    return new Ports(here, false, here);
  }

  private static Ports through(double axis, double top, double height) {
    return new Ports(new Point2D.Double(axis, top), true, new Point2D.Double(axis, top + height));
  }

  private Ports placeSeries(Flow.Series series, String in, double axis, double top) {
    Ports first = null;
    Ports last = null;
    String shape = in;
    double y = top;
    for (Flow part : series.parts()) {
      Ports ports = place(part, shape, axis, y);
      if (first == null) {
        first = ports;
      } else {
        edge(ports.arrow, last.out, ports.in);
      }
      y += extent(part, shape).height;
      boolean end = part == series.parts().get(series.parts().size() - 1);
      if (!end && !part.out().equals(shape)) {
        label(axis, y + GAP / 2 - 3, part.out());
      }
      y += GAP;
      shape = part.out();
      last = ports;
    }
    return new Ports(first.in, first.arrow, last.out);
  }

  private Ports placeFork(Flow.Fork fork, String in, double axis, double top) {
    List<Extent> extents = branchExtents(fork, in);
    double[] axes = axes(fork, extents);
    double tallest = extents.stream().mapToDouble(Extent::height).max().orElse(0);
    boolean adds = fork.join() == Flow.Join.ADD;
    double forkY = top + (fork.split() ? BAR : 0);
    double branchesTop = forkY + FORK;
    double joinY = branchesTop + tallest + (adds ? FORK + RADIUS : GAP);
    for (int i = 0; i < axes.length; i++) {
      Flow branch = fork.branches().get(i);
      double x = axis + axes[i];
      double y = branchesTop + (tallest - extents.get(i).height) / 2;
      String share = fork.split() ? branch.out() : in;
      Ports ports = place(branch, share, x, y);
      Point2D start = new Point2D.Double(fork.split() ? x : axis, forkY);
      Point2D corner = new Point2D.Double(x, forkY);
      List<Point2D> end = new ArrayList<>();
      end.add(ports.out);
      if (adds && x != axis) {
        end.add(new Point2D.Double(x, joinY));
        end.add(new Point2D.Double(axis + RADIUS, joinY));
      } else {
        end.add(new Point2D.Double(x, adds ? joinY - RADIUS : joinY));
      }
      if (branch instanceof Flow.Wire) {
        end.set(0, corner);
        end.add(0, start);
        edge(true, end.toArray(Point2D[]::new));
      } else {
        edge(ports.arrow, start, corner, ports.in);
        edge(true, end.toArray(Point2D[]::new));
      }
      if (!adds) {
        label(x, joinY - GAP / 2 - 3, branch.out());
      }
    }
    if (fork.split()) {
      bar("split", axis, axes, top);
    }
    if (adds) {
      joins.add(new Join(new Point2D.Double(axis, joinY), RADIUS, true));
      return new Ports(
          new Point2D.Double(axis, forkY), false, new Point2D.Double(axis, joinY + RADIUS));
    }
    bar("concat", axis, axes, joinY);
    return new Ports(
        new Point2D.Double(axis, fork.split() ? top : forkY),
        fork.split(),
        new Point2D.Double(axis, joinY + BAR));
  }

  /** A bar across the ends of all branches. */
  private void bar(String title, double axis, double[] axes, double y) {
    double left = Math.min(-half, axes[0] - 2 * RADIUS);
    double right = half;
    for (double x : axes) {
      left = Math.min(left, x - RADIUS);
      right = Math.max(right, x + RADIUS);
    }
    Rectangle2D place = new Rectangle2D.Double(axis + left, y, right - left, BAR);
    boxes.add(new Box(place, Role.OTHER, title, ""));
  }

  private Ports placeGated(Flow.Gated gated, String in, double axis, double top) {
    Extent attention = extent(gated.attention(), in);
    double x = axis + BESIDE + attention.left;
    Ports ports = place(gated.attention(), in, x, top + FORK);
    double joinY = top + FORK + attention.height + FORK;
    Point2D fork = new Point2D.Double(axis, top);
    edge(ports.arrow, fork, new Point2D.Double(x, top), ports.in);
    edge(true, ports.out, new Point2D.Double(x, joinY), new Point2D.Double(axis + RADIUS, joinY));
    edge(true, fork, new Point2D.Double(axis, joinY - RADIUS));
    joins.add(new Join(new Point2D.Double(axis, joinY), RADIUS, false));
    label(x, joinY - FORK / 2, gated.attention().out());
    return new Ports(fork, false, new Point2D.Double(axis, joinY + RADIUS));
  }

  private void label(double axis, double y, String text) {
    labels.add(new Label(axis + LABEL, y, text(NOTE, text), text));
  }

  /** An edge; points that do not bend it are left out. */
  private void edge(boolean arrow, Point2D... points) {
    List<Point2D> path = new ArrayList<>();
    for (Point2D point : points) {
      if (path.isEmpty() || path.get(path.size() - 1).distance(point) > 1e-6) {
        path.add(point);
      }
    }
    if (path.size() > 1) {
      edges.add(new Edge(List.copyOf(path), arrow));
    }
  }
}
