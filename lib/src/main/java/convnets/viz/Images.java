package convnets.viz;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.segment.ClassMask;
import convnets.torch.HostCopy;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;

/** Arrays as images, pixel by pixel. */
public final class Images {

  private static final int ROW_GAP = 12;

  private Images() {}

  /**
   * An array as an image, one pixel for one.
   *
   * @param image (1, H, W) grey or (3, H, W) red, green, blue; see {@link #grid} for its numbers
   */
  public static BufferedImage of(NDArray image) {
    requireDimensions("image", image, 3, "(1 or 3, H, W)");
    return Pixels.of(image.expandDims(0)).image(0);
  }

  /**
   * An array as an image that boxes are drawn over.
   *
   * @param image (1, H, W) grey or (3, H, W) red, green, blue; see {@link #grid} for its numbers
   */
  public static BoxPicture boxes(NDArray image) {
    requireDimensions("image", image, 3, "(1 or 3, H, W)");
    try (NDArray one = image.expandDims(0)) {
      return new BoxPicture(Pixels.of(one));
    }
  }

  /**
   * Images side by side, in rows.
   *
   * <p>Bytes are shown as they are. Of other numbers 0 is black and 1 is white; where some lie
   * outside, as those of a normalised batch do, the lowest of all is black and the highest white.
   * NaN is black.
   *
   * @param images (N, 1, H, W) grey or (N, 3, H, W) red, green, blue
   */
  public static ImageGrid grid(NDArray images) {
    requireDimensions("images", images, 4, "(N, 1 or 3, H, W)");
    return new ImageGrid(Pixels.of(images));
  }

  /**
   * The channels of one output side by side, each from its own lowest number (dark violet) to its
   * own highest (yellow).
   *
   * @param maps (C, H, W)
   */
  public static ImageGrid featureMaps(NDArray maps) {
    requireDimensions("maps", maps, 3, "(C, H, W)");
    return new ImageGrid(Pixels.ofMaps(maps));
  }

  /**
   * Images with the classes of their pixels over them, side by side, in rows. The background stays
   * as it is, and what is ignored turns grey.
   *
   * @param images (N, 1, H, W) grey or (N, 3, H, W) red, green, blue; see {@link #grid}
   * @param masks (N, H, W): for each pixel its class, the background being 0, or 255 where it is
   *     ignored
   */
  public static ImageGrid overlay(NDArray images, NDArray masks) {
    requireDimensions("images", images, 4, "(N, 1 or 3, H, W)");
    MaskColors colors = MaskColors.of(masks);
    return new ImageGrid(colors.over(Pixels.of(images)), colors.shown(false));
  }

  /** A picture with the classes of its pixels over it, and a legend. */
  public static ImageGrid overlay(BufferedImage picture, ClassMask mask) {
    MaskColors colors = MaskColors.of(mask);
    int width = picture.getWidth();
    int height = picture.getHeight();
    int[] rgb = picture.getRGB(0, 0, width, height, null, 0, width);
    Pixels pixels = new Pixels(width, height, new int[][] {rgb});
    return new ImageGrid(colors.over(pixels), colors.shown(false)).legend(mask.names());
  }

  /**
   * Masks side by side, in rows: each class in its colour, the background black.
   *
   * @param masks (N, H, W), as of {@link #overlay}
   */
  public static ImageGrid masks(NDArray masks) {
    MaskColors colors = MaskColors.of(masks);
    return new ImageGrid(colors.alone(), colors.shown(true));
  }

  /** Images side by side, in one. */
  public static BufferedImage row(BufferedImage... images) {
    requireOne("row", images);
    int width = ROW_GAP * (images.length - 1);
    int height = 0;
    for (BufferedImage image : images) {
      width += Picture.displayWidth(image);
      height = Math.max(height, Picture.displayHeight(image));
    }
    BufferedImage row = Picture.painting(width, height, g -> paint(g, true, images));
    return AltText.describeAll(row, (Object[]) images);
  }

  /** Images one below the other, in one. */
  public static BufferedImage column(BufferedImage... images) {
    requireOne("column", images);
    int width = 0;
    int height = ROW_GAP * (images.length - 1);
    for (BufferedImage image : images) {
      width = Math.max(width, Picture.displayWidth(image));
      height += Picture.displayHeight(image);
    }
    BufferedImage column = Picture.painting(width, height, g -> paint(g, false, images));
    return AltText.describeAll(column, (Object[]) images);
  }

