package convnets.viz;

import convnets.Checks;
import convnets.Lists;
import convnets.Options;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Point2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A sketch of sets as regions of a plane, and of how near each comes to a target: for example, of
 * the functions that networks can compute, and the one that is sought. Places and sizes are shares
 * of the sketch, from 0 to 1, counted from its upper left corner.
 *
 * <p>From each region that does not hold the target, a dotted line leads there by the shortest way.
 * Each method but {@link #distances()} returns a changed copy; {@link #image()} draws it.
 */
public final class Regions extends Options<Regions> {

  private static final Font NAMES = Style.font(14);
  private static final int HEAD = 34;
  private static final int STEPS = 720; // that a border is searched in
  private static final int DARKEST = 40;
  private static final int LIGHTEST = 130;

  private record Region(String name, double x, double y, double width, double height) {

    /** The point of the border at an angle. */
    Point2D border(double angle) {
      return new Point2D.Double(x + width / 2 * Math.cos(angle), y + height / 2 * Math.sin(angle));
    }

    boolean holds(Point2D point) {
      return Math.hypot((point.getX() - x) / width, (point.getY() - y) / height) <= 0.5;
    }

    /** The point of the region that is nearest to another one. */
    Point2D nearest(Point2D point) {
      if (holds(point)) {
        return point;
      }
      Point2D best = border(0);
      for (int i = 1; i < STEPS; i++) {
        Point2D next = border(2 * Math.PI * i / STEPS);
        best = next.distance(point) < best.distance(point) ? next : best;
      }
      return best;
    }
  }

  private final String targetName;
  private final Point2D target;
  private List<Region> regions = List.of();
  private String title = "";
  private String alt;
  private int width = 340;
  private int height = 260;

  /**
   * @param targetName what is sought
   */
  Regions(String targetName, double x, double y) {
    this.targetName = targetName;
    target = new Point2D.Double(Checks.probability("x", x), Checks.probability("y", y));
  }

  /** Says what the sketch shows. */
  public Regions title(String title) {
    return with(copy -> copy.title = title);
  }

  /** Says what is to be seen in it: see {@link AltText}. Otherwise its names say it. */
  public Regions alt(String text) {
    return with(copy -> copy.alt = text);
  }

  /** Sets the size, in pixels of the page. */
  public Regions size(int width, int height) {
    Checks.positive("width", width);
    Checks.positive("height", height);
    return with(
        copy -> {
          copy.width = width;
          copy.height = height;
        });
  }

  /**
   * Adds a region: an ellipse, its name at its lower end.
   *
   * @param x of its centre
   * @param y of its centre
   */
  public Regions region(String name, double x, double y, double width, double height) {
    Region region =
        new Region(
            name,
            Checks.probability("x", x),
            Checks.probability("y", y),
            Checks.positive("width", width),
            Checks.positive("height", height));
    List<Region> more = Lists.and(regions, region);
    return with(copy -> copy.regions = more);
  }

  /** How far the target is from the nearest point of each region, in their order. */
  public double[] distances() {
    return regions.stream().mapToDouble(r -> r.nearest(target).distance(target)).toArray();
  }

  /**
   * Draws the sketch.
   *
   * @throws IllegalStateException if there is no region
   */
  public BufferedImage image() {
    Complete.notEmpty("region(…)", regions);
    String names = regions.stream().map(Region::name).collect(Collectors.joining(", "));
    String text = AltText.titled(title, "the regions " + names + ", and " + targetName);
    BufferedImage image = Picture.drawing(width, HEAD + height, this::draw);
    return AltText.describe(image, alt == null ? text : alt);
  }

  private void draw(Graphics2D g) {
    g.setColor(Style.TEXT);
    g.setFont(Style.bold(15));
    center(g, title, width / 2.0, 20);
    g.translate(0, HEAD);
    for (int i = regions.size() - 1; i >= 0; i--) { // the first one on top
      fill(g, regions.get(i), shade(i));
    }
    for (int i = 0; i < regions.size(); i++) {
      way(g, regions.get(i), shade(i));
    }
    g.setColor(Style.TEXT);
    dot(g, target, 5);
    g.setFont(NAMES);
    Lettering.draw(g, targetName, at(target).getX() + 9, at(target).getY() - 5);
  }

  /** Greys, since colours belong to what was measured: the first region has the darkest. */
  private Color shade(int i) {
    int grey = DARKEST + i * (LIGHTEST - DARKEST) / Math.max(1, regions.size() - 1);
    return new Color(grey, grey, grey);
  }

  private void fill(Graphics2D g, Region region, Color color) {
    Point2D corner =
        at(new Point2D.Double(region.x - region.width / 2, region.y - region.height / 2));
    var border =
        new Ellipse2D.Double(
            corner.getX(), corner.getY(), region.width * width, region.height * height);
    g.setColor(new Color(color.getRed(), color.getGreen(), color.getBlue(), 40));
    g.fill(border);
    g.setColor(color);
    g.setStroke(new BasicStroke(1.8f));
    g.draw(border);
    g.setFont(NAMES);
    center(g, region.name, border.getCenterX(), border.getMaxY() - 9);
  }

  private void way(Graphics2D g, Region region, Color color) {
    Point2D from = region.nearest(target);
    if (!from.equals(target)) {
      g.setColor(color);
      g.setStroke(
          new BasicStroke(
              1.6f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND, 1, new float[] {1, 5}, 0));
      g.draw(new Line2D.Double(at(from), at(target)));
      dot(g, from, 3.5);
    }
  }

  private Point2D at(Point2D share) {
    return new Point2D.Double(share.getX() * width, share.getY() * height);
  }

  private void dot(Graphics2D g, Point2D share, double radius) {
    Point2D p = at(share);
    g.fill(new Ellipse2D.Double(p.getX() - radius, p.getY() - radius, 2 * radius, 2 * radius));
  }

  private static void center(Graphics2D g, String text, double x, double y) {
    Lettering.draw(g, text, x - FlowSize.width(g.getFont(), text) / 2, y);
  }
}
