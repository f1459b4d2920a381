package convnets.data;

import convnets.io.FileException;
import convnets.io.Pictures;
import java.awt.Dimension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Pictures with marked things as COCO has them (Lin et al. 2014, arXiv:1405.0312): a folder of
 * pictures and a JSON file of instances, with boxes, polygons and runs, and crowds.
 *
 * <pre>{@code
 * AnnotatedSource train =
 *     CocoFolder.at(Path.of("annotations/instances_train2017.json"), Path.of("train2017"))
 *         .letterbox()
 *         .source(manager, 320, 320);
 * }</pre>
 *
 * <p>Classes are the categories by rising id, without the gaps that there are between COCO's ids.
 */
public final class CocoFolder extends AnnotatedFolder<CocoFolder> {
  private static final int SIDES = 4;

  private final Path json;
  private final Path pictures;

  private CocoFolder(Path json, Path pictures) {
    this.json = json;
    this.pictures = pictures;
  }

  /**
   * All pictures that a file names.
   *
   * @param json the instances
   * @param pictures the folder that the names of pictures start from
   */
  public static CocoFolder at(Path json, Path pictures) {
    return new CocoFolder(
        Objects.requireNonNull(json, "json must not be null"),
        Objects.requireNonNull(pictures, "pictures must not be null"));
  }

  /**
   * Writes the pictures of a source, their boxes, and what is seen of each thing if it knows {@link
   * Target#INSTANCES}, as runs. Pictures are PNG files, so that no number changes. COCO has no
   * ignored pixels: they are background, and crowds are no targets of a source, and are not
   * written. What is there stays, files of the same name excepted; each file is whole or not there,
   * and the JSON file is written last.
   *
   * @param source with images as bytes and {@link Target#BOXES}
   * @throws FileException if a file cannot be written
   */
  public void write(Source source) {
    new CocoWriter(json, pictures).write(source);
  }

  @Override
  Path place() {
    return json;
  }

  @Override
  Contents read(Faults faults) {
    CocoJson all;
    try {
      all = CocoJson.read(json);
    } catch (IOException | IllegalStateException | NumberFormatException e) {
      String[] lines =
          String.valueOf(e.getMessage()).split("\n"); // the second is Gson's own address
      throw new FileException("cannot read %s: %s".formatted(json, lines[0]), e);
    }
    List<CocoJson.Category> categories =
        all.categories().stream().sorted(Comparator.comparingLong(CocoJson.Category::id)).toList();
    if (categories.isEmpty()) {
      throw new FileException(json + " names no categories: expected a file of instances");
    }
    Map<Long, Integer> labels = new HashMap<>();
    categories.forEach(category -> labels.put(category.id(), labels.size()));
    Map<Long, List<CocoJson.Mark>> marks = new HashMap<>();
    all.images().forEach(image -> marks.put(image.id(), new ArrayList<>()));
    for (CocoJson.Mark mark : all.marks()) {
      List<CocoJson.Mark> own = marks.get(mark.image());
      if (own == null) {
        faults.add("annotation %d: there is no image of id %d", mark.id(), mark.image());
      } else {
        own.add(mark);
      }
    }
    List<AnnotatedPicture> read = new ArrayList<>();
    for (CocoJson.Image image : all.images()) {
      AnnotatedPicture picture = picture(image, marks.get(image.id()), labels, faults);
      if (picture != null) {
        read.add(picture);
      }
    }
    List<String> names = categories.stream().map(CocoJson.Category::name).toList();
    return new Contents(names, List.copyOf(read));
  }

  private AnnotatedPicture picture(
      CocoJson.Image image, List<CocoJson.Mark> marks, Map<Long, Integer> labels, Faults faults) {
    String name = "image " + image.id();
    Path file = pictures.resolve(image.file());
    if (!file.normalize().startsWith(pictures.normalize()) || !Files.isRegularFile(file)) {
      faults.add("%s: %s has no picture %s", name, pictures, image.file());
      return null;
    }
    Dimension size = new Dimension(image.width(), image.height());
    if (size.width <= 0 || size.height <= 0) {
      try {
        size = Pictures.size(file);
      } catch (IOException e) {
        faults.add("%s: cannot read %s: %s", name, file, e.getMessage());
        return null;
      }
    }
    List<Annotation> annotations = new ArrayList<>();
    List<Region> regions = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (CocoJson.Mark mark : marks) {
      String called = "annotation " + mark.id();
      try {
        Annotation a = annotation(mark, called, labels, size, faults);
        if (a != null) {
          regions.add(region(mark.segmentation(), size));
          annotations.add(a);
          names.add(called);
        }
      } catch (IllegalArgumentException e) {
        faults.add("%s: %s", called, e.getMessage());
      }
    }
    var own = new CocoMarks(size.width, size.height, annotations, regions, names);
    return new AnnotatedPicture(
        json + " (" + name + ")", file, size.width, size.height, List.copyOf(annotations), own);
  }

  /** Null if it has a fault, which is noted. */
  private static Annotation annotation(
      CocoJson.Mark mark, String name, Map<Long, Integer> labels, Dimension size, Faults faults) {
    Integer label = labels.get(mark.category());
    if (label == null) {
      faults.add("%s: there is no category of id %d", name, mark.category());
      return null;
    }
    double[] box = mark.box();
    if (box == null || box.length != SIDES) {
      faults.add("%s: its bbox must be left, top, width and height", name);
      return null;
    }
    double area = Double.isNaN(mark.area()) ? box[2] * box[3] : mark.area();
    return checked(
        new Annotation(
            label,
            (float) box[0],
            (float) box[1],
            (float) (box[0] + box[2]),
            (float) (box[1] + box[3]),
            mark.crowd(),
            Math.max(area, 0)),
        name,
        size.width,
        size.height,
        faults);
  }

  /** Null if there is none. */
  private static Region region(CocoJson.Segmentation s, Dimension size) {
    if (s == null) {
      return null;
    }
    if (s.polygons() != null) {
      return Region.of(s.polygons().stream().map(Polygon::new).toList());
    }
    int[] own = s.size();
    if (own == null || own.length != 2 || own[0] != size.height || own[1] != size.width) {
      throw new IllegalArgumentException(
          "its mask is of size %s (height, width), and its picture of [%d, %d]"
              .formatted(Arrays.toString(own), size.height, size.width));
    }
    if (s.text() == null && s.counts() == null) {
      throw new IllegalArgumentException("its segmentation has no counts");
    }
    return Region.of(
        s.text() == null
            ? new RunLengths(size.height, size.width, s.counts())
            : RunLengths.parse(s.text(), size.height, size.width));
  }

  @Override
  public String toString() {
    return "pictures of " + json;
  }
}
