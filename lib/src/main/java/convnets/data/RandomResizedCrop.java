package convnets.data;

import ai.djl.ndarray.types.Shape;
import convnets.Checks;
import java.util.SplittableRandom;

/**
 * Cuts a part of random size, shape and place out of each image and scales it to the image's size:
 * {@link Transforms#randomResizedCrop}.
 *
 * <p>For each image it draws, by {@code nextDouble()}, a share of the image's area, then a ratio of
 * width to height whose logarithm is uniform, until the part, in whole pixels, fits into the image,
 * ten times at most; then its first row and its first column, by {@code nextInt}. If none fits it
 * is the largest part in the middle whose shape is allowed. These are the rules of torchvision.
 */
public final class RandomResizedCrop implements JointTransform {
  private static final int ATTEMPTS = 10;
  private static final double WIDEST = 4 / 3.0;

  private final double least;
  private final double most;

  RandomResizedCrop(double least, double most) {
    this.least = least;
    this.most = most;
  }

  /**
   * The same with larger parts, or smaller ones.
   *
   * @param least share of the image's area, above 0
   * @param most share of it, from {@code least} to 1
   */
  public RandomResizedCrop area(double least, double most) {
    Checks.positive("least", least);
    Checks.probability("most", most);
    if (least > most) {
      throw new IllegalArgumentException(
          "least (" + least + ") must not be above most (" + most + ")");
    }
    return new RandomResizedCrop(least, most);
  }

  @Override
  public Change draw(Shape images, SplittableRandom random) {
    Zoom zoom = new Zoom(images);
    for (int i = 0; i < images.get(0); i++) {
      part(zoom, i, (int) images.get(2), (int) images.get(3), random);
    }
    return zoom;
  }

  private void part(Zoom zoom, int image, int height, int width, SplittableRandom random) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      double area = height * width * (least + (most - least) * random.nextDouble());
      double ratio = StrictMath.pow(WIDEST, 2 * random.nextDouble() - 1);
      int w = (int) Math.rint(Math.sqrt(area * ratio));
      int h = (int) Math.rint(Math.sqrt(area / ratio));
      if (0 < w && w <= width && 0 < h && h <= height) {
        int top = random.nextInt(height - h + 1);
        zoom.view(image, random.nextInt(width - w + 1), top, w, h);
        return;
      }
    }
    double w = Math.min(width, Math.max(1, Math.rint(height * WIDEST)));
    double h = Math.min(height, Math.max(1, Math.rint(width * WIDEST)));
    zoom.view(image, Math.floor((width - w) / 2), Math.floor((height - h) / 2), w, h);
  }
}
