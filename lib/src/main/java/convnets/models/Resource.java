package convnets.models;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Text that lies beside the classes of this package. */
final class Resource {

  private Resource() {}

  /** The lines of a file. */
  static List<String> lines(String file) {
    try (InputStream in = Resource.class.getResourceAsStream(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + " from the library's jar", e);
    }
  }

  /** The rows of a table, cells apart, without the lines of comment, which start with #. */
  static List<String[]> rows(String file) {
    return lines(file).stream()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split("\t", -1))
        .toList();
  }
}
