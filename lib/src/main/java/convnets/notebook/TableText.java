package convnets.notebook;

import java.text.NumberFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import tech.tablesaw.api.NumberColumn;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;
import tech.tablesaw.columns.numbers.NumberColumnFormatter;

/** A table as a notebook shows it. */
final class TableText {

  /** Longer tables are cut: a notebook is no place for a thousand rows. */
  static final int ROWS = 50;

  private static final String LEFT = " align=\"left\" style=\"text-align: left\"";
  private static final String RIGHT = " align=\"right\" style=\"text-align: right\"";

  private TableText() {}

  /** The table in HTML: numbers to the right, all text escaped. */
  static String html(Table table) {
    StringBuilder html = new StringBuilder("<table>");
    if (table.name() != null && !table.name().isEmpty()) {
      html.append("<caption>").append(escape(table.name())).append("</caption>");
    }
    html.append("<thead><tr>");
    for (Column<?> column : table.columns()) {
      cell(html, "th", column, column.name());
    }
    html.append("</tr></thead>\n<tbody>\n");
    for (int row = 0; row < Math.min(ROWS, table.rowCount()); row++) {
      html.append("<tr>");
      for (Column<?> column : table.columns()) {
        cell(html, "td", column, text(column, row));
      }
      html.append("</tr>\n");
    }
    html.append("</tbody></table>");
    if (table.rowCount() > ROWS) {
      html.append("\n<p>").append(more(table)).append("</p>");
    }
    return html.toString();
  }

  private static void cell(StringBuilder html, String tag, Column<?> column, String text) {
    // The attribute is for GitHub, which drops styles; the style for Jupyter's own style sheet.
    html.append('<').append(tag).append(isNumber(column) ? RIGHT : LEFT).append('>');
    html.append(escape(text)).append("</").append(tag).append('>');
  }

  /** The table in plain text, with the same rows and the same numbers. */
  static String plain(Table table) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(table.columnNames());
    for (int row = 0; row < Math.min(ROWS, table.rowCount()); row++) {
      List<String> line = new ArrayList<>();
      for (Column<?> column : table.columns()) {
        line.add(text(column, row));
      }
      lines.add(line);
    }
    int[] widths = new int[table.columnCount()];
    for (List<String> line : lines) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    StringJoiner text = new StringJoiner("\n");
    for (List<String> line : lines) {
      StringBuilder row = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String pad = " ".repeat(widths[i] - line.get(i).length());
        row.append(i == 0 ? "" : "  ");
        row.append(isNumber(table.column(i)) ? pad + line.get(i) : line.get(i) + pad);
      }
      text.add(row.toString().stripTrailing());
    }
    if (table.rowCount() > ROWS) {
      text.add(more(table));
    }
    return text.toString();
  }

  private static String more(Table table) {
    return String.format(Locale.ROOT, "… %,d more rows", table.rowCount() - ROWS);
  }

  private static boolean isNumber(Column<?> column) {
    return column instanceof NumericColumn;
  }

  /** A missing value is an empty cell; a column that has a format of its own is shown in it. */
  private static String text(Column<?> column, int row) {
    if (column.isMissing(row)) {
      return "";
    }
    if (!(column instanceof NumberColumn<?, ?> numbers) || hasFormat(numbers, row)) {
      return column.getString(row);
    }
    double value = numbers.getDouble(row);
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      // Four digits stay together: they may be a year.
      return String.format(Locale.ROOT, Math.abs(value) < 10_000 ? "%.0f" : "%,.0f", value);
    }
    return Values.number(value);
  }

  /** Without a format, Tablesaw prints all digits. */
  private static boolean hasFormat(NumberColumn<?, ?> column, int row) {
    NumberFormat allDigits = NumberColumnFormatter.floatingPointDefault().getFormat();
    return !column.getString(row).equals(allDigits.format(column.getDouble(row)));
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
