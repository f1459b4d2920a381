package convnets.viz;

import convnets.inspect.Formats;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;
import tech.tablesaw.columns.numbers.NumberColumnFormatter;

/**
 * A table that is written down row by row.
 *
 * <pre>{@code
 * Rows.titled("Twins", "network", "parameters", "error (%)")
 *     .row("plain 20", 269_034, 14.7)
 *     .row("residual 20", 269_034, 11.5)
 *     .table();
 * }</pre>
 *
 * <p>A column of whole numbers holds whole numbers, one of other numbers {@code double}s, all with
 * as many decimals, and everything else stands as it prints itself. Rows are often added in a loop:
 * so {@link #row} changes this builder and returns it, where other builders return copies.
 */
public final class Rows {

  private static final int DIGITS = 6;

  private final String title;
  private final String[] columns;
  private final List<Object[]> rows = new ArrayList<>();

  private Rows(String title, String... columns) {
    this.title = title;
    this.columns = columns;
  }

  /**
   * A table without rows.
   *
   * @param title may be empty
   * @param columns their names, with their units
   */
  public static Rows titled(String title, String... columns) {
    if (columns.length == 0) {
      throw new IllegalArgumentException("columns must hold at least one name");
    }
    return new Rows(title, columns.clone());
  }

  /**
   * Adds a row.
   *
   * @param values one a column
   */
  public Rows row(Object... values) {
    if (values.length != columns.length) {
      throw new IllegalArgumentException(
          "values ("
              + Arrays.toString(values)
              + ") must be as many as columns: "
              + Arrays.toString(columns));
    }
    Arrays.stream(values).forEach(value -> Objects.requireNonNull(value, "values hold a null"));
    rows.add(values.clone());
    return this;
  }

  /**
   * Ends the builder.
   *
   * @throws IllegalStateException if there is no row
   */
  public Table table() {
    Complete.notEmpty("row(…)", rows);
    Table table = Table.create(title);
    for (int i = 0; i < columns.length; i++) {
      table.addColumns(column(i));
    }
    return table;
  }

  private Column<?> column(int i) {
    List<Object> values = rows.stream().map(row -> row[i]).toList();
    if (values.stream().allMatch(value -> value instanceof Integer || value instanceof Long)) {
      return LongColumn.create(columns[i], numbers(values).mapToLong(Number::longValue).toArray());
    }
    if (values.stream().allMatch(Number.class::isInstance)) {
      double[] numbers = numbers(values).mapToDouble(Number::doubleValue).toArray();
      DoubleColumn column = DoubleColumn.create(columns[i], numbers);
      if (Arrays.stream(numbers).allMatch(Rows::isPlain)) {
        column.setPrintFormatter(format(numbers));
      }
      return column;
    }
    return StringColumn.create(columns[i], values.stream().map(Object::toString));
  }

  /** Whether a number is read without an exponent. */
  private static boolean isPlain(double number) {
    double size = Math.abs(number);
    return size == 0 || size >= 1e-4 && size < 1e9;
  }

  /** As many decimals for all as the one that needs most has, of its first six digits. */
  private static NumberColumnFormatter format(double[] numbers) {
    int decimals =
        Arrays.stream(numbers)
            .mapToObj(number -> new BigDecimal(number).round(new MathContext(DIGITS)))
            .mapToInt(number -> number.stripTrailingZeros().scale())
            .max()
            .orElse(0);
    String pattern = "#,##0" + (decimals > 0 ? "." + "0".repeat(decimals) : "");
    return Formats.pattern(pattern);
  }

  private static Stream<Number> numbers(List<Object> values) {
    return values.stream().map(Number.class::cast);
  }
}
