package convnets;

import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Tables of the reference implementations, from the test resources. */
public final class Reference {

  private Reference() {}

  /** The lines of a table, cells apart; the first is the head where the table has one. */
  public static List<String[]> rows(String file) {
    try (InputStream in = Reference.class.getResourceAsStream("/reference/" + file)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().map(line -> line.split("\t", -1)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A shape as the tables write it: 1x3x224x224. */
  public static Shape shape(String text) {
    return new Shape(Arrays.stream(text.split("x")).mapToLong(Long::parseLong).toArray());
  }
}
