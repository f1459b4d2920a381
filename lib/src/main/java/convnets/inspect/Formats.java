package convnets.inspect;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;
import tech.tablesaw.columns.numbers.NumberColumnFormatter;

/** How tables print numbers, in every locale alike. */
public final class Formats {

  private Formats() {}

  /** In a pattern of {@link DecimalFormat}, such as "#,##0" or "0.0". */
  public static NumberColumnFormatter pattern(String pattern) {
    return new NumberColumnFormatter(
        new DecimalFormat(pattern, DecimalFormatSymbols.getInstance(Locale.ROOT)));
  }

  /** With this many significant digits: "1.54", "0.0307", "2.10e-05". */
  static NumberColumnFormatter significant(int digits) {
    return new NumberColumnFormatter() {
      @Override
      public String format(double value) {
        return String.format(Locale.ROOT, "%." + digits + "g", value);
      }
    };
  }
}
