package convnets.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import convnets.Checks;
import convnets.torch.ImageOps;
import java.util.Arrays;
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
public final class RandomErasing implements Transform {
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
   * @return the transform
   */
  public RandomErasing probability(double probability) {
    return new RandomErasing(Checks.probability("probability", probability), noise);
  }

  /**
   * The same with noise in place of zeros, normally distributed with mean 0 and deviation 1 for
   * each pixel and channel, which suits images that have been normalised.
   *
   * @return the transform
   */
  public RandomErasing noise() {
    return new RandomErasing(probability, true);
  }

  @Override
  public NDArray apply(NDArray images, SplittableRandom random) {
    Shape shape = images.getShape();
    int channels = (int) shape.get(1);
    int height = (int) shape.get(2);
    int width = (int) shape.get(3);
    int area = height * width;
    int n = (int) shape.get(0);
    float[] keep = new float[n * area];
    float[] fill = noise ? new float[n * channels * area] : null;
    Arrays.fill(keep, 1);
    for (int i = 0; i < n; i++) {
      Box box = random.nextDouble() < probability ? draw(height, width, random) : null;
      for (int y = 0; box != null && y < box.height; y++) {
        int from = (box.top + y) * width + box.left;
        Arrays.fill(keep, i * area + from, i * area + from + box.width, 0);
        for (int c = 0; noise && c < channels; c++) {
          for (int x = 0; x < box.width; x++) {
            fill[(i * channels + c) * area + from + x] = (float) random.nextGaussian();
          }
        }
      }
    }
    try (NDArray kept = ImageOps.beside(images, keep, new Shape(n, 1, height, width))) {
      NDArray erased = images.mul(kept);
      if (noise) {
        try (NDArray filling = ImageOps.beside(images, fill, shape)) {
          erased.addi(filling);
        }
      }
      return erased;
    }
  }

  private record Box(int top, int left, int height, int width) {}

  /** Null if no rectangle fits, as in an image that is much longer than wide. */
  private static Box draw(int height, int width, SplittableRandom random) {
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
