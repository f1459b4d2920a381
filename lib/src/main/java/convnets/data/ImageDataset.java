package convnets.data;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.torch.HostBytes;
import convnets.torch.HostCopy;
import convnets.torch.ImageOps;
import convnets.torch.TorchOps;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Labelled images of one size, in memory, immutable.
 *
 * <p>The pixels stay bytes on the device, a quarter of what floats would take: the whole of
 * Fashion-MNIST is 47 MB. {@link Batches} turns them into floats, a batch at a time.
 *
 * <p>A data set owns its native memory until it, or the manager that it was read with, is closed. A
 * set derived from another ({@link #take}, {@link #split} …) has memory of its own.
 */
public final class ImageDataset implements Source, AutoCloseable {
  private final NDManager parent;
  private final NDManager manager;
  private final NDArray images;
  private final NDArray labels;
  private final int[] hostLabels;
  private final int highestLabel;
  private final List<String> classes;

  /** Takes what {@code manager}, a child of {@code parent}, owns. */
  private ImageDataset(
      NDManager parent, NDManager manager, NDArray images, int[] labels, List<String> classes) {
    this.parent = parent;
    this.manager = manager;
    this.images = images;
    this.labels = manager.create(Arrays.stream(labels).asLongStream().toArray());
    this.hostLabels = labels;
    this.highestLabel = Arrays.stream(labels).max().orElse(-1);
    this.classes = List.copyOf(classes);
  }

  /**
   * A data set of given pixels.
   *
   * @param manager decides the device, and closes the set at the latest
   * @param pixels the images one after another, each (C, H, W), unsigned bytes; copied
   * @param shape (N, C, H, W), with C = 1 (grey) or 3 (red, green, blue)
   * @param labels a class number for each image, from 0; copied
   * @param classes the names of the classes
   * @throws IllegalArgumentException if sizes do not agree or a label names no class
   */
  public static ImageDataset of(
      NDManager manager, byte[] pixels, Shape shape, int[] labels, List<String> classes) {
    return of(manager, ByteBuffer.wrap(pixels), shape, labels, classes);
  }

  /** As the public one, from the remaining bytes of a buffer: a direct one is read in place. */
  static ImageDataset of(
      NDManager manager, ByteBuffer pixels, Shape shape, int[] labels, List<String> classes) {
    check(pixels.remaining(), shape, labels, classes);
    NDManager own = manager.newSubManager();
    try {
      NDArray images = HostBytes.copy(own, pixels, shape);
      return new ImageDataset(manager, own, images, labels.clone(), classes);
    } catch (RuntimeException | Error e) {
      own.close();
      throw e;
    }
  }

  /** Pixels of some images, one after another. */
  interface Portions {
    byte[] of(int from, int to);
  }

  /**
   * A data set whose pixels come a portion at a time: together they may be more than an array of
   * Java holds.
   *
   * @param most images in a portion
   * @param portions gives the pixels of the images from one number to before another
   */
  static ImageDataset filled(
      NDManager manager,
      Shape shape,
      int[] labels,
      List<String> classes,
      int most,
      Portions portions) {
    check(shape.size(), shape, labels, classes);
    NDManager own = manager.newSubManager();
    try {
      NDArray images = own.create(shape, DataType.UINT8);
      for (int from = 0; from < labels.length; from += most) {
        int to = Math.min(from + most, labels.length);
        try (NDManager scratch = own.newSubManager()) {
          Shape part = new Shape(to - from).addAll(shape.slice(1));
          NDArray pixels = HostBytes.array(scratch, portions.of(from, to), part);
          NDArray rows = images.get(scratch, new NDIndex().addSliceDim(from, to));
          TorchOps.copy(pixels, rows);
        }
      }
      return new ImageDataset(manager, own, images, labels.clone(), classes);
    } catch (RuntimeException | Error e) {
      own.close();
      throw e;
    }
  }

  private static void check(long bytes, Shape shape, int[] labels, List<String> classes) {
    if (shape.dimension() != 4 || shape.size() != bytes) {
      throw new IllegalArgumentException(
          "shape %s must be (N, C, H, W) and have as many elements as there are pixels (%d)"
              .formatted(shape, bytes));
    }
    if (shape.get(1) != 1 && shape.get(1) != 3) {
      throw new IllegalArgumentException(
          "shape %s must have 1 channel (grey) or 3 (colour)".formatted(shape));
    }
    if (labels.length != shape.get(0)) {
      throw new IllegalArgumentException(
          "labels (%d) must be as many as images (%d)".formatted(labels.length, shape.get(0)));
    }
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes.size()) {
        throw new IllegalArgumentException(
            "label %d of image %d names none of the %d classes"
                .formatted(labels[i], i, classes.size()));
      }
    }
  }

  /** The number of images. */
  @Override
  public int size() {
    return hostLabels.length;
  }

  @Override
  public Shape inputShape() {
    return images.getShape().slice(1);
  }

  /** A class for each image. */
  @Override
  public List<Target> kinds() {
    return List.of(Target.CLASS);
  }

  /** The names of the classes, in the order of the labels; immutable. */
  @Override
  public List<String> classes() {
    return classes;
  }

  /**
   * All pixels. They belong to this set: do not write into them.
   *
   * @return (N, C, H, W), uint8
   */
  public NDArray images() {
    return images;
  }

  /**
   * All labels. They belong to this set: do not write into them.
   *
   * @return (N), int64
   */
  public NDArray labels() {
    return labels;
  }

  /** Where the pixels lie. */
  public Device device() {
    return manager.getDevice();
  }

  /** The manager that owns the arrays, parent of the batches' managers. */
  @Override
  public NDManager manager() {
    return manager;
  }

  /** The images' bytes, and their labels. */
  @Override
  public NDList gather(NDManager owner, int... indices) {
    return new NDList(gather(images, owner, indices), gather(labels, owner, indices));
  }

  /**
   * The class number of one image.
   *
   * @param i its index, from 0
   * @throws IndexOutOfBoundsException if there is no such image
   */
  public int label(int i) {
    checkIndex(i);
    return hostLabels[i];
  }

  /**
   * The class name of one image.
   *
   * @param i its index, from 0
   * @throws IndexOutOfBoundsException if there is no such image
   */
  public String className(int i) {
    return classes.get(label(i));
  }

  /** How many images each class has, in the order of {@link #classes}. */
  public int[] counts() {
    int[] counts = new int[classes.size()];
    for (int label : hostLabels) {
      counts[label]++;
    }
    return counts;
  }

  /** The highest label that an image has; -1 if there are no images. */
  public int highestLabel() {
    return highestLabel;
  }

  /**
   * One image, to look at.
   *
   * @param i its index, from 0
   * @return an RGB image, grey ones with three equal channels
   * @throws IndexOutOfBoundsException if there is no such image
   */
  public BufferedImage image(int i) {
    checkIndex(i);
    int channels = (int) inputShape().get(0);
    int height = (int) inputShape().get(1);
    int width = (int) inputShape().get(2);
    try (NDArray one = images.get(i)) {
      byte[] pixels = HostCopy.bytes(one);
      // RGB for grey too: Java takes grey images for linear light and would brighten them.
      var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          int rgb = 0;
          for (int c = 0; c < 3; c++) {
            int plane = Math.min(c, channels - 1);
            rgb = rgb << 8 | pixels[(plane * height + y) * width + x] & 0xff;
          }
          image.setRGB(x, y, rgb);
        }
      }
      return image;
    }
  }

  /**
   * A new set of the images at given places, in the given order.
   *
   * @param indices their indices, from 0; repetitions are allowed
   * @throws IndexOutOfBoundsException if there is no such image
   */
  public ImageDataset select(int... indices) {
    Arrays.stream(indices).forEach(this::checkIndex);
    NDManager own = parent.newSubManager(device());
    try {
      NDArray chosen = gather(images, own, indices);
      int[] chosenLabels = Arrays.stream(indices).map(i -> hostLabels[i]).toArray();
      return new ImageDataset(parent, own, chosen, chosenLabels, classes);
    } catch (RuntimeException | Error e) {
      own.close();
      throw e;
    }
  }

  /**
   * A new set of the first images.
   *
   * @param n how many, at most {@link #size}
   */
  public ImageDataset take(int n) {
    checkCount(n);
    return select(IntStream.range(0, n).toArray());
  }

  /**
   * Two new sets: the first images and the others, for example to train and to validate. Shuffle
   * before, if the images are sorted.
   *
   * @param n how many are in the first part, at most {@link #size}
   */
  public Split split(int n) {
    checkCount(n);
    return new Split(take(n), select(IntStream.range(n, size()).toArray()));
  }

  /**
   * A new set of the same images in a random order.
   *
   * @param seed decides the order: the same on every machine
   */
  public ImageDataset shuffle(long seed) {
    return select(permutation(size(), new SplittableRandom(seed)));
  }

  /** Rows of {@code array}, copied on its device into an array that {@code owner} owns. */
  static NDArray gather(NDArray array, NDManager owner, int... indices) {
    NDArray rows = ImageOps.select(array, Arrays.stream(indices).asLongStream().toArray());
    rows.attach(owner);
    return rows;
  }

  /** The numbers from 0 to n - 1 in a random order (Fisher and Yates). */
  static int[] permutation(int n, SplittableRandom random) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  private void checkIndex(int i) {
    if (i < 0 || i >= size()) {
      throw new IndexOutOfBoundsException(
          "image %d: the set has %d images, the first is 0".formatted(i, size()));
    }
  }

  private void checkCount(int n) {
    if (n < 0 || n > size()) {
      throw new IllegalArgumentException(
          "n (%d) must be from 0 to the number of images (%d)".formatted(n, size()));
    }
  }

  /** Frees the native memory. */
  @Override
  public void close() {
    manager.close();
  }

  @Override
  public String toString() {
    return "%d images %s in %d classes on %s"
        .formatted(size(), inputShape(), classes.size(), device());
  }

  /**
   * The two parts of a set.
   *
   * @param first its first images
   * @param rest the others
   */
  public record Split(ImageDataset first, ImageDataset rest) implements AutoCloseable {
    /** Frees both parts. */
    @Override
    public void close() {
      first.close();
      rest.close();
    }
  }
}