  private static void paint(Graphics2D g, boolean row, BufferedImage... images) {
    for (BufferedImage image : images) {
      int width = Picture.displayWidth(image);
      int height = Picture.displayHeight(image);
      g.drawImage(image, 0, 0, width, height, null);
      g.translate(row ? width + ROW_GAP : 0, row ? 0 : height + ROW_GAP);
    }
  }

  private static void requireOne(String name, BufferedImage... images) {
    if (images.length == 0) {
      throw new IllegalArgumentException(name + " takes at least one image");
    }
  }

  private static void requireDimensions(String name, NDArray array, int count, String shape) {
    if (array.getShape().dimension() != count) {
      throw new IllegalArgumentException(
          name + " must be of shape " + shape + ", but is " + array.getShape());
    }
  }

  /**
   * Pixels of equally large images.
   *
   * @param rgb by image, from left to right and from top to bottom
   */
  record Pixels(int width, int height, int[][] rgb) {

    static Pixels of(NDArray images) {
      Shape shape = images.getShape();
      int channels = (int) shape.get(1);
      if (channels != 1 && channels != 3) {
        throw new IllegalArgumentException(
            "images must have 1 channel (grey) or 3 (red, green, blue), but are " + shape);
      }
      boolean bytes = images.getDataType() == DataType.UINT8;
      float[] numbers = numbers(images);
      float low = 0;
      float high = bytes ? 255 : 1;
      for (float number : numbers) {
        if (number < 0 || number > high) {
          low = min(numbers, 0, numbers.length);
          high = max(numbers, 0, numbers.length);
          break;
        }
      }
      int size = (int) (shape.get(2) * shape.get(3));
      int[][] rgb = new int[(int) shape.get(0)][size];
      for (int n = 0; n < rgb.length; n++) {
        int red = n * channels * size;
        int green = channels == 3 ? red + size : red;
        int blue = channels == 3 ? green + size : red;
        for (int i = 0; i < size; i++) {
          rgb[n][i] =
              level(numbers[red + i], low, high) << 16
                  | level(numbers[green + i], low, high) << 8
                  | level(numbers[blue + i], low, high);
        }
      }
      return new Pixels((int) shape.get(3), (int) shape.get(2), rgb);
    }

    static Pixels ofMaps(NDArray maps) {
      Shape shape = maps.getShape();
      float[] numbers = numbers(maps);
      int size = (int) (shape.get(1) * shape.get(2));
      int[][] rgb = new int[(int) shape.get(0)][size];
      for (int n = 0; n < rgb.length; n++) {
        float low = min(numbers, n * size, size);
        float high = max(numbers, n * size, size);
        for (int i = 0; i < size; i++) {
          double share = level(numbers[n * size + i], low, high) / 255.0;
          rgb[n][i] = ColorScale.VIRIDIS.at(share).getRGB() & 0xFFFFFF;
        }
      }
      return new Pixels((int) shape.get(2), (int) shape.get(1), rgb);
    }

    private static float[] numbers(NDArray array) {
      try (NDArray numbers = array.toType(DataType.FLOAT32, true)) {
        return HostCopy.floats(numbers);
      }
    }

    private static float min(float[] numbers, int from, int count) {
      float min = Float.POSITIVE_INFINITY;
      for (int i = from; i < from + count; i++) {
        min = Float.isFinite(numbers[i]) ? Math.min(min, numbers[i]) : min;
      }
      return min;
    }

    private static float max(float[] numbers, int from, int count) {
      float max = Float.NEGATIVE_INFINITY;
      for (int i = from; i < from + count; i++) {
        max = Float.isFinite(numbers[i]) ? Math.max(max, numbers[i]) : max;
      }
      return max;
    }

    /** 0 to 255; where all numbers are equal, 0, as for what is no number. */
    private static int level(float number, float low, float high) {
      return high > low
          ? Math.min(255, Math.max(0, Math.round(255 * (number - low) / (high - low))))
          : 0;
    }

    BufferedImage image(int n) {
      BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
      image.setRGB(0, 0, width, height, rgb[n], 0, width);
      return image;
    }
  }
}
