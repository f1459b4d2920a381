package convnets.data;

import convnets.io.FileException;
import convnets.io.WholeFile;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Writes a source as a set of Pascal VOC: {@link VocFolder#write}.
 *
 * @param root of the folders
 * @param set its name
 */
record VocWriter(Path root, String set) {

  /** The file that names the pictures of a set. */
  static Path list(Path root, String set) {
    String folder = set.contains("/") ? "" : "Main/";
    return root.resolve("ImageSets").resolve(folder + set + ".txt");
  }

  void write(Source source) {
    Shown.Reader reader = Shown.of(source, Target.BOXES);
    List<String> names = new ArrayList<>();
    String prefix = set.substring(set.lastIndexOf('/') + 1);
    try {
      for (int i = 0; i < source.size(); i++) {
        String name = "%s_%06d".formatted(prefix, i);
        write(name, reader.read(i), source.classes());
        names.add(name + "\n");
      }
      String lines = String.join("", names);
      WholeFile.write(list(root, set), out -> out.write(lines.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new FileException("cannot write the set %s of %s: %s".formatted(set, root, e), e);
    }
  }

  private void write(String name, Shown shown, List<String> classes) throws IOException {
    png("JPEGImages", name, out -> ImageIO.write(shown.picture(), "png", out));
    if (shown.mask() != null) {
      png("SegmentationClass", name, out -> ImageIO.write(shown.classes(), "png", out));
    }
    if (shown.instances() != null) {
      png("SegmentationObject", name, out -> ImageIO.write(shown.objects(), "png", out));
    }
    WholeFile.write(
        root.resolve("Annotations").resolve(name + ".xml"),
        out -> {
          try {
            annotation(out, name, shown, classes);
          } catch (XMLStreamException e) {
            throw new IOException(e);
          }
        });
  }

  private void png(String folder, String name, WholeFile.Content content) throws IOException {
    WholeFile.write(root.resolve(folder).resolve(name + ".png"), content);
  }

  private void annotation(OutputStream out, String name, Shown shown, List<String> classes)
      throws XMLStreamException {
    XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(out, "UTF-8");
    Elements to = new Elements(xml);
    to.open("annotation");
    to.text("folder", root.toAbsolutePath().normalize().getFileName().toString());
    to.text("filename", name + ".png");
    to.open("size");
    to.text("width", shown.width());
    to.text("height", shown.height());
    to.text("depth", shown.channels());
    to.close("size");
    to.text("segmented", shown.mask() == null && shown.instances() == null ? 0 : 1);
    for (Annotation thing : shown.things()) {
      to.open("object");
      to.text("name", classes.get(thing.label()));
      to.text("pose", "Unspecified");
      to.text("truncated", 0);
      to.text("difficult", 0);
      to.open("bndbox");
      // Pixels from 1, the last one included. Decimals: no digit of an edge may be lost.
      to.text("xmin", decimal(thing.left()).add(BigDecimal.ONE).toPlainString());
      to.text("ymin", decimal(thing.top()).add(BigDecimal.ONE).toPlainString());
      to.text("xmax", decimal(thing.right()).toPlainString());
      to.text("ymax", decimal(thing.bottom()).toPlainString());
      to.close("bndbox");
      to.close("object");
    }
    to.close("annotation");
    xml.flush();
  }

  /** The shortest decimal that is read as this number, without a fraction if it is whole. */
  private static BigDecimal decimal(float edge) {
    return edge == Math.rint(edge)
        ? BigDecimal.valueOf((long) edge)
        : new BigDecimal(Float.toString(edge));
  }

  /** Elements, each on a line of its own. */
  private static final class Elements {
    private final XMLStreamWriter xml;
    private int depth;

    Elements(XMLStreamWriter xml) {
      this.xml = xml;
    }

    void open(String name) throws XMLStreamException {
      line();
      xml.writeStartElement(name);
      depth++;
    }

    void close(String name) throws XMLStreamException {
      depth--;
      line();
      xml.writeEndElement();
      if (depth == 0) {
        xml.writeCharacters("\n");
      }
    }

    void text(String name, Object text) throws XMLStreamException {
      line();
      xml.writeStartElement(name);
      xml.writeCharacters(text.toString());
      xml.writeEndElement();
    }

    private void line() throws XMLStreamException {
      xml.writeCharacters(depth == 0 ? "" : "\n" + "\t".repeat(depth));
    }
  }
}
