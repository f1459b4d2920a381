package convnets.detect;

import convnets.Checks;
import java.util.ArrayList;
import java.util.List;

/**
 * The sides of an anchor, in pixels of the image. A size s and a ratio r = width / height are s √r
 * by s / √r: the area is s².
 *
 * <p>Sizes and ratios make anchors in two ways: every size with every ratio ({@link #everyPair},
 * Faster R-CNN), or all sizes with the first ratio and all other ratios with the first size ({@link
 * #firstOfEach}, the usual short list of SSD's followers). {@link AnchorClusters} finds shapes in
 * the boxes of a data set.
 *
 * @param width above 0
 * @param height above 0
 */
public record AnchorShape(double width, double height) {

  /** Checks the sides. */
  public AnchorShape {
    Checks.positive("width", width);
    Checks.positive("height", height);
  }

  /**
   * A size with a ratio.
   *
   * @param ratio width over height. (torchvision's is height over width.)
   */
  public static AnchorShape of(double size, double ratio) {
    Checks.positive("size", size);
    double root = Math.sqrt(Checks.positive("ratio", ratio));
    return new AnchorShape(size * root, size / root);
  }

  /**
   * Every size with every ratio: sizes × ratios, as many shapes. Sizes run faster than ratios. (Ren
   * et al., "Faster R-CNN", 2015, arXiv:1506.01497, section 3.1.1.)
   *
   * @param ratios width over height
   */
  public static List<AnchorShape> everyPair(double[] sizes, double[] ratios) {
    List<AnchorShape> shapes = new ArrayList<>();
    for (double ratio : nonempty("ratios", ratios)) {
      for (double size : nonempty("sizes", sizes)) {
        shapes.add(of(size, ratio));
      }
    }
    return List.copyOf(shapes);
  }

  /**
   * Every size with the first ratio, then the first size with every other ratio: sizes + ratios − 1
   * shapes, in the order of MXNet's {@code MultiBoxPrior}.
   *
   * @param ratios width over height
   */
  public static List<AnchorShape> firstOfEach(double[] sizes, double[] ratios) {
    List<AnchorShape> shapes = new ArrayList<>();
    for (double size : nonempty("sizes", sizes)) {
      shapes.add(of(size, nonempty("ratios", ratios)[0]));
    }
    for (int i = 1; i < ratios.length; i++) {
      shapes.add(of(sizes[0], ratios[i]));
    }
    return List.copyOf(shapes);
  }

  /**
   * SSD's shapes of one feature map: a square, a larger square of size √(size · next), and for each
   * ratio a lying and a standing rectangle. (Liu et al., "SSD", 2015, arXiv:1512.02325, section
   * 2.2.)
   *
   * @param size of this map's anchors
   * @param next the size of the next map's
   * @param ratios width over height, without 1
   */
  public static List<AnchorShape> ssd(double size, double next, double... ratios) {
    List<AnchorShape> shapes = new ArrayList<>();
    shapes.add(of(size, 1));
    shapes.add(of(Math.sqrt(size * Checks.positive("next", next)), 1));
    for (double ratio : ratios) {
      shapes.add(of(size, ratio));
      shapes.add(of(size, 1 / ratio));
    }
    return List.copyOf(shapes);
  }

  /** Width times height. */
  public double area() {
    return width * height;
  }

  /** The IoU with another shape around the same point. */
  public double iou(AnchorShape other) {
    double inter = Math.min(width, other.width) * Math.min(height, other.height);
    return inter / (area() + other.area() - inter);
  }

  private static double[] nonempty(String name, double[] numbers) {
    if (numbers.length == 0) {
      throw new IllegalArgumentException(name + " must hold at least one number");
    }
    return numbers;
  }
}
