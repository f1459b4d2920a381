package convnets.viz;

import convnets.nn.Role;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;

/** Draws a {@link FlowLayout}. */
final class FlowPainter {

  private static final BasicStroke THIN = new BasicStroke(1.1f);
  private static final Color LINE = new Color(0x555555);
  private static final double CORNER = 7;

  private final Graphics2D g;

  private FlowPainter(Graphics2D g) {
    this.g = g;
  }

  static BufferedImage paint(FlowLayout layout) {
    return Picture.drawing(
        (int) layout.width, (int) layout.height, g -> new FlowPainter(g).draw(layout));
  }

  private void draw(FlowLayout layout) {
    g.setStroke(THIN);
    layout.frames.forEach(this::frame);
    layout.edges.forEach(this::edge);
    layout.boxes.forEach(this::box);
    layout.cards.forEach(this::card);
    layout.joins.forEach(this::join);
    layout.labels.forEach(this::label);
  }

  /** The colours of a kind of layer: a pale fill, and a border of the same hue. */
  private enum Paint {
    CONVOLUTION(0xDCEAF6, 0x4A8FC4),
    POOLING(0xD8F0E4, 0x3BA27F),
    FUNCTION(0xFCF0D2, 0xD9A13B),
    LINEAR(0xF3E0EC, 0xBE7BA4),
    OTHER(0xFAFAFA, 0x8C8C8C);

    private final Color fill;
    private final Color border;

    Paint(int fill, int border) {
      this.fill = new Color(fill);
      this.border = new Color(border);
    }

    static Paint of(Role role) {
      return switch (role) {
        case CONVOLUTION -> CONVOLUTION;
        case POOLING -> POOLING;
        case NORMALIZATION, ACTIVATION -> FUNCTION;
        case FULLY_CONNECTED -> LINEAR;
        case IDENTITY, OTHER -> OTHER;
      };
    }
  }

  private void frame(FlowLayout.Frame frame) {
    Rectangle2D place = frame.place();
    g.setColor(new Color(0, 0, 0, 10)); // frames within frames grow darker
    g.fill(rounded(place, 10));
    g.setColor(new Color(0xD2D2D2));
    g.draw(rounded(place, 10));
    double y = place.getY() + 14;
    left(FlowSize.NAME, Style.FAINT_TEXT, frame.name(), place.getX() + 10, y);
    right(FlowSize.NAME, Style.TEXT, FlowSize.times(frame.times()), place.getMaxX() - 10, y);
  }

  private void box(FlowLayout.Box box) {
    Paint paint = Paint.of(box.role());
    g.setColor(paint.fill);
    g.fill(rounded(box.place(), 6));
    g.setColor(paint.border);
    g.draw(rounded(box.place(), 6));
    double x = box.place().getCenterX();
    double y = box.place().getCenterY();
    boolean plain = box.note().isEmpty();
    center(FlowSize.TITLE, Style.TEXT, box.title(), x, plain ? y : y - 8);
    center(FlowSize.NOTE, Style.FAINT_TEXT, box.note(), x, y + 9);
  }

  private void card(FlowLayout.Card card) {
    Rectangle2D place = card.place();
    g.setColor(Paint.CONVOLUTION.fill);
    g.fill(rounded(place, 6));
    g.setColor(Paint.CONVOLUTION.border);
    g.draw(rounded(place, 6));
    double x = place.getCenterX();
    center(FlowSize.NAME, Style.FAINT_TEXT, card.name(), x, place.getY() + 14);
    double y = place.getY() + 34;
    for (String line : card.lines()) {
      center(FlowSize.TITLE, Style.TEXT, line, x, y);
      y += FlowSize.LINE;
    }
    double middle = place.getY() + 34 + FlowSize.LINE * (card.lines().size() - 1) / 2;
    String times = FlowSize.times(card.times());
    right(FlowSize.NAME, Style.TEXT, times, place.getMaxX() - 10, middle);
  }

  private void join(FlowLayout.Join join) {
    double r = join.radius();
    double x = join.center().getX();
    double y = join.center().getY();
    Ellipse2D circle = new Ellipse2D.Double(x - r, y - r, 2 * r, 2 * r);
    g.setColor(Color.WHITE);
    g.fill(circle);
    g.setColor(LINE);
    g.draw(circle);
    double a = join.adds() ? 5 : 5 * Math.sqrt(0.5);
    double b = join.adds() ? 0 : a;
    g.draw(new Line2D.Double(x - a, y - b, x + a, y + b));
    g.draw(new Line2D.Double(x + b, y - a, x - b, y + a));
  }

  private void label(FlowLayout.Label label) {
    left(FlowSize.NOTE, Style.FAINT_TEXT, label.text(), label.x(), label.y());
  }

  /** A line with round corners. */
  private void edge(FlowLayout.Edge edge) {
    List<Point2D> points = edge.points();
    Point2D end = points.get(points.size() - 1);
    Path2D path = new Path2D.Double();
    path.moveTo(points.get(0).getX(), points.get(0).getY());
    for (int i = 1; i < points.size() - 1; i++) {
      Point2D before = towards(points.get(i), points.get(i - 1), CORNER);
      Point2D after = towards(points.get(i), points.get(i + 1), CORNER);
      path.lineTo(before.getX(), before.getY());
      path.quadTo(points.get(i).getX(), points.get(i).getY(), after.getX(), after.getY());
    }
    Point2D tip = edge.arrow() ? towards(end, points.get(points.size() - 2), 5) : end;
    path.lineTo(tip.getX(), tip.getY());
    g.setColor(LINE);
    g.draw(path);
    if (edge.arrow()) {
      arrow(points.get(points.size() - 2), end);
    }
  }

  private static Point2D towards(Point2D from, Point2D to, double distance) {
    double share = Math.min(distance / from.distance(to), 0.5);
    return new Point2D.Double(
        from.getX() + share * (to.getX() - from.getX()),
        from.getY() + share * (to.getY() - from.getY()));
  }

  private void arrow(Point2D from, Point2D to) {
    double length = from.distance(to);
    double dx = (to.getX() - from.getX()) / length;
    double dy = (to.getY() - from.getY()) / length;
    double x = to.getX() - 7 * dx;
    double y = to.getY() - 7 * dy;
    Path2D head = new Path2D.Double();
    head.moveTo(to.getX(), to.getY());
    head.lineTo(x - 3.2 * dy, y + 3.2 * dx);
    head.lineTo(x + 3.2 * dy, y - 3.2 * dx);
    head.closePath();
    g.fill(head);
  }

  private static RoundRectangle2D rounded(Rectangle2D place, double radius) {
    return new RoundRectangle2D.Double(
        place.getX(), place.getY(), place.getWidth(), place.getHeight(), radius, radius);
  }

  // Text, by its middle in height.

  private void left(Font font, Color color, String text, double x, double y) {
    g.setFont(font);
    g.setColor(color);
    Lettering.draw(g, text, x, y + 0.36 * font.getSize2D());
  }

  private void center(Font font, Color color, String text, double x, double y) {
    left(font, color, text, x - FlowSize.width(font, text) / 2, y);
  }

  private void right(Font font, Color color, String text, double x, double y) {
    left(font, color, text, x - FlowSize.width(font, text), y);
  }
}
