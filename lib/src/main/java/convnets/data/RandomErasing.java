package convnets.data;

import ai.djl.ndarray.types.Shape;
import convnets.Checks;
import java.util.SplittableRandom;

/**
 * Erases a rectangle of random size, shape and place in some images: {@link
 * Transforms#randomErasing}.
 *
 * <p>It draws for each image {@code nextDouble()}, and erases if that is below the probability.
 * Then it draws a share of the image's area, and a ratio of height to width whose logarithm is
 * uniform, until the rectangle is smaller than the image in both directions, ten times at most;
 * then its first row and column; then what to fill it with. These are the rules of torchvision.
 */
public final class RandomErasing implements JointTransform {
  private static final int ATTEMPTS = 10;
  private static final double SMALLEST = 0.02;
  private static final double LARGEST = 0.33;
  private static final double LONGEST = 3.3;
  private static final double FLATTEST = 0.3;

  private final double probability;
  private final boolean noise;

  RandomErasing(double probability, boolean noise) {
    this.probability = probability;
    this.noise = noise;
  }

  /**
   * The same for more images, or fewer.
   *
   * @param probability that an image is erased, from 0 to 1
   */
  public RandomErasing probability(double probability) {
    return new RandomErasing(Checks.probability("probability", probability), noise);
  }

  /**
   * The same with noise in place of zeros, normally distributed with mean 0 and deviation 1 for
   * each pixel and channel, which suits images that have been normalised.
   */
  public RandomErasing noise() {
    return new RandomErasing(probability, true);
  }

  @Override
  public Change draw(Shape images, SplittableRandom random) {
    Erasure erasure = new Erasure(images);
    int n = (int) images.get(0);
    float[] filling = noise ? new float[(int) images.size()] : null;
    for (int i = 0; i < n; i++) {
      Box box =
          random.nextDouble() < probability
              ? box((int) images.get(2), (int) images.get(3), random)
              : null;
      if (box != null) {
        erasure.erase(i, box.left, box.top, box.left + box.width, box.top + box.height);
        if (noise) {
          fill(filling, i, box, images, random);
        }
      }
    }
    erasure.fill(filling);
    return erasure;
  }

  private static void fill(
      float[] filling, int image, Box box, Shape images, SplittableRandom random) {
    int channels = (int) images.get(1);
    int height = (int) images.get(2);
    int width = (int) images.get(3);
    for (int y = box.top; y < box.top + box.height; y++) {
      for (int c = 0; c < channels; c++) {
        int row = ((image * channels + c) * height + y) * width;
        for (int x = box.left; x < box.left + box.width; x++) {
          filling[row + x] = (float) random.nextGaussian();
        }
      }
    }
  }

  private record Box(int top, int left, int height, int width) {}

  /** Null if no rectangle fits, as in an image that is much longer than wide. */
  private static Box box(int height, int width, SplittableRandom random) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      double area = height * width * (SMALLEST + (LARGEST - SMALLEST) * random.nextDouble());
      double ratio = FLATTEST * StrictMath.pow(LONGEST / FLATTEST, random.nextDouble());
      int h = (int) Math.rint(Math.sqrt(area * ratio));
      int w = (int) Math.rint(Math.sqrt(area / ratio));
      if (h < height && w < width) {
        int top = random.nextInt(height - h + 1);
        return new Box(top, random.nextInt(width - w + 1), h, w);
      }
    }
    return null;
  }
}
