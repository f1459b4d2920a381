package convnets.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/**
 * An example of a source in Java's memory, ready to be written into files.
 *
 * @param pixels (C, H, W)
 * @param things in the order of their rows, without padding
 * @param mask row by row; null if there is none
 * @param instances row by row, k where the k-th of the things is seen; null if there are none
 */
record Shown(
    byte[] pixels,
    int channels,
    int height,
    int width,
    List<Annotation> things,
    byte[] mask,
    byte[] instances) {
  private static final int ROW = 5;
  private static final int RGB = 3;

  /** Reads examples one after another. */
  interface Reader {
    Shown read(int index);
  }

  /**
   * Reads a source.
   *
   * @param needed what it must know
   * @throws IllegalArgumentException if it does not, or its classes have no names
   */
  static Reader of(Source source, Target... needed) {
    List<Target> kinds = source.kinds();
    if (!kinds.containsAll(List.of(needed))) {
      throw new IllegalArgumentException(
          "source (%s) has targets %s, and must have %s to be written"
              .formatted(source, kinds, List.of(needed)));
    }
    if (source.classes().isEmpty()) {
      throw new IllegalArgumentException(
          "source (%s) does not name its classes, and files need their names".formatted(source));
    }
    return index -> {
      try (NDManager scratch = source.manager().newSubManager()) {
        return of(source.epoch(0).gather(scratch, index), kinds, source);
      }
    };
  }

  private static Shown of(NDList example, List<Target> kinds, Source source) {
    NDArray image = example.head();
    Shape shape = image.getShape();
    int channels = (int) shape.get(1);
    if (image.getDataType() != DataType.UINT8 || channels != 1 && channels != RGB) {
      throw new IllegalArgumentException(
          "source (%s) has images %s of %s, and files need bytes of 1 or 3 channels"
              .formatted(source, shape, image.getDataType()));
    }
    int place = kinds.indexOf(Target.BOXES);
    float[] rows = place < 0 ? new float[0] : example.get(1 + place).toFloatArray();
    List<Annotation> things = new ArrayList<>();
    int[] numbers = new int[rows.length / ROW];
    for (int k = 0; k < numbers.length; k++) {
      if (rows[ROW * k] >= 0) {
        things.add(thing(rows, ROW * k, source));
        numbers[k] = things.size();
      }
    }
    byte[] mask = bytes(example, kinds.indexOf(Target.MASK));
    byte[] instances = bytes(example, kinds.indexOf(Target.INSTANCES));
    for (int p = 0; instances != null && p < instances.length; p++) {
      int number = Byte.toUnsignedInt(instances[p]);
      if (number != 0 && number != Target.IGNORED) {
        instances[p] = (byte) number(numbers, number, source);
      }
    }
    int height = (int) shape.get(2);
    int width = (int) shape.get(3);
    return new Shown(
        image.toByteArray(), channels, height, width, List.copyOf(things), mask, instances);
  }

  private static Annotation thing(float[] rows, int row, Source source) {
    int label = (int) rows[row];
    if (label >= source.classes().size()) {
      throw new IllegalArgumentException(
          "source (%s) has a box of class %d, and names %d classes"
              .formatted(source, label, source.classes().size()));
    }
    double area = ((double) rows[row + 3] - rows[row + 1]) * (rows[row + 4] - rows[row + 2]);
    return new Annotation(
        label, rows[row + 1], rows[row + 2], rows[row + 3], rows[row + 4], false, area);
  }

  private static int number(int[] numbers, int number, Source source) {
    if (number > numbers.length || numbers[number - 1] == 0) {
      throw new IllegalArgumentException(
          "source (%s) has pixels of thing %d, and no box of it".formatted(source, number));
    }
    return numbers[number - 1];
  }

  private static byte[] bytes(NDList example, int place) {
    if (place < 0) {
      return null;
    }
    NDArray mask = example.get(1 + place);
    try (NDArray bytes = mask.toType(DataType.UINT8, true)) {
      return bytes.toByteArray();
    }
  }

  /** The picture. */
  BufferedImage picture() {
    int type = channels == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB;
    var picture = new BufferedImage(width, height, type);
    if (channels == 1) {
      picture.getRaster().setDataElements(0, 0, width, height, pixels);
      return picture;
    }
    int area = height * width;
    for (int p = 0; p < area; p++) {
      int red = Byte.toUnsignedInt(pixels[p]);
      int green = Byte.toUnsignedInt(pixels[area + p]);
      int blue = Byte.toUnsignedInt(pixels[2 * area + p]);
      picture.setRGB(p % width, p / width, red << 16 | green << 8 | blue);
    }
    return picture;
  }

  /** The mask in VOC's colours. */
  BufferedImage classes() {
    return VocMarks.picture(mask, width, height);
  }

  /** The instances in VOC's colours. */
  BufferedImage objects() {
    return VocMarks.picture(instances, width, height);
  }

  /** Where thing k is seen, from 1. */
  RunLengths runs(int k) {
    boolean[] inside = new boolean[instances.length];
    for (int p = 0; p < inside.length; p++) {
      inside[p] = Byte.toUnsignedInt(instances[p]) == k;
    }
    return RunLengths.of(inside, height, width);
  }
}
