package convnets.data;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.io.Checksum;
import convnets.io.DataFolder;
import convnets.io.FileException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Fashion-MNIST: 60,000 + 10,000 grey pictures of clothes, 28×28, in ten classes.
 *
 * <p>It comes with the course in {@code data/fashion-mnist}, found as {@link DataFolder} says.
 *
 * <p>Han Xiao, Kashif Rasul, Roland Vollgraf: Fashion-MNIST: a Novel Image Dataset for Benchmarking
 * Machine Learning Algorithms, 2017, arXiv:1708.07747.
 */
public final class FashionMnist {
  /** The names of the classes, in the order of the labels. */
  public static final List<String> CLASSES =
      List.of(
          "T-shirt/top",
          "Trouser",
          "Pullover",
          "Dress",
          "Coat",
          "Sandal",
          "Shirt",
          "Sneaker",
          "Bag",
          "Ankle boot");

  /** Mean and deviation of the training set. */
  public static final Statistics STATISTICS = Statistics.of(0.2860, 0.3530);

  private static Path folder() {
    return DataFolder.find(FOLDER);
  }

  private static final String FOLDER = "fashion-mnist";
  private static final String REMEDY =
      "Restore it with `git checkout -- data/fashion-mnist`, or run data/fashion-mnist/make";

  private FashionMnist() {}

  /**
   * Reads the training set.
   *
   * @param manager decides the device, and closes the set at the latest
   * @return 60,000 images (1, 28, 28)
   * @throws FileException if a file is missing or damaged
   */
  public static ImageDataset train(NDManager manager) {
    return read(manager, folder(), Part.TRAIN);
  }

  /**
   * Reads the test set.
   *
   * @param manager decides the device, and closes the set at the latest
   * @return 10,000 images (1, 28, 28)
   * @throws FileException if a file is missing or damaged
   */
  public static ImageDataset test(NDManager manager) {
    return read(manager, folder(), Part.TEST);
  }

  static ImageDataset read(NDManager manager, Path folder, Part part) {
    ByteBuffer pixels = part.images.read(folder, part.count, 28, 28);
    ByteBuffer bytes = part.labels.read(folder, part.count);
    int[] labels = new int[part.count];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = bytes.get(i);
    }
    return ImageDataset.of(manager, pixels, new Shape(part.count, 1, 28, 28), labels, CLASSES);
  }

  /** The two halves of the set. */
  enum Part {
    TRAIN(
        60_000,
        new Source(
            "train-images-idx3-ubyte.gz",
            "b0564c3eedabfbf835052cff8503ea422014ce006caf5b757f851416ee8300c7"),
        new Source(
            "train-labels-idx1-ubyte.gz",
            "0ae29f65d86684f32d1b9c85147786c547b9c6aebcaf235f0400a0cce308b056")),
    TEST(
        10_000,
        new Source(
            "t10k-images-idx3-ubyte.gz",
            "cc1d090a38ace84dfa1aa66e3ada7c336ef481a96936906477e6dd344da56eaa"),
        new Source(
            "t10k-labels-idx1-ubyte.gz",
            "8d3605d196f4be44669e46906da9733c8131fef761fdbfec72c424d5222f1a05"));

    private final int count;
    private final Source images;
    private final Source labels;

    Part(int count, Source images, Source labels) {
      this.count = count;
      this.images = images;
      this.labels = labels;
    }
  }

  /** A file of the set, with the checksum of {@code data/fashion-mnist/SHA256SUMS}. */
  private record Source(String name, String sha256) {
    ByteBuffer read(Path folder, int... shape) {
      Path file = folder.resolve(name);
      if (!Files.isRegularFile(file)) {
        throw new FileException(file + " is missing. " + REMEDY);
      }
      new Checksum("SHA-256", sha256).verify(file, REMEDY);
      return Idx.read(file, shape).bytes();
    }
  }
}
