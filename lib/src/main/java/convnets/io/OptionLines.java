package convnets.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Options as the lines of a text: each is an option and its values, with tabs between. */
public final class OptionLines {

  private OptionLines() {}

  /**
   * A line, with its end.
   *
   * @throws IllegalArgumentException if a value is empty, or has a line end or a tab
   */
  public static String of(String option, Stream<String> values) {
    StringBuilder line = new StringBuilder(option);
    values.forEach(
        value -> {
          if (value.isEmpty() || value.chars().anyMatch(c -> c < ' ')) {
            throw new IllegalArgumentException(
                "%s (%s) must be a text without line ends and tabs".formatted(option, value));
          }
          line.append('\t').append(value);
        });
    return line.append('\n').toString();
  }

  /** The values of each option in a file; of those that stand there twice, the last. */
  public static Map<String, List<String>> read(Path file) throws IOException {
    Map<String, List<String>> options = new HashMap<>();
    for (String line : Files.readAllLines(file)) {
      String[] cells = line.split("\t", -1);
      options.put(cells[0], List.of(Arrays.copyOfRange(cells, 1, cells.length)));
    }
    return options;
  }
}
