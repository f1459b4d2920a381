package convnets.data;

import convnets.io.FileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Pictures with marked things as Pascal VOC has them (Everingham et al. 2010, and its development
 * kit):
 *
 * <pre>
 * VOC2012/Annotations/2008_000008.xml
 * VOC2012/ImageSets/Main/train.txt               the names of a set
 * VOC2012/JPEGImages/2008_000008.jpg
 * VOC2012/SegmentationClass/2008_000008.png      where there are masks
 * VOC2012/SegmentationObject/2008_000008.png
 * </pre>
 *
 * <pre>{@code
 * AnnotatedSource train = VocFolder.at(folder).set("train").source(manager, 300, 300);
 * }</pre>
 *
 * <p>VOC counts pixels from 1, and a box's last pixel is in it: what is written as 1, 1, 10, 10 has
 * the edges 0, 0, 10, 10 here.
 */
public final class VocFolder extends AnnotatedFolder<VocFolder> {

  /** VOC's own classes, in their order. */
  public static final List<String> CLASSES =
      List.of(
          "aeroplane",
          "bicycle",
          "bird",
          "boat",
          "bottle",
          "bus",
          "car",
          "cat",
          "chair",
          "cow",
          "diningtable",
          "dog",
          "horse",
          "motorbike",
          "person",
          "pottedplant",
          "sheep",
          "sofa",
          "train",
          "tvmonitor");

  private final Path root;

  /** Null: all annotations. */
  private String set;

  private List<String> classes = CLASSES;
  private boolean difficult;

  private VocFolder(Path root) {
    this.root = root;
  }

  /**
   * All pictures of a folder.
   *
   * @param root with the folders Annotations and JPEGImages
   */
  public static VocFolder at(Path root) {
    return new VocFolder(Objects.requireNonNull(root, "root must not be null"));
  }

  /**
   * The same with the pictures of one set.
   *
   * @param set the name of a file in ImageSets/Main, without .txt, or in another folder of
   *     ImageSets: {@code Segmentation/train}; the first word of each line is the name of a picture
   */
  public VocFolder set(String set) {
    if (!set.matches("\\S+")) {
      throw new IllegalArgumentException("set (%s) must be a name without spaces".formatted(set));
    }
    return with(copy -> copy.set = set);
  }

  /** The same with other classes than VOC's own, in the order of their numbers. */
  public VocFolder classes(List<String> classes) {
    List<String> own = List.copyOf(classes);
    if (own.isEmpty() || own.size() != Set.copyOf(own).size()) {
      throw new IllegalArgumentException(
          "classes %s must be one or more, each another".formatted(own));
    }
    return with(copy -> copy.classes = own);
  }

  /** The same, but things that are difficult are as good as others. */
  public VocFolder withDifficult() {
    return with(copy -> copy.difficult = true);
  }

  /**
   * Writes the pictures of a source as this set, or as {@code all} if none was named: boxes, and
   * the masks that it has. Pictures are PNG files, so that no number changes. Things that are
   * ignored are no targets of a source, and are not written. What is there stays, files of the same
   * name excepted; each file is whole or not there, and the set is written last.
   *
   * @param source with images as bytes and {@link Target#BOXES}
   * @throws FileException if a file cannot be written
   */
  public void write(Source source) {
    new VocWriter(root, set == null ? "all" : set).write(source);
  }

  @Override
  Path place() {
    return root;
  }

  @Override
  Contents read(Faults faults) {
    if (!Files.isDirectory(root.resolve("Annotations"))) {
      throw new FileException(
          root + " has no folder Annotations: expected Pascal VOC's, with JPEGImages beside it");
    }
    List<String> names = set == null ? all() : listed();
    VocReader reader = new VocReader(root, classes, difficult);
    List<Faults> found = Stream.generate(Faults::new).limit(names.size()).toList();
    List<AnnotatedPicture> pictures =
        IntStream.range(0, names.size())
            .parallel()
            .mapToObj(i -> reader.read(names.get(i), found.get(i)))
            .filter(Objects::nonNull)
            .toList();
    found.forEach(faults::addAll);
    return new Contents(classes, pictures);
  }

  /** All annotations, sorted by name. */
  private List<String> all() {
    try (Stream<Path> files = Files.list(root.resolve("Annotations"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(VocReader.XML) && !name.startsWith("."))
          .map(name -> name.substring(0, name.length() - VocReader.XML.length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new FileException("cannot read " + root.resolve("Annotations") + ": " + e, e);
    }
  }

  /** Those of the set: the first word of each line. */
  private List<String> listed() {
    Path list = VocWriter.list(root, set);
    try {
      return Files.readAllLines(list, StandardCharsets.UTF_8).stream()
          .map(line -> line.replace("\uFEFF", "").strip()) // some editors begin files with it
          .filter(line -> !line.isEmpty())
          .map(line -> line.split("\\s+")[0])
          .toList();
    } catch (IOException e) {
      throw new FileException(
          "cannot read the set %s: %s; expected the names of pictures, one a line"
              .formatted(list, e),
          e);
    }
  }

  @Override
  public String toString() {
    return "%s of %s".formatted(set == null ? "all pictures" : "set " + set, root);
  }
}
