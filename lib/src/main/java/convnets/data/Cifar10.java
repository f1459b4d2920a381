package convnets.data;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.io.Checksum;
import convnets.io.DataFolder;
import convnets.io.Download;
import convnets.io.DownloadProgress;
import convnets.io.FileException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * CIFAR-10: 50,000 + 10,000 colour photographs, 32×32, in ten classes.
 *
 * <p>It has no explicit licence, so the course does not bring it. {@link #download()} fetches it
 * from its home, when the reader wishes. Or the reader puts {@code cifar-10-binary.tar.gz}, or the
 * folder {@code cifar-10-batches-bin} unpacked from it, into the data folder ({@link DataFolder})
 * or its folder {@code cifar-10}.
 *
 * <p>Alex Krizhevsky: Learning Multiple Layers of Features from Tiny Images, 2009. The format: each
 * file holds 10,000 records of a label byte and 3 × 32 × 32 pixels, red, green, blue.
 */
public final class Cifar10 {
  /** The names of the classes, in the order of the labels. */
  public static final List<String> CLASSES =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  /** Means and deviations of the training set. */
  public static final Statistics STATISTICS =
      new Statistics(List.of(0.4914, 0.4822, 0.4465), List.of(0.2470, 0.2435, 0.2616));

  static final URI HOME = URI.create("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz");
  static final Checksum ARCHIVE_CHECKSUM = new Checksum("MD5", "c32a1d4ab5d03f1284b67883e8d87530");

  static final String ARCHIVE = "cifar-10-binary.tar.gz";
  static final String FOLDER = "cifar-10-batches-bin";
  private static final String OWN = "cifar-10/";
  private static final Shape IMAGE = new Shape(3, 32, 32);

  static final List<String> TRAIN_FILES =
      List.of(
          "data_batch_1.bin",
          "data_batch_2.bin",
          "data_batch_3.bin",
          "data_batch_4.bin",
          "data_batch_5.bin");
  static final List<String> TEST_FILES = List.of("test_batch.bin");

  private Cifar10() {}

  /**
   * Reads the training set.
   *
   * @param manager decides the device, and closes the set at the latest
   * @return 50,000 images (3, 32, 32)
   * @throws FileException if it is not on disk, or damaged
   */
  public static ImageDataset train(NDManager manager) {
    return new Reader(find(), TRAIN_FILES, 10_000, ARCHIVE_CHECKSUM).read(manager);
  }

  /**
   * Reads the test set.
   *
   * @param manager decides the device, and closes the set at the latest
   * @return 10,000 images (3, 32, 32)
   * @throws FileException if it is not on disk, or damaged
   */
  public static ImageDataset test(NDManager manager) {
    return new Reader(find(), TEST_FILES, 10_000, ARCHIVE_CHECKSUM).read(manager);
  }

  /** Whether the data set is on disk, so that {@link #train} and {@link #test} can read it. */
  public static boolean isPresent() {
    return onDisk().isPresent();
  }

  /**
   * Downloads the data set, 170 MB, silently.
   *
   * @return the archive
   * @throws FileException as {@link #download(DownloadProgress)}
   */
  public static Path download() {
    return download((done, total) -> {});
  }

  /**
   * Downloads the data set, 170 MB, into the data folder. Goes on where an earlier attempt was
   * interrupted; does nothing if the archive is there and whole.
   *
   * @param progress is told how far it is
   * @return the archive
   * @throws FileException if that fails; the message says which file to put where instead
   */
  public static Path download(DownloadProgress progress) {
    Path target = DataFolder.forDownloads().resolve(OWN).resolve(ARCHIVE);
    Download.fetch(HOME, target, ARCHIVE_CHECKSUM, progress);
    return target;
  }

  private static Optional<Path> onDisk() {
    return DataFolder.findAny(OWN + FOLDER, OWN + ARCHIVE, FOLDER, ARCHIVE);
  }

  private static Path find() {
    return onDisk()
        .orElseThrow(
            () ->
                new FileException(
                    DataFolder.notFound("CIFAR-10 (" + OWN + ARCHIVE + ")")
                        + ". Or run Cifar10.download(), which fetches 170 MB from "
                        + HOME));
  }

  /**
   * Reads some of the set's files.
   *
   * @param source the archive, or the folder unpacked from it
   * @param files the names of the files, in the order of the images
   * @param records images in a file
   * @param checksum of the archive
   */
  record Reader(Path source, List<String> files, int records, Checksum checksum) {

    ImageDataset read(NDManager manager) {
      int n = Math.multiplyExact(files.size(), records);
      ByteBuffer pixels = ByteBuffer.allocateDirect(Math.toIntExact(n * IMAGE.size()));
      int[] labels = new int[n];
      if (Files.isDirectory(source)) {
        readFolder(pixels, labels);
      } else {
        readArchive(pixels, labels);
      }
      return ImageDataset.of(manager, pixels.rewind(), new Shape(n).addAll(IMAGE), labels, CLASSES);
    }

    private void readFolder(ByteBuffer pixels, int[] labels) {
      for (String name : files) {
        Path file = source.resolve(name);
        if (!Files.isRegularFile(file)) {
          throw new FileException(file + " is missing. Unpack " + ARCHIVE + " again");
        }
        try {
          put(file.toString(), Files.readAllBytes(file), files.indexOf(name), pixels, labels);
        } catch (IOException e) {
          throw new FileException("cannot read " + file + ": " + e, e);
        }
      }
    }

    private void readArchive(ByteBuffer pixels, int[] labels) {
      checksum.verify(source, "Delete it and run Cifar10.download()");
      List<String> missing = new ArrayList<>(files);
      try (InputStream in = new GZIPInputStream(Files.newInputStream(source), 1 << 16)) {
        Tar.read(
            in,
            name -> files.contains(baseName(name)),
            (name, bytes) -> {
              int index = files.indexOf(baseName(name));
              put(name + " in " + source, bytes, index, pixels, labels);
              missing.remove(baseName(name));
            });
      } catch (IOException e) {
        throw new FileException(source + " is damaged: " + e, e);
      }
      if (!missing.isEmpty()) {
        throw new FileException(source + " lacks " + missing);
      }
    }

    /** Puts the records of one file in their place. */
    private void put(String name, byte[] bytes, int index, ByteBuffer pixels, int[] labels) {
      int length = (int) IMAGE.size();
      if (bytes.length != records * (1 + length)) {
        throw new FileException(
            "%s is damaged: expected %d bytes, found %d. Unpack or download %s again"
                .formatted(name, records * (1 + length), bytes.length, ARCHIVE));
      }
      pixels.position(index * records * length);
      for (int i = 0; i < records; i++) {
        int at = i * (1 + length);
        int label = bytes[at] & 0xff;
        if (label >= CLASSES.size()) {
          throw new FileException(
              "%s is damaged: record %d has the label %d, expected 0 to 9"
                  .formatted(name, i, label));
        }
        labels[index * records + i] = label;
        pixels.put(bytes, at + 1, length);
      }
    }

    private static String baseName(String name) {
      return name.substring(name.lastIndexOf('/') + 1);
    }
  }
}
