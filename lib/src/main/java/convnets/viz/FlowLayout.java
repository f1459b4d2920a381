package convnets.viz;

import static convnets.viz.FlowSize.BAR;
import static convnets.viz.FlowSize.BESIDE;
import static convnets.viz.FlowSize.FORK;
import static convnets.viz.FlowSize.GAP;
import static convnets.viz.FlowSize.HEAD;
import static convnets.viz.FlowSize.LABEL;
import static convnets.viz.FlowSize.RADIUS;

import convnets.nn.Role;
import convnets.viz.FlowSize.Extent;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives every part of a {@link Flow} its place, in pixels of the page.
 *
 * <p>Data flows downwards. Each part has an axis, a vertical line on which the data enters it above
 * and leaves it below; parts in series share theirs. Where columns are asked for, the outermost
 * series goes on at the top of the next.
 */
final class FlowLayout {

  private static final double MARGIN = 16;

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

  private final FlowSize size;

  /** Where the data enters a part, with an arrow or not, and where it leaves. */
  private record Ports(Point2D in, boolean arrow, Point2D out) {}

  /**
   * Lays out a flow.
   *
   * @param input the shape of its input
   * @param columns in how many columns, at most
   */
  FlowLayout(Flow flow, String input, int columns) {
    size = new FlowSize(flow);
    double top = MARGIN + GAP;
    double left = MARGIN;
    double lowest = 0;
    List<Point2D> way = new ArrayList<>(); // from where the column before ended
    String shape = input;
    List<Flow> all = new FlowColumns(size).of(flow, input, columns);
    for (Flow column : all) {
      boolean first = way.isEmpty();
      boolean last = column == all.get(all.size() - 1);
      List<String> outs = last ? List.of(column.out().split(Flow.AND)) : List.of(column.out());
      double apart = BESIDE + outs.stream().mapToDouble(FlowSize::label).max().orElse(0);
      double spread = apart * (outs.size() - 1) / 2;
      Extent extent = size.of(column, shape);
      double axis = Math.round(left + Math.max(Math.max(extent.left(), RADIUS), spread));
      double bottom = top + extent.height();
      Ports ports = place(column, shape, axis, top);
      if (first) {
        label(axis, top - GAP / 2 - 3, input);
      } else {
        double gutter = left - BESIDE;
        way.add(point(gutter, way.get(way.size() - 1).getY()));
        way.add(point(gutter, top - GAP / 2));
      }
      way.add(point(axis, first ? top - GAP : top - GAP / 2));
      way.add(ports.in);
      edge(ports.arrow, way);
      double end = bottom + GAP + (outs.size() > 1 ? FORK : 0);
      for (int i = 0; i < outs.size(); i++) {
        double x = axis - spread + i * apart;
        way = new ArrayList<>(outward(ports.out, axis, bottom + GAP / 2, x, end));
        if (last) {
          edge(true, way);
        }
        if (!endsInExit(column)) { // which has told its shape
          label(x, outs.size() > 1 ? end - FORK + 3 : end - GAP / 2 - 3, outs.get(i));
        }
      }
      double labels = Math.max(spread + apart - BESIDE, first ? FlowSize.label(input) : 0);
      left = axis + Math.max(extent.right(), labels) + 2 * BESIDE;
      lowest = Math.max(lowest, end);
      shape = column.out();
    }
    width = Math.ceil(left - 2 * BESIDE + MARGIN);
    height = Math.ceil(lowest + MARGIN);
  }

  private static boolean endsInExit(Flow flow) {
    return flow instanceof Flow.Series series && series.last() instanceof Flow.Exit;
  }

