package convnets.detect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.Checks;
import convnets.Lists;
import convnets.torch.DetectOps;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Fixed reference boxes: shapes around every pixel of every feature map. They stand by map, by row,
 * by column, by shape, as outputs (N, shapes · D, H, W) of a convolution do once they are brought
 * to (N, H · W · shapes, D).
 *
 * <p>Two conventions say where a pixel's anchors have their centre. With SSD, and here by default,
 * it is the centre of the pixel, (column + ½) · width / columns. With torchvision's Faster R-CNN it
 * is the pixel's upper left corner, {@link #atCorners}.
 *
 * <p>Immutable: each method returns another object.
 */
public final class Anchors {

  private final List<List<AnchorShape>> maps;
  private final boolean corners;
  private final boolean clipped;

  /** Pixels of the image from one pixel of each map to the next; empty: as the sizes say. */
  private final List<Double> steps;

  private Anchors(
      List<List<AnchorShape>> maps, boolean corners, boolean clipped, List<Double> steps) {
    this.maps = maps;
    this.corners = corners;
    this.clipped = clipped;
    this.steps = steps;
  }

  /**
   * Anchors on one feature map.
   *
   * @param shapes at least one
   */
  public static Anchors of(List<AnchorShape> shapes) {
    return new Anchors(List.of(), false, false, List.of()).and(shapes);
  }

  /**
   * The same, and a further feature map.
   *
   * @param shapes on each of its pixels, at least one
   */
  public Anchors and(List<AnchorShape> shapes) {
    if (shapes.isEmpty()) {
      throw new IllegalArgumentException("shapes must hold at least one");
    }
    return new Anchors(Lists.and(maps, List.of(List.copyOf(shapes))), corners, clipped, steps);
  }

  /**
   * As torchvision's {@code AnchorGenerator} has them: the first centre is the image's corner, the
   * next is a whole number of pixels away, ⌊width / columns⌋, and half of each side is rounded, to
   * the even number if it is between two.
   */
  public Anchors atCorners() {
    return new Anchors(maps, true, clipped, steps);
  }

  /** Cut off at the edges of the image. */
  public Anchors clipped() {
    return new Anchors(maps, corners, true, steps);
  }

  /**
   * Places centres so many pixels of the image apart, one number for each map: where maps are not
   * exact parts of the image, as the 38 × 38 pixels of SSD300's first, which are 8 apart in 300.
   */
  public Anchors steps(double... pixels) {
    List<Double> own =
        DoubleStream.of(pixels).map(p -> Checks.positive("pixels", p)).boxed().toList();
    if (own.size() != maps.size()) {
      throw new IllegalArgumentException(
          "pixels (%d) must be one for each map with anchors: %d"
              .formatted(own.size(), maps.size()));
    }
    return new Anchors(maps, corners, clipped, own);
  }

  /** How many feature maps there are. */
  public int maps() {
    return maps.size();
  }

  /** How many anchors each pixel of a feature map has. */
  public int perPixel(int map) {
    return maps.get(map).size();
  }

  /**
   * The anchors of an image, in pixels of it.
   *
   * @param manager owns the result, which is on its device
   * @param image (…, H, W)
   * @param features the shape of each feature map, (…, H, W); as many as there are maps here
   * @return (A, 4), corner form
   */
  public NDArray boxes(NDManager manager, Shape image, Shape... features) {
    if (features.length != maps.size()) {
      throw new IllegalArgumentException(
          "features (%d) must be one for each map with anchors: %d"
              .formatted(features.length, maps.size()));
    }
    try (NDManager scratch = manager.newSubManager()) {
      NDArray like = scratch.create(0f);
      NDList placed = new NDList();
      for (int i = 0; i < features.length; i++) {
        placed.add(placed(like, i, image, features[i]));
      }
      NDArray all = NDArrays.concat(placed);
      NDArray boxes = clipped ? DetectOps.clip(all, rows(image), columns(image)) : all;
      boxes.attach(manager);
      return boxes;
    }
  }

  private NDArray placed(NDArray like, int map, Shape image, Shape features) {
    List<AnchorShape> shapes = maps.get(map);
    boolean given = !steps.isEmpty();
    double down = given ? steps.get(map) : (double) rows(image) / rows(features);
    double across = given ? steps.get(map) : (double) columns(image) / columns(features);
    double[] distances =
        corners
            ? new double[] {0, Math.floor(down), 0, Math.floor(across)}
            : new double[] {down / 2, down, across / 2, across};
    double[] sides =
        shapes.stream()
            .flatMapToDouble(shape -> DoubleStream.of(shape.width(), shape.height()))
            .map(side -> corners ? 2 * Math.rint(side / 2) : side)
            .toArray();
    return DetectOps.placeAnchors(like, sides, rows(features), columns(features), distances);
  }

  private static long rows(Shape shape) {
    return shape.get(shape.dimension() - 2);
  }

  private static long columns(Shape shape) {
    return shape.get(shape.dimension() - 1);
  }

  /** What anchors there are; a task tells it among its options. */
  @Override
  public String toString() {
    return "anchors %s%s%s%s"
        .formatted(
            maps,
            corners ? ", at corners" : "",
            clipped ? ", clipped" : "",
            steps.isEmpty() ? "" : ", steps " + steps);
  }
}
