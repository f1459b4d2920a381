package convnets.data;

import convnets.io.Pictures;
import java.awt.Dimension;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLStreamException;

/**
 * Reads annotations of a {@link VocFolder}, one after another.
 *
 * @param root of the folders
 * @param classes their names, in the order of their numbers
 * @param difficult whether difficult things are as good as others
 */
record VocReader(Path root, List<String> classes, boolean difficult) {
  static final String XML = ".xml";
  private static final List<String> ENDINGS = List.of(".jpg", ".jpeg", ".png", ".JPG", ".bmp");

  /** Reads an annotation; null if it cannot be used. */
  AnnotatedPicture read(String name, Faults faults) {
    Path file = root.resolve("Annotations").resolve(name + XML);
    if (!Files.isRegularFile(file)) {
      faults.add("%s is missing", file);
      return null;
    }
    try {
      VocXml xml = VocXml.read(file);
      Path picture = picture(name, xml);
      if (picture == null) {
        faults.add("%s: JPEGImages has no picture %s%s", file, name, ENDINGS.get(0));
        return null;
      }
      return read(name, file, xml, picture, faults);
    } catch (XMLStreamException e) {
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNumber();
      String reason = e.getMessage().replaceAll("(?s).*Message: ", "").strip();
      faults.add("%s:%d: %s", file, line, reason);
    } catch (IOException e) {
      faults.add("cannot read %s: %s", file, e);
    }
    return null;
  }

  /** The picture of an annotation; null if there is none. */
  private Path picture(String name, VocXml xml) {
    Path folder = root.resolve("JPEGImages");
    List<Path> files = new ArrayList<>();
    ENDINGS.forEach(ending -> files.add(folder.resolve(name + ending)));
    VocXml.Element written = xml.picture().get("filename");
    if (written != null && !written.text().matches("|.*[/\\\\\0].*")) {
      files.add(folder.resolve(written.text()));
    }
    return files.stream().filter(Files::isRegularFile).findFirst().orElse(null);
  }

  private AnnotatedPicture read(String name, Path file, VocXml xml, Path picture, Faults faults)
      throws IOException {
    Dimension size = size(xml, file, picture);
    List<Annotation> annotations = new ArrayList<>();
    int[] numbers = new int[xml.objects().size()];
    int rows = 0;
    for (int k = 0; k < numbers.length; k++) {
      Annotation a = annotation(xml.objects().get(k), file, size, faults);
      numbers[k] = a == null || a.ignored() ? Target.IGNORED : ++rows;
      if (a != null) {
        annotations.add(a);
      }
    }
    Path classFile = root.resolve("SegmentationClass").resolve(name + ".png");
    Path objectFile = root.resolve("SegmentationObject").resolve(name + ".png");
    var marks =
        new VocMarks(classFile, objectFile, size.width, size.height, classes.size(), numbers);
    return new AnnotatedPicture(
        file.toString(), picture, size.width, size.height, List.copyOf(annotations), marks);
  }

  /** As it is written; some tools write nothing, or zeros. */
  private static Dimension size(VocXml xml, Path file, Path picture) throws IOException {
    Faults missing = new Faults();
    BigDecimal width = number(xml.picture(), "size/width", file, missing);
    BigDecimal height = number(xml.picture(), "size/height", file, missing);
    boolean written = width != null && height != null && width.signum() * height.signum() > 0;
    return written ? new Dimension(width.intValue(), height.intValue()) : Pictures.size(picture);
  }

  private Annotation annotation(
      Map<String, VocXml.Element> object, Path file, Dimension size, Faults faults) {
    int line = object.get("").line();
    VocXml.Element name = object.get("name");
    if (name == null) {
      faults.add("%s:%d: the object has no name", file, line);
      return null;
    }
    int label = classes.indexOf(name.text());
    if (label < 0) {
      faults.add(
          "%s:%d: the class \"%s\" is none of %s; other classes are named by classes(…)",
          file, name.line(), name.text(), classes);
    }
    BigDecimal left = number(object, "bndbox/xmin", file, faults);
    BigDecimal top = number(object, "bndbox/ymin", file, faults);
    BigDecimal right = number(object, "bndbox/xmax", file, faults);
    BigDecimal bottom = number(object, "bndbox/ymax", file, faults);
    if (label < 0 || left == null || top == null || right == null || bottom == null) {
      return null;
    }
    float l = left.subtract(BigDecimal.ONE).floatValue();
    float t = top.subtract(BigDecimal.ONE).floatValue();
    float r = right.floatValue();
    float b = bottom.floatValue();
    VocXml.Element hard = object.get("difficult");
    boolean ignored = !difficult && hard != null && hard.text().equals("1");
    double area = ((double) r - l) * ((double) b - t);
    int box = object.get("bndbox/xmin").line();
    return AnnotatedFolder.checked(
        new Annotation(label, l, t, r, b, ignored, area),
        file + ":" + box,
        size.width,
        size.height,
        faults);
  }

  /** A number of an element; null if there is none, which is noted. */
  private static BigDecimal number(
      Map<String, VocXml.Element> elements, String path, Path file, Faults faults) {
    VocXml.Element element = elements.get(path);
    if (element == null) {
      VocXml.Element whole = elements.get("");
      faults.add("%s:%d: the object has no %s", file, whole == null ? 1 : whole.line(), path);
      return null;
    }
    try {
      return new BigDecimal(element.text());
    } catch (NumberFormatException e) {
      faults.add("%s:%d: %s (\"%s\") must be a number", file, element.line(), path, element.text());
      return null;
    }
  }
}
