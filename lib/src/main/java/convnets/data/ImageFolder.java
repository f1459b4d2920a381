package convnets.data;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.Checks;
import convnets.io.FileException;
import convnets.io.Pictures;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Readers' own pictures: a folder for each class, in it the pictures.
 *
 * <pre>
 * pets/cat/tom.jpg
 * pets/cat/more/felix.png
 * pets/dog/rex.webp
 * </pre>
 *
 * <p>{@link #read} has them all in memory, {@link #stream} reads them as it goes.
 *
 * <p>Pictures in folders of folders are of the class above them all. Links are followed. Hidden
 * files, what systems leave behind (Thumbs.db, __MACOSX) and other files are passed over, but
 * pictures that cannot be read, such as .heic, are not: they are refused, as are classes without a
 * picture. A message names everything that is wrong.
 */
public final class ImageFolder {
  private static final int NAMED = 100;

  /** Bytes of pixels that are on their way to the engine at once. */
  private static final long PORTION = 1 << 26;

  /** How long all pictures are looked at when one was found damaged. */
  private static final double SECONDS = 60;

  private ImageFolder() {}

  /**
   * Reads all pictures into memory.
   *
   * <p>Each is turned as its camera was held (EXIF), cropped to its middle square and scaled to
   * {@code size}. All become RGB: grey gets three equal channels, what is transparent becomes
   * white. Classes and pictures are sorted by name, so shuffle before a {@link ImageDataset#split}.
   * {@link Pictures#read} says which kinds are read, and how.
   *
   * @param manager decides the device, and closes the set at the latest
   * @param folder holds a folder for each class
   * @param size height and width of the result in pixels
   * @return images (3, size, size)
   * @throws FileException if there are no classes, a class has no pictures, or pictures cannot be
   *     read; the message names them
   * @throws IllegalArgumentException if the pixels do not fit into the machine's memory
   */
  public static ImageDataset read(NDManager manager, Path folder, int size) {
    return read(manager, folder, size, (done, total) -> {});
  }

  /**
   * The same, telling how far it is.
   *
   * <pre>{@code
   * ImageFolder.read(manager, Path.of("pets"), 64, Course.progress("pets"));
   * }</pre>
   *
   * @param progress is told of each picture
   */
  public static ImageDataset read(
      NDManager manager, Path folder, int size, ReadingProgress progress) {
    checkSize(size);
    Listing listing = Listing.of(folder);
    checkMemory(listing.files().size(), size, HostRoom.memory());
    return read(manager, listing, size, PORTION, progress);
  }

  /** Reads so many bytes of pixels at once. */
  static ImageDataset read(
      NDManager manager, Listing listing, int size, long portion, ReadingProgress progress) {
    List<Path> files = listing.files();
    int length = 3 * size * size;
    int most = (int) Math.max(1, portion / length);
    Count count = new Count(files.size(), progress);
    List<String> broken = new ArrayList<>();
    ImageDataset data =
        ImageDataset.filled(
            manager,
            new Shape(files.size(), 3, size, size),
            listing.labels(),
            listing.classes(),
            most,
            (from, to) -> {
              byte[] pixels = new byte[(to - from) * length];
              broken.addAll(decode(files.subList(from, to), size, pixels, count));
              return pixels;
            });
    if (!broken.isEmpty()) {
      data.close();
      throw refusal(broken, files.size(), files.size());
    }
    return data;
  }

  /**
   * The same pictures, decoded each time that they are asked for, on all processors: there may be
   * more of them than fit into memory. They are the same bytes as those that {@link #read} gives,
   * so that training sees the same numbers. The folder is listed once, now, and the beginning and
   * the end of each file are looked at.
   *
   * <p>What is damaged in between is found when its batch is made: iterating over {@link Batches}
   * then looks through all pictures, for at most a minute, and throws a {@link FileException} that
   * names all that cannot be read.
   *
   * @param manager decides the device of batches, and closes them at the latest
   * @param folder holds a folder for each class
   * @param size height and width of the images in pixels
   * @return images (3, size, size), each with its class
   * @throws FileException if there are no classes, a class has no pictures, or files are no
   *     pictures or have no end; the message names them
   */
  public static HostSource stream(NDManager manager, Path folder, int size) {
    checkSize(size);
    Listing listing = Listing.of(folder);
    List<String> broken = glance(listing.files());
    if (!broken.isEmpty()) {
      throw refusal(broken, listing.files().size(), listing.files().size());
    }
    return new FolderSource(manager, folder, listing, size);
  }

  /** Which pictures cannot be read, and why, by their beginnings and ends. */
  static List<String> glance(List<Path> files) {
    return files.parallelStream()
        .map(file -> problem(file, () -> Pictures.glance(file)))
        .filter(Objects::nonNull)
        .toList();
  }

  private static void checkSize(int size) {
    Checks.positive("size", size);
    if (3L * size * size > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "size (%d) must be at most %d: a picture's pixels fill an array of Java then"
              .formatted(size, (int) Math.sqrt(Integer.MAX_VALUE / 3.0)));
    }
  }

  /** Refuses what would not fit. */
  static void checkMemory(int pictures, int size, long memory) {
    HostRoom.check(
        "%d pictures of size (%d)".formatted(pictures, size),
        3.0 * size * size * pictures,
        memory,
        "read them as training goes by ImageFolder.stream, or choose a smaller size");
  }

  /** Tells how many have been read. */
  private static final class Count {
    private final int total;
    private final ReadingProgress progress;
    private int done;

    Count(int total, ReadingProgress progress) {
      this.total = total;
      this.progress = progress;
    }

    synchronized void more() {
      progress.read(++done, total);
    }
  }

  /**
   * Decodes pictures on all processors.
   *
   * @param pixels (N, 3, size, size), filled
   * @return what cannot be read, and why
   */
  private static List<String> decode(List<Path> files, int size, byte[] pixels, Count count) {
    int length = 3 * size * size;
    return IntStream.range(0, files.size())
        .parallel()
        .mapToObj(
            i -> {
              String problem =
                  problem(
                      files.get(i),
                      () -> {
                        byte[] planes = planes(files.get(i), size);
                        System.arraycopy(planes, 0, pixels, i * length, length);
                      });
              count.more();
              return problem;
            })
        .filter(Objects::nonNull)
        .toList();
  }

  private static byte[] planes(Path file, int size) throws IOException {
    return Pictures.use(file, picture -> Pictures.planes(fit(picture, size)));
  }

  /** The same, of which nobody is told. */
  static List<String> decode(List<Path> files, int size, byte[] pixels) {
    return decode(files, size, pixels, new Count(files.size(), (done, total) -> {}));
  }

  /**
   * Looks for all pictures of a folder that cannot be read, for a while.
   *
   * @param known some of them
   */
  static FileException refusalOfAll(Listing listing, int size, List<String> known) {
    long end = System.nanoTime() + (long) (SECONDS * 1e9);
    AtomicInteger looked = new AtomicInteger();
    List<String> broken =
        listing.files().parallelStream()
            .map(
                file -> {
                  if (System.nanoTime() > end) {
                    return null;
                  }
                  looked.incrementAndGet();
                  return problem(file, () -> planes(file, size));
                })
            .filter(Objects::nonNull)
            .toList();
    List<String> all = Stream.concat(broken.stream(), known.stream()).distinct().toList();
    return refusal(all, looked.get(), listing.files().size());
  }

  private interface Work {
    void run() throws IOException;
  }

  /** What goes wrong, with the name of the file; null if nothing does. */
  private static String problem(Path file, Work work) {
    try {
      work.run();
      return null;
    } catch (IOException | RuntimeException e) {
      return file + " (" + Pictures.reason(e) + ")";
    }
  }

  private static FileException refusal(List<String> broken, int looked, int total) {
    return new FileException(
        "%d of %d pictures cannot be read%s; repair or remove them:\n  %s%s"
            .formatted(
                broken.size(),
                total,
                looked == total ? "" : ", of the first " + looked + " that were looked at",
                String.join("\n  ", broken.subList(0, Math.min(NAMED, broken.size()))),
                broken.size() > NAMED ? "\n  and " + (broken.size() - NAMED) + " more" : ""));
  }

  /** The middle square of a picture, on white, scaled to size × size. */
  static BufferedImage fit(BufferedImage picture, int size) {
    int side = Math.min(picture.getWidth(), picture.getHeight());
    int left = (picture.getWidth() - side) / 2;
    int top = (picture.getHeight() - side) / 2;
    BufferedImage square = draw(picture.getSubimage(left, top, side, side), side);
    // Bilinear scaling looks at four pixels only: halve until that is enough.
    while (side > 2 * size) {
      side = (side + 1) / 2;
      square = draw(square, side);
    }
    return draw(square, size);
  }

  private static BufferedImage draw(BufferedImage square, int size) {
    var image = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    g.drawImage(square, 0, 0, size, size, Color.WHITE, null);
    g.dispose();
    return image;
  }
}
