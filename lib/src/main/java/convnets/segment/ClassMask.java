package convnets.segment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.data.Target;
import convnets.torch.HostCopy;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.stream.IntStream;

/**
 * The class of each pixel of a picture: what a {@link Segmenter} gives, or a truth. Immutable.
 *
 * <p>Class 0 is the background; pixels of {@link Target#IGNORED} are of no class that is known.
 */
public final class ClassMask {

  private final int width;
  private final int height;
  private final int[] classes;
  private final List<String> names;

  private ClassMask(int[] classes, int width, List<String> names) {
    this.width = width;
    height = classes.length / width;
    this.classes = classes;
    this.names = List.copyOf(names);
  }

  /**
   * A mask of numbers on the host.
   *
   * @param classes by rows
   * @param width pixels in a row
   * @param names of the classes, the background's first
   */
  public static ClassMask of(int[] classes, int width, List<String> names) {
    if (width < 1 || classes.length == 0 || classes.length % width != 0) {
      throw new IllegalArgumentException(
          "width (%d) must divide classes (%d) into whole rows".formatted(width, classes.length));
    }
    for (int number : classes) {
      if ((number < 0 || number >= names.size()) && number != Target.IGNORED) {
        throw new IllegalArgumentException(
            "classes holds %d, and names are of %d classes, from 0"
                .formatted(number, names.size()));
      }
    }
    return new ClassMask(classes.clone(), width, names);
  }

  /**
   * A mask of an array.
   *
   * @param mask (H, W), int64 or uint8
   * @param names of the classes, the background's first
   */
  public static ClassMask of(NDArray mask, List<String> names) {
    if (mask.getShape().dimension() != 2) {
      throw new IllegalArgumentException(
          "mask %s must be (H, W): get(i) takes one of a batch".formatted(mask.getShape()));
    }
    try (NDArray numbers = mask.toType(DataType.INT64, true)) {
      int[] classes = Arrays.stream(HostCopy.longs(numbers)).mapToInt(Math::toIntExact).toArray();
      return of(classes, (int) mask.getShape().get(1), names);
    }
  }

  /** Pixels in a row. */
  public int width() {
    return width;
  }

  /** Rows. */
  public int height() {
    return height;
  }

  /** The names of the classes, the background's first. */
  public List<String> names() {
    return names;
  }

  /** The class of a pixel, both counted from 0 from the upper left corner. */
  public int at(int x, int y) {
    if (x < 0 || x >= width || y < 0 || y >= height) {
      throw new IndexOutOfBoundsException(
          "x (%d) and y (%d) must be in %d × %d pixels".formatted(x, y, width, height));
    }
    return classes[y * width + x];
  }

  /** The class of each pixel, by rows. */
  public int[] classes() {
    return classes.clone();
  }

  /** Where a class is, by rows. */
  public boolean[] where(String name) {
    int number = number(name);
    boolean[] where = new boolean[classes.length];
    for (int i = 0; i < where.length; i++) {
      where[i] = classes[i] == number;
    }
    return where;
  }

  /** Where anything but the background is, by rows. */
  public boolean[] foreground() {
    boolean[] where = new boolean[classes.length];
    for (int i = 0; i < where.length; i++) {
      where[i] = classes[i] != 0 && classes[i] != Target.IGNORED;
    }
    return where;
  }

  /** The share of the pixels that have a class, from 0 to 1. */
  public double share(String name) {
    return share(number(name));
  }

  private double share(int number) {
    return (double) Arrays.stream(classes).filter(c -> c == number).count() / classes.length;
  }

  private int number(String name) {
    int number = names.indexOf(name);
    if (number < 0) {
      throw new IllegalArgumentException("name (%s) must be of %s".formatted(name, names));
    }
    return number;
  }

  /** The things of its classes: connected pixels of one class each. */
  public ConnectedComponents instances() {
    return new ConnectedComponents(this);
  }

  /** As an array: (H, W), int64. */
  public NDArray toArray(NDManager manager) {
    long[] numbers = Arrays.stream(classes).asLongStream().toArray();
    return manager.create(numbers, new Shape(height, width));
  }

  /** As in "64 × 48: background 91.2 %, cat 8.8 %". */
  @Override
  public String toString() {
    StringJoiner shares = new StringJoiner(", ");
    IntStream.range(0, names.size())
        .filter(i -> share(i) > 0)
        .forEach(
            i ->
                shares.add(String.format(Locale.ROOT, "%s %.1f %%", names.get(i), 100 * share(i))));
    return width + " × " + height + ": " + shares;
  }
}
