package convnets.io;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Options as the lines of a text: each is an option and its values, with tabs between. Immutable.
 */
public final class OptionLines {

  /** Where they are from, for messages. */
  private final String source;

  private final Map<String, List<String>> options;

  private OptionLines(String source, Map<String, List<String>> options) {
    this.source = source;
    this.options = options;
  }

  /** None, to begin with. */
  public static OptionLines none() {
    return new OptionLines("these options", Map.of());
  }

  /**
   * Those of a file, in UTF-8; of lines with the same option the last counts.
   *
   * @throws IOException if it cannot be read
   */
  public static OptionLines read(Path file) throws IOException {
    Map<String, List<String>> options = new LinkedHashMap<>();
    for (String line : Files.readAllLines(file)) {
      String[] cells = line.split("\t", -1);
      options.put(cells[0], List.of(cells).subList(1, cells.length));
    }
    return new OptionLines(file.toString(), options);
  }

  /**
   * The same with an option more.
   *
   * @throws IllegalArgumentException if a value is empty, or has a line end or a tab
   */
  public OptionLines with(String option, List<String> values) {
    for (String value : values) {
      if (value.isEmpty() || value.chars().anyMatch(c -> c < ' ')) {
        throw new IllegalArgumentException(
            "%s (%s) must be a text without line ends and tabs".formatted(option, value));
      }
    }
    Map<String, List<String>> more = new LinkedHashMap<>(options);
    more.put(option, List.copyOf(values));
    return new OptionLines(source, more);
  }

  /** The same with an option more, of texts. */
  public OptionLines with(String option, String... values) {
    return with(option, List.of(values));
  }

  /** The same with an option more, of whole numbers. */
  public OptionLines with(String option, int... values) {
    return with(option, Arrays.stream(values).mapToObj(Integer::toString).toList());
  }

  /** The same with an option more, of numbers that are read back exactly. */
  public OptionLines with(String option, double... values) {
    return with(option, Arrays.stream(values).mapToObj(Double::toString).toList());
  }

  /** Whether an option is among them. */
  public boolean has(String option) {
    return options.containsKey(option);
  }

  /**
   * The values of an option.
   *
   * @param least how many there must be
   * @throws IllegalArgumentException if there are fewer
   */
  public List<String> texts(String option, int least) {
    List<String> values = options.getOrDefault(option, List.of());
    if (values.size() < least) {
      throw new IllegalArgumentException("%s says too little of %s".formatted(source, option));
    }
    return values;
  }

  /** The first value of an option. */
  public String text(String option) {
    return texts(option, 1).get(0);
  }

  /**
   * The first values of an option as whole numbers.
   *
   * @throws IllegalArgumentException if there are fewer, or one is no whole number
   */
  public int[] wholeNumbers(String option, int count) {
    List<String> values = texts(option, count).subList(0, count);
    return values.stream()
        .mapToInt(value -> parsed(option, value, "a whole number", Integer::valueOf))
        .toArray();
  }

  /**
   * The first values of an option as numbers.
   *
   * @throws IllegalArgumentException if there are fewer, or one is no number
   */
  public double[] numbers(String option, int count) {
    List<String> values = texts(option, count).subList(0, count);
    return values.stream()
        .mapToDouble(value -> parsed(option, value, "a number", Double::valueOf))
        .toArray();
  }

  private <N> N parsed(String option, String value, String what, Function<String, N> parser) {
    try {
      return parser.apply(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "%s: %s (%s) must be %s".formatted(source, option, value, what), e);
    }
  }

  /** As a file has them. */
  public byte[] bytes() {
    StringBuilder lines = new StringBuilder();
    options.forEach(
        (option, values) -> {
          lines.append(option);
          values.forEach(value -> lines.append('\t').append(value));
          lines.append('\n');
        });
    return lines.toString().getBytes(StandardCharsets.UTF_8);
  }
}
