package convnets.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import convnets.torch.ImageOps;

/**
 * The operations that augmentation policies choose from, in the order of torchvision. Each changes
 * all images of a group, one by a magnitude of its own; what moves in from outside is black.
 */
enum Operation {
  IDENTITY,

  /** Moves each row to the left by so many pixels for each row above it. */
  SHEAR_X((m, height, width) -> new double[] {1, m, m * (height / 2f), 0, 1, 0}),

  /** Moves each column up by so many pixels for each column left of it. */
  SHEAR_Y((m, height, width) -> new double[] {1, 0, 0, m, 1, m * (width / 2f)}),

  /** Moves by whole pixels to the right. */
  TRANSLATE_X((m, height, width) -> new double[] {1, 0, -(int) m, 0, 1, 0}),

  /** Moves by whole pixels down. */
  TRANSLATE_Y((m, height, width) -> new double[] {1, 0, 0, 0, 1, -(int) m}),

  /** Turns about the centre, counter-clockwise, by degrees. */
  ROTATE(
      (m, height, width) -> {
        double cosine = StrictMath.cos(StrictMath.toRadians(m));
        double sine = StrictMath.sin(StrictMath.toRadians(m));
        return new double[] {cosine, -sine, 0, sine, cosine, 0};
      }),

  BRIGHTNESS {
    @Override
    NDArray apply(NDArray images, float[] magnitudes) {
      return ImageOps.brightness(images, factors(magnitudes));
    }
  },

  /** Saturation. */
  COLOR {
    @Override
    NDArray apply(NDArray images, float[] magnitudes) {
      return ImageOps.saturation(images, factors(magnitudes));
    }
  },

  CONTRAST {
    @Override
    NDArray apply(NDArray images, float[] magnitudes) {
      return ImageOps.contrast(images, factors(magnitudes));
    }
  },

  SHARPNESS {
    @Override
    NDArray apply(NDArray images, float[] magnitudes) {
      return ImageOps.sharpness(images, factors(magnitudes));
    }
  },

  /** Keeps so many bits, rounded. */
  POSTERIZE {
    @Override
    NDArray apply(NDArray images, float[] magnitudes) {
      int[] bits = new int[magnitudes.length];
      for (int i = 0; i < bits.length; i++) {
        bits[i] = (int) Math.rint(magnitudes[i]);
      }
      return ImageOps.posterize(images, bits);
    }
  },

  SOLARIZE {
    @Override
    NDArray apply(NDArray images, float[] magnitudes) {
      return ImageOps.solarize(images, magnitudes);
    }
  },

  AUTOCONTRAST {
    @Override
    NDArray apply(NDArray images, float[] magnitudes) {
      return ImageOps.autocontrast(images);
    }
  },

  EQUALIZE {
    @Override
    NDArray apply(NDArray images, float[] magnitudes) {
      return ImageOps.equalize(images);
    }
  };

  /** Where a pixel comes from, at a magnitude: as {@link ImageOps#affine} takes it. */
  private interface Origin {
    double[] at(float magnitude, long height, long width);
  }

  /** Null: pixels stay where they are. */
  private final Origin origin;

  Operation() {
    this(null);
  }

  Operation(Origin origin) {
    this.origin = origin;
  }

  /**
   * Changes a group of images.
   *
   * @param images (N, C, H, W), from 0 to 1
   * @param magnitudes N of them; 0 leaves an image as it is, but for {@link #POSTERIZE} (8 bits)
   *     and {@link #SOLARIZE} (a threshold of 1); the last two have none
   * @return (N, C, H, W), of the images' manager; perhaps the images themselves
   */
  NDArray apply(NDArray images, float[] magnitudes) {
    return move(images, magnitudes);
  }

  /** Moves the pixels as {@link #apply} does, and leaves their colours. */
  NDArray move(NDArray images, float[] magnitudes) {
    if (origin == null) {
      return images;
    }
    float[] matrices = new float[6 * magnitudes.length];
    for (int i = 0; i < magnitudes.length; i++) {
      double[] matrix = origin(magnitudes[i], images.getShape());
      for (int k = 0; k < 6; k++) {
        matrices[6 * i + k] = (float) matrix[k];
      }
    }
    return ImageOps.affine(images, matrices);
  }

  /** Whether it moves pixels. */
  boolean moves() {
    return origin != null;
  }

  /**
   * Where pixels come from, if it moves them: (a, b, c, d, e, f) as {@link ImageOps#affine} takes
   * them.
   *
   * @param images (N, C, H, W)
   */
  double[] origin(float magnitude, Shape images) {
    return origin.at(magnitude, images.get(2), images.get(3));
  }

  private static float[] factors(float[] magnitudes) {
    float[] factors = magnitudes.clone();
    for (int i = 0; i < factors.length; i++) {
      factors[i] += 1;
    }
    return factors;
  }
}
