package convnets.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * The elements of a VOC annotation, as texts with their lines.
 *
 * @param picture what it says of the picture, by the path below {@code annotation}: size/width
 * @param objects what it says of each object, by the path below that: bndbox/xmin; {@code ""} is
 *     the object itself. What it says of an object's parts is left out.
 */
record VocXml(Map<String, Element> picture, List<Map<String, Element>> objects) {

  /** A text and the line that it begins in. */
  record Element(String text, int line) {}

  /**
   * Reads a file. No other is read for it: document types and entities of their own are refused.
   *
   * @throws IOException if it cannot be read
   * @throws XMLStreamException if it is no XML; its location says where
   */
  static VocXml read(Path file) throws IOException, XMLStreamException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    try (InputStream in = Files.newInputStream(file)) {
      return read(factory.createXMLStreamReader(in));
    }
  }

  private static VocXml read(XMLStreamReader reader) throws XMLStreamException {
    Map<String, Element> picture = new HashMap<>();
    List<Map<String, Element>> objects = new ArrayList<>();
    Deque<String> path = new ArrayDeque<>();
    StringBuilder text = new StringBuilder();
    int line = 0;
    while (reader.hasNext()) {
      switch (reader.next()) {
        case XMLStreamConstants.DTD ->
            throw new XMLStreamException("a document type is not allowed", reader.getLocation());
        case XMLStreamConstants.START_ELEMENT -> {
          path.addLast(reader.getLocalName());
          line = reader.getLocation().getLineNumber();
          text.setLength(0);
          if (String.join("/", path).equals("annotation/object")) {
            objects.add(new HashMap<>(Map.of("", new Element("", line))));
          }
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA ->
            text.append(reader.getText());
        case XMLStreamConstants.END_ELEMENT -> {
          note(
              String.join("/", path), new Element(text.toString().strip(), line), picture, objects);
          path.removeLast();
          text.setLength(0);
        }
        default -> {} // comments and the like
      }
    }
    return new VocXml(picture, objects);
  }

  private static void note(
      String path, Element element, Map<String, Element> picture, List<Map<String, Element>> all) {
    String object = "annotation/object/";
    if (path.startsWith(object)) {
      all.get(all.size() - 1).putIfAbsent(path.substring(object.length()), element);
    } else if (path.startsWith("annotation/")) {
      picture.putIfAbsent(path.substring("annotation/".length()), element);
    }
  }
}
