package convnets.data;

import convnets.Checks;
import java.util.SplittableRandom;

/**
 * The usual transforms. Each handles a batch with a few operations on the device, and decides for
 * each image separately. Boxes and masks go along ({@link Target} says how).
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
   * @throws IllegalArgumentException if a deviation is not above 0
   */
  public static Transform normalise(Statistics statistics) {
    statistics.checkDivisor();
    return new Normalisation(statistics);
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
      public void choose(Windows windows, SplittableRandom random) {
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
      public void choose(Windows windows, SplittableRandom random) {
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
    return (JointTransform)
        (images, random) -> {
          Erasure erasure = new Erasure(images);
          for (int i = 0; i < images.get(0); i++) {
            int top = random.nextInt((int) images.get(2)) - size / 2;
            int left = random.nextInt((int) images.get(3)) - size / 2;
            erasure.erase(i, left, top, left + size, top + size);
          }
          return erasure;
        };
  }

  /**
   * Erases a rectangle of random size, shape and place. Zhong et al. 2017, "Random Erasing Data
   * Augmentation", arXiv:1708.04896. With torchvision's defaults, which its methods change: in half
   * of the images, 2 to 33 % of the area, from 0.3 to 3.3 times as high as wide, set to zero.
   */
  public static RandomErasing randomErasing() {
    return new RandomErasing(0.5, false);
  }

  /**
   * Cuts a part out of each image, of random size, shape and place, and scales it to the image's
   * size. Szegedy et al. 2014, "Going Deeper with Convolutions", arXiv:1409.4842, section 6. With
   * torchvision's defaults, which its methods change: 8 to 100 % of the area, from 3/4 to 4/3 times
   * as wide as high.
   */
  public static RandomResizedCrop randomResizedCrop() {
    return new RandomResizedCrop(0.08, 1);
  }

  /**
   * Makes about half of the images smaller, on a canvas of zeros of the images' size: what is seen
   * comes smaller, too. Liu et al. 2015, "SSD: Single Shot MultiBox Detector", arXiv:1512.02325,
   * section 3.6 ("zoom out"), with a canvas of up to four times the image's sides.
   *
   * @param most how many times as long as the image's the canvas's sides are at most, at least 1
   * @return a transform that draws for each image {@code nextBoolean()}: true makes it smaller;
   *     then three times {@code nextDouble()}: the canvas's size, from 1 to {@code most}, and where
   *     on it the image is, from left to right and from top to bottom
   */
  public static Transform zoomOut(double most) {
    if (!(most >= 1 && Double.isFinite(most))) {
      throw new IllegalArgumentException("most (" + most + ") must be at least 1");
    }
    return (JointTransform)
        (images, random) -> {
          Zoom zoom = new Zoom(images);
          double height = images.get(2);
          double width = images.get(3);
          for (int i = 0; i < images.get(0); i++) {
            if (random.nextBoolean()) {
              double times = 1 + (most - 1) * random.nextDouble();
              double left = random.nextDouble() * (1 - times) * width;
              double top = random.nextDouble() * (1 - times) * height;
              zoom.view(i, left, top, times * width, times * height);
            }
          }
          return zoom;
        };
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
   */
  public static Transform trivialAugment() {
    return RandAugment.trivialWide();
  }
}