  private Ports place(Flow flow, String in, double axis, double top) {
    Extent extent = size.of(flow, in);
    double reach = extent.left() + extent.right();
    Rectangle2D place = new Rectangle2D.Double(axis - extent.left(), top, reach, extent.height());
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
      frames.add(new Frame(place, scope.name(), scope.times()));
      return place(scope.content(), in, axis, top + HEAD);
    }
    if (flow instanceof Flow.Box box) {
      boxes.add(new Box(place, box.role(), box.title(), FlowSize.note(box)));
    } else if (flow instanceof Flow.Closed closed) {
      cards.add(new Card(place, closed.name(), closed.lines(), closed.times()));
    }
    boolean wire = flow instanceof Flow.Wire || flow instanceof Flow.Exit;
    return new Ports(point(axis, top), !wire, point(axis, top + extent.height()));
  }

  private Ports placeSeries(Flow.Series series, String in, double axis, double top) {
    Ports first = null;
    Ports before = null;
    String shape = in;
    double y = top;
    for (int i = 0; i < series.parts().size(); i++) {
      Flow part = series.parts().get(i);
      Ports ports = place(part, shape, axis, y);
      if (first == null) {
        first = ports;
      } else {
        edge(ports.arrow, List.of(before.out, ports.in));
      }
      if (part instanceof Flow.Exit) {
        double exit = axis + size.exits(series, in);
        edge(true, List.of(ports.in, point(exit, y)));
        label(exit, y, part.out());
      }
      y += size.of(part, shape).height();
      if (series.needsLabel(i, shape)) {
        label(axis, y + GAP / 2 - 3, part.out());
      }
      y += GAP;
      shape = part.out();
      before = ports;
    }
    return new Ports(first.in, first.arrow, before.out);
  }

  private Ports placeFork(Flow.Fork fork, String in, double axis, double top) {
    List<Extent> extents = size.branches(fork, in);
    double[] axes = size.axes(fork, extents);
    double tallest = extents.stream().mapToDouble(Extent::height).max().orElse(0);
    double forkY = top + (fork.split() ? BAR : 0);
    double joinY = forkY + FORK + tallest + (fork.adds() ? FORK + RADIUS : GAP);
    for (int i = 0; i < axes.length; i++) {
      Flow branch = fork.branches().get(i);
      double x = axis + axes[i];
      double y = forkY + FORK + (tallest - extents.get(i).height()) / 2;
      Ports ports = place(branch, fork.input(branch, in), x, y);
      List<Point2D> before = List.of(point(fork.split() ? x : axis, forkY), point(x, forkY));
      List<Point2D> behind = behind(fork, axis, x, joinY);
      if (branch instanceof Flow.Wire) {
        edge(true, join(before, behind));
      } else {
        edge(ports.arrow, join(before, List.of(ports.in)));
        edge(true, join(List.of(ports.out), behind));
      }
      if (!fork.adds()) {
        label(x, joinY - GAP / 2 - 3, branch.out());
      }
    }
    if (fork.adds()) {
      joins.add(new Join(point(axis, joinY), RADIUS, true));
      return new Ports(point(axis, forkY), false, point(axis, joinY + RADIUS));
    }
    bar(fork, axis, axes, joinY, "concat");
    if (fork.split()) {
      bar(fork, axis, axes, top, "split");
    }
    return new Ports(point(axis, top), fork.split(), point(axis, joinY + BAR));
  }

  /** The way of a branch into the join: from above, or from the right. */
  private static List<Point2D> behind(Flow.Fork fork, double axis, double x, double joinY) {
    if (!fork.adds()) {
      return List.of(point(x, joinY));
    }
    return x == axis
        ? List.of(point(x, joinY - RADIUS))
        : List.of(point(x, joinY), point(axis + RADIUS, joinY));
  }

  /** A bar across all branches. */
  private void bar(Flow.Fork fork, double axis, double[] axes, double y, String title) {
    double left = -size.half;
    double right = size.half;
    for (int i = 0; i < axes.length; i++) {
      double reach = size.reach(fork, i);
      left = Math.min(left, axes[i] - reach);
      right = Math.max(right, axes[i] + reach);
    }
    Rectangle2D place = new Rectangle2D.Double(axis + left, y, right - left, BAR);
    boxes.add(new Box(place, Role.OTHER, title, ""));
  }

  private Ports placeGated(Flow.Gated gated, String in, double axis, double top) {
    Extent attention = size.of(gated.attention(), in);
    double x = axis + BESIDE + attention.left();
    double joinY = top + FORK + attention.height() + FORK;
    Point2D fork = point(axis, top);
    Ports ports = place(gated.attention(), in, x, top + FORK);
    edge(ports.arrow, List.of(fork, point(x, top), ports.in));
    edge(true, List.of(ports.out, point(x, joinY), point(axis + RADIUS, joinY)));
    edge(true, List.of(fork, point(axis, joinY - RADIUS)));
    label(x, joinY - FORK / 2, gated.shape());
    joins.add(new Join(point(axis, joinY), RADIUS, false));
    return new Ports(fork, false, point(axis, joinY + RADIUS));
  }

  private void label(double axis, double y, String text) {
    labels.add(new Label(axis + LABEL, y, FlowSize.width(FlowSize.NOTE, text), text));
  }

  /** An edge; a point that stands where the one before stands is left out. */
  private void edge(boolean arrow, List<Point2D> points) {
    List<Point2D> path = new ArrayList<>();
    for (Point2D point : points) {
      if (path.isEmpty() || !path.get(path.size() - 1).equals(point)) {
        path.add(point);
      }
    }
    if (path.size() > 1) {
      edges.add(new Edge(List.copyOf(path), arrow));
    }
  }

  /** The way of an output down to an end: aside at a height if there are several. */
  private static List<Point2D> outward(
      Point2D out, double axis, double aside, double x, double end) {
    return x == axis
        ? List.of(out, point(x, end))
        : List.of(out, point(axis, aside), point(x, aside), point(x, end));
  }

  private static List<Point2D> join(List<Point2D> first, List<Point2D> second) {
    List<Point2D> points = new ArrayList<>(first);
    points.addAll(second);
    return points;
  }

  private static Point2D point(double x, double y) {
    return new Point2D.Double(x, y);
  }
}
