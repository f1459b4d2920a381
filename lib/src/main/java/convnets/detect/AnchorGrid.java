package convnets.detect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The anchors of a network, whose feature maps decide how many there are. */
final class AnchorGrid {

  private static final int COLOURS = 3;

  private final Anchors anchors;
  private final Block maps;

  /** Of inputs: a dry pass takes longer than placing anchors. */
  private final Map<Shape, Shape[]> features = new ConcurrentHashMap<>();

  /**
   * A grid.
   *
   * @param maps gives the feature maps; it need not be initialised
   */
  AnchorGrid(Anchors anchors, Block maps) {
    this.anchors = anchors;
    this.maps = maps;
  }

  /** The anchors, (A, 4), in pixels of an image (…, H, W). */
  NDArray boxes(NDManager manager, Shape image) {
    return anchors.boxes(manager, image, features(image));
  }

  /** How many anchors an image has. */
  long count(Shape image) {
    Shape[] shapes = features(image);
    long count = 0;
    for (int i = 0; i < shapes.length; i++) {
      count += perMap(shapes[i], i);
    }
    return count;
  }

  /** How many anchors are on each map. */
  long[] counts(Shape image) {
    Shape[] shapes = features(image);
    long[] counts = new long[shapes.length];
    for (int i = 0; i < shapes.length; i++) {
      counts[i] = perMap(shapes[i], i);
    }
    return counts;
  }

  private long perMap(Shape shape, int map) {
    return shape.get(2) * shape.get(3) * anchors.perPixel(map);
  }

  /** The shapes of the feature maps, (1, C, H, W). */
  Shape[] features(Shape image) {
    int axes = image.dimension();
    long channels = axes > 2 ? image.get(axes - 3) : COLOURS;
    Shape input = new Shape(1, channels, image.get(axes - 2), image.get(axes - 1));
    return features.computeIfAbsent(input, shape -> maps.getOutputShapes(new Shape[] {shape}));
  }

  @Override
  public String toString() {
    return anchors.toString();
  }
}
