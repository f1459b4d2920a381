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
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Readers' own pictures: a folder for each class, in it the pictures.
 *
 * <pre>
 * pets/cat/tom.jpg
 * pets/cat/felix.png
 * pets/dog/rex.jpg
 * </pre>
 *
 * <p>{@link #read} has them all in memory, {@link #stream} reads them as it goes.
 */
public final class ImageFolder {
  private static final Set<String> ENDINGS = Set.of("jpg", "jpeg", "png", "gif", "bmp");
  private static final int NAMED = 10;

  private ImageFolder() {}

  /**
   * Reads all pictures into memory.
   *
   * <p>Each is cropped to its middle square and scaled to {@code size}. All become RGB: grey gets
   * three equal channels, what is transparent becomes white. Classes and pictures are sorted by
   * name, so shuffle before a {@link ImageDataset#split}. Hidden files and files that do not end in
   * .jpg, .jpeg, .png, .gif or .bmp are passed over. A camera's note of how it was held (EXIF) is
   * not obeyed.
   *
   * @param manager decides the device, and closes the set at the latest
   * @param folder holds a folder for each class
   * @param size height and width of the result in pixels
   * @return images (3, size, size)
   * @throws FileException if there are no classes, a class has no pictures, or pictures cannot be
   *     read; the message names them
   */
  public static ImageDataset read(NDManager manager, Path folder, int size) {
    Checks.positive("size", size);
    Listing listing = Listing.of(folder);
    int count = listing.files().size();
    ByteBuffer pixels = ByteBuffer.allocateDirect(Math.toIntExact(3L * size * size * count));
    decode(listing.files(), size, pixels);
    return ImageDataset.of(
        manager, pixels, new Shape(count, 3, size, size), listing.labels(), listing.classes());
  }

  /**
   * The same pictures, decoded each time that they are asked for, on all processors: there may be
   * more of them than fit into memory. They are the same bytes as those that {@link #read} gives,
   * so that training sees the same numbers. The folder is listed once, now.
   *
   * <p>A picture that cannot be read is found when its batch is made: iterating over {@link
   * Batches} then throws a {@link FileException} that names all such pictures of that batch.
   *
   * @param manager decides the device of batches, and closes them at the latest
   * @param folder holds a folder for each class
   * @param size height and width of the images in pixels
   * @return images (3, size, size), each with its class
   * @throws FileException if there are no classes or a class has no pictures
   */
  public static HostSource stream(NDManager manager, Path folder, int size) {
    Checks.positive("size", size);
    return new FolderSource(manager, folder, Listing.of(folder), size);
  }

  /**
   * What a folder holds.
   *
   * @param files all pictures, class by class
   * @param labels the class of each
   * @param classes their names
   */
  record Listing(List<Path> files, int[] labels, List<String> classes) {

    static Listing of(Path folder) {
      List<Path> classes = list(folder, Files::isDirectory);
      if (classes.isEmpty()) {
        throw new FileException(folder + " holds no folders: expected one for each class");
      }
      List<Path> files = new ArrayList<>();
      List<Integer> labels = new ArrayList<>();
      for (int label = 0; label < classes.size(); label++) {
        Path c = classes.get(label);
        List<Path> pictures = list(c, ImageFolder::isPicture);
        if (pictures.isEmpty()) {
          throw new FileException(c + " holds no pictures: expected files ending in " + ENDINGS);
        }
        files.addAll(pictures);
        labels.addAll(Collections.nCopies(pictures.size(), label));
      }
      return new Listing(
          List.copyOf(files),
          labels.stream().mapToInt(Integer::intValue).toArray(),
          classes.stream().map(c -> c.getFileName().toString()).toList());
    }
  }

  /**
   * Decodes pictures on all processors, into a buffer, (N, 3, size, size); tries all before it
   * complains.
   */
  static void decode(List<Path> files, int size, ByteBuffer pixels) {
    int length = 3 * size * size;
    List<String> broken =
        IntStream.range(0, files.size())
            .parallel()
            .mapToObj(
                i -> {
                  try {
                    pixels.put(i * length, Pictures.planes(fit(Pictures.read(files.get(i)), size)));
                    return null;
                  } catch (IOException | RuntimeException e) {
                    // ImageIO's decoders throw both when a file is damaged.
                    return files.get(i) + " (" + e.getMessage() + ")";
                  }
                })
            .filter(Objects::nonNull)
            .toList();
    if (!broken.isEmpty()) {
      throw new FileException(
          "%d of %d pictures cannot be read; repair or remove them:\n  %s%s"
              .formatted(
                  broken.size(),
                  files.size(),
                  String.join("\n  ", broken.subList(0, Math.min(NAMED, broken.size()))),
                  broken.size() > NAMED ? "\n  …" : ""));
    }
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

  private static boolean isPicture(Path file) {
    String name = file.getFileName().toString();
    String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return ENDINGS.contains(ending) && Files.isRegularFile(file);
  }

  /** What of a folder is wanted and not hidden, sorted by name. */
  private static List<Path> list(Path folder, Predicate<Path> wanted) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(e -> !e.getFileName().toString().startsWith("."))
          .filter(wanted)
          .sorted()
          .toList();
    } catch (IOException | UncheckedIOException e) {
      throw new FileException("cannot read the folder " + folder + ": " + e, e);
    }
  }
}
