package convnets.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import convnets.Checks;
import convnets.torch.ImageOps;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The usual transforms. Each handles a batch with a few operations on the device, and decides for
 * each image separately.
 *
 * <p>DJL's own {@code RandomFlip} does nothing in the PyTorch engine, and its transforms decide
 * once for a whole batch.
 */
public final class Transforms {
  private Transforms() {}

  /**
   * Subtracts each channel's mean and divides by its deviation.
   *
   * <p>Zero afterwards is the mean. So what {@link #padAndCrop} pads and {@link #cutout} cuts is
   * the mean if they come after, and black if they come before.
   *
   * @param statistics of pixels from 0 to 1
   * @return a transform that draws nothing
   */
  public static Transform normalise(Statistics statistics) {
    float[] mean = floats(statistics.mean());
    float[] deviation = floats(statistics.deviation());
    return (images, random) -> {
      Shape shape = images.getShape();
      if (shape.get(1) != mean.length) {
        throw new IllegalArgumentException(
            "images %s have %d channels, but there are statistics of %d"
                .formatted(shape, shape.get(1), mean.length));
      }
      Shape perChannel = new Shape(1, mean.length, 1, 1);
      try (NDArray m = ImageOps.beside(images, mean, perChannel);
          NDArray d = ImageOps.beside(images, deviation, perChannel)) {
        return images.sub(m).divi(d);
      }
    };
  }

  /**
   * Pads each image with zeros on all four sides and cuts out a window of the original size at a
   * random place, one of (2 pad + 1)². He et al. 2015 (arXiv:1512.03385, section 4.2) use 4 pixels
   * for CIFAR-10.
   *
   * @param pad pixels on each side, at least 0
   * @return a transform that draws for each image first its window's row, then its column, each by
   *     {@code nextInt(2 * pad + 1)}
   */
  public static Transform padAndCrop(int pad) {
    if (pad < 0) {
      throw new IllegalArgumentException("pad (%d) must not be negative".formatted(pad));
    }
    return new Windows.Choice() {
      @Override
      public int pad() {
        return pad;
      }

      @Override
      public void draw(Windows windows, SplittableRandom random) {
        windows.crop(pad, random);
      }
    };
  }

  /**
   * Mirrors about half of the images, left to right.
   *
   * @return a transform that draws one {@code nextBoolean()} for each image: true mirrors it
   */
  public static Transform flip() {
    return new Windows.Choice() {
      @Override
      public int pad() {
        return 0;
      }

      @Override
      public void draw(Windows windows, SplittableRandom random) {
        windows.flip(random);
      }
    };
  }

  /**
   * Sets a square of each image to zero. The square's centre may be any pixel, so that a part of
   * the square may lie outside. DeVries and Taylor 2017, arXiv:1708.04552.
   *
   * @param size the square's side in pixels, at least 1
   * @return a transform that draws for each image first the centre's row {@code nextInt(H)}, then
   *     its column {@code nextInt(W)}; the square starts {@code size / 2} above and left of it
   */
  public static Transform cutout(int size) {
    if (size < 1) {
      throw new IllegalArgumentException("size (%d) must be at least 1".formatted(size));
    }
    return (images, random) -> {
      int n = size(images, 0);
      int height = size(images, 2);
      int width = size(images, 3);
      // 1 outside the square's rows or columns, 0 inside: a pixel is kept if either is 1.
      float[] rows = new float[n * height];
      float[] columns = new float[n * width];
      Arrays.fill(rows, 1);
      Arrays.fill(columns, 1);
      for (int i = 0; i < n; i++) {
        clear(rows, i * height, height, random.nextInt(height) - size / 2, size);
        clear(columns, i * width, width, random.nextInt(width) - size / 2, size);
      }
      try (NDArray row = ImageOps.beside(images, rows, new Shape(n, 1, height, 1));
          NDArray column = ImageOps.beside(images, columns, new Shape(n, 1, 1, width));
          NDArray keep = row.maximum(column)) {
        return images.mul(keep);
      }
    };
  }

  /**
   * Erases a rectangle of random size, shape and place. Zhong et al. 2017, "Random Erasing Data
   * Augmentation", arXiv:1708.04896. With torchvision's defaults: in half of the images, 2 to 33 %
   * of the area, from 0.3 to 3.3 times as high as wide, set to zero.
   *
   * @return a transform whose options are withers
   */
  public static RandomErasing randomErasing() {
    return new RandomErasing(0.5, false);
  }

  /**
   * Changes each image by a few operations, drawn at random from fourteen: none, shear and
   * translate in x and y, rotate, brightness, colour, contrast, sharpness, posterize, solarize,
   * autocontrast, equalize. Cubuk et al. 2019, "RandAugment: Practical automated data augmentation
   * with a reduced search space", arXiv:1909.13719, with torchvision's table of magnitudes.
   *
   * <p>It needs pixels from 0 to 1: put it before {@link #normalise}.
   *
   * @param operations how many, one after another, at least 1; usually 2
   * @param magnitude how strong they are, from 0 to 30; usually 9
   * @return the transform
   */
  public static Transform randAugment(int operations, int magnitude) {
    Checks.positive("operations", operations);
    if (magnitude < 0 || magnitude >= RandAugment.BINS) {
      throw new IllegalArgumentException(
          "magnitude (%d) must be from 0 to %d".formatted(magnitude, RandAugment.BINS - 1));
    }
    return RandAugment.standard(operations, magnitude);
  }

  /**
   * Changes each image by one operation of those of {@link #randAugment}, at a random magnitude
   * that can be much stronger. There is nothing to tune. Müller and Hutter 2021, "TrivialAugment:
   * Tuning-free Yet State-of-the-Art Data Augmentation", arXiv:2103.10158 (its "wide" space, which
   * is made for 224×224: translations of up to 32 pixels may leave nothing of a small image).
   *
   * <p>It needs pixels from 0 to 1: put it before {@link #normalise}.
   *
   * @return the transform
   */
  public static Transform trivialAugment() {
    return RandAugment.trivialWide();
  }

  /**
   * Writes zeros into {@code size} places from {@code start}, as far as they are in 0 … length - 1,
   * of the part of {@code array} that begins at {@code from}.
   */
  private static void clear(float[] array, int from, int length, int start, int size) {
    Arrays.fill(array, from + Math.max(0, start), from + Math.min(length, start + size), 0);
  }

  private static int size(NDArray images, int axis) {
    return (int) images.getShape().get(axis);
  }

  private static float[] floats(List<Double> values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i).floatValue();
    }
    return floats;
  }
}
