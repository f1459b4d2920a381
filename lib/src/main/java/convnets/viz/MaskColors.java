package convnets.viz;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.data.Target;
import convnets.segment.ClassMask;
import convnets.torch.HostCopy;
import java.awt.Color;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Masks of classes as colours.
 *
 * @param classes by image, from left to right and from top to bottom
 */
record MaskColors(int width, int height, int[][] classes) {

  /** How much of a pixel is its class's colour, where an image is beneath. */
  private static final double OPACITY = 0.55;

  private static final Color IGNORED = new Color(0xBDBDBD);

  /**
   * Of the first classes behind the background; people with any kind of colour vision tell them
   * apart (Okabe and Ito, "Color Universal Design", 2008).
   */
  private static final int[] FIRST = {
    0xE69F00, 0x56B4E9, 0x009E73, 0xF0E442, 0x0072B2, 0xD55E00, 0xCC79A7
  };

  /** Hues go on by the golden section: each lies far from those just before. */
  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

  static MaskColors of(NDArray masks) {
    Shape shape = masks.getShape();
    if (shape.dimension() != 3) {
      throw new IllegalArgumentException("masks must be of shape (N, H, W), but is " + shape);
    }
    int area = (int) (shape.get(1) * shape.get(2));
    try (NDArray numbers = masks.toType(DataType.INT64, true)) {
      int[] all = Arrays.stream(HostCopy.longs(numbers)).mapToInt(Math::toIntExact).toArray();
      int[][] classes =
          IntStream.range(0, (int) shape.get(0))
              .mapToObj(n -> Arrays.copyOfRange(all, n * area, (n + 1) * area))
              .toArray(int[][]::new);
      return new MaskColors((int) shape.get(2), (int) shape.get(1), classes);
    }
  }

  static MaskColors of(ClassMask mask) {
    return new MaskColors(mask.width(), mask.height(), new int[][] {mask.classes()});
  }

  /** The colour of a class. */
  static Color of(int number) {
    if (number == 0) {
      return Color.BLACK;
    }
    if (number == Target.IGNORED) {
      return IGNORED;
    }
    if (number <= FIRST.length) {
      return new Color(FIRST[number - 1]);
    }
    float hue = (float) (number * GOLDEN % 1);
    return Color.getHSBColor(hue, number % 2 == 0 ? 0.85f : 0.55f, number % 3 == 0 ? 0.7f : 0.95f);
  }

  /** The classes that are there, in their order. */
  int[] shown(boolean background) {
    return Arrays.stream(classes)
        .flatMapToInt(Arrays::stream)
        .distinct()
        .filter(number -> background || number != 0)
        .sorted()
        .toArray();
  }

  /** The masks by themselves. */
  Images.Pixels alone() {
    int[][] rgb =
        Arrays.stream(classes)
            .map(mask -> Arrays.stream(mask).map(c -> of(c).getRGB() & 0xFFFFFF).toArray())
            .toArray(int[][]::new);
    return new Images.Pixels(width, height, rgb);
  }

  /** The masks over images of their sizes. */
  Images.Pixels over(Images.Pixels images) {
    if (images.width() != width
        || images.height() != height
        || images.rgb().length != classes.length) {
      throw new IllegalArgumentException(
          "masks (%d of %d × %d pixels) must be as the images are: %d of %d × %d"
              .formatted(
                  classes.length,
                  width,
                  height,
                  images.rgb().length,
                  images.width(),
                  images.height()));
    }
    int[][] rgb = new int[classes.length][width * height];
    for (int n = 0; n < rgb.length; n++) {
      for (int i = 0; i < rgb[n].length; i++) {
        int own = images.rgb()[n][i] & 0xFFFFFF;
        rgb[n][i] = classes[n][i] == 0 ? own : blended(own, of(classes[n][i]).getRGB());
      }
    }
    return new Images.Pixels(width, height, rgb);
  }

  private static int blended(int below, int above) {
    int rgb = 0;
    for (int shift = 0; shift <= 16; shift += 8) {
      double channel = (1 - OPACITY) * (below >> shift & 255) + OPACITY * (above >> shift & 255);
      rgb |= (int) Math.round(channel) << shift;
    }
    return rgb;
  }
}
