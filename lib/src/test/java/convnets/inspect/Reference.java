package convnets.inspect;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Tables of the reference implementations, from the test resources. */
final class Reference {

  private Reference() {}

  /** The rows of a table, cells apart, without the head. */
  static List<String[]> rows(String file) {
    try (InputStream in = Reference.class.getResourceAsStream("/reference/" + file);
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return reader.lines().skip(1).map(line -> line.split("\t", -1)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
