package convnets.data;

import convnets.io.Pictures;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Masks from the pictures in SegmentationClass and SegmentationObject. Their pixels are numbers: by
 * a palette, as grey values, or as the colours of VOC's palette.
 *
 * @param classFile the class of each pixel
 * @param objectFile the object of each pixel
 * @param width of the picture
 * @param height of the picture
 * @param classes how many there are
 * @param numbers of each object of the annotation its number in masks: one more than its row, or
 *     {@link Target#IGNORED}
 */
record VocMarks(Path classFile, Path objectFile, int width, int height, int classes, int[] numbers)
    implements Marks {
  private static final int COLORS = 256;
  private static final int[] PALETTE = palette();
  private static final Map<Integer, Integer> NUMBERS = new HashMap<>();

  static {
    for (int i = 0; i < COLORS; i++) {
      NUMBERS.put(PALETTE[i], i);
    }
  }

  /** VOC's colours: the bits of a number, from the lowest, go to red, green, blue, red … */
  private static int[] palette() {
    int[] palette = new int[COLORS];
    for (int i = 0; i < COLORS; i++) {
      for (int bit = 0; bit < 8; bit++) {
        int channel = bit % 3;
        palette[i] |= (i >> bit & 1) << (23 - 8 * channel - bit / 3);
      }
    }
    return palette;
  }

  /** A picture of numbers, in VOC's colours. */
  static BufferedImage picture(byte[] mask, int width, int height) {
    byte[] red = new byte[COLORS];
    byte[] green = new byte[COLORS];
    byte[] blue = new byte[COLORS];
    for (int i = 0; i < COLORS; i++) {
      red[i] = (byte) (PALETTE[i] >> 16);
      green[i] = (byte) (PALETTE[i] >> 8);
      blue[i] = (byte) PALETTE[i];
    }
    var colors = new IndexColorModel(8, COLORS, red, green, blue);
    var picture = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_INDEXED, colors);
    picture.getRaster().setDataElements(0, 0, width, height, mask);
    return picture;
  }

  @Override
  public String missing(Target kind) {
    Path file = file(kind);
    return Files.isRegularFile(file) ? null : file + " is missing";
  }

  private Path file(Target kind) {
    return kind == Target.MASK ? classFile : objectFile;
  }

  @Override
  public byte[] mask(Target kind) throws IOException {
    Path file = file(kind);
    BufferedImage picture = Pictures.stored(file);
    if (picture.getWidth() != width || picture.getHeight() != height) {
      throw new IOException(
          "the mask %s is %d × %d pixels, and the picture %d × %d"
              .formatted(file, picture.getWidth(), picture.getHeight(), width, height));
    }
    int[] numbers = numbers(picture, file);
    byte[] mask = new byte[numbers.length];
    for (int p = 0; p < mask.length; p++) {
      mask[p] = (byte) meaning(kind, numbers[p], file);
    }
    return mask;
  }

  private int[] numbers(BufferedImage picture, Path file) throws IOException {
    if (picture.getColorModel() instanceof IndexColorModel
        || picture.getRaster().getNumBands() == 1) {
      return picture.getRaster().getSamples(0, 0, width, height, 0, (int[]) null);
    }
    int[] numbers = picture.getRGB(0, 0, width, height, null, 0, width);
    for (int p = 0; p < numbers.length; p++) {
      int color = numbers[p] & 0xFFFFFF;
      Integer number = NUMBERS.get(color);
      if (number == null) {
        throw new IOException(
            "the mask %s has a pixel (row %d, column %d) of the colour #%06x, which is none of VOC's"
                .formatted(file, p / width, p % width, color));
      }
      numbers[p] = number;
    }
    return numbers;
  }

  private int meaning(Target kind, int number, Path file) throws IOException {
    int most = kind == Target.MASK ? classes : numbers.length;
    if (number == 0 || number == Target.IGNORED) {
      return number;
    }
    if (number > most) {
      throw new IOException(
          "the mask %s has pixels of %s %d, and there are %d"
              .formatted(file, kind == Target.MASK ? "class" : "object", number, most));
    }
    return kind == Target.MASK ? number : numbers[number - 1];
  }
}
