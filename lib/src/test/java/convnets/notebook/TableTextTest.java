package convnets.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.FloatColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.numbers.NumberColumnFormatter;

class TableTextTest {

  private final Table table =
      Table.create(
          "zoo",
          StringColumn.create("model", "ResNet-18", "<b> & \"co\""),
          IntColumn.create("year", 2015, 2016),
          LongColumn.create("parameters", 11_689_512, 9_408),
          DoubleColumn.create("error", 0.3024, 1.0 / 3));

  @Test
  void plainText() {
    assertThat(TableText.plain(table))
        .isEqualTo(
            """
            model       year  parameters     error
            ResNet-18   2015  11,689,512    0.3024
            <b> & "co"  2016        9408  0.333333""");
  }

  @Test
  void htmlIsEscapedAndNumbersStandRight() {
    String html = TableText.html(table);

    assertThat(html)
        .contains("<caption>zoo</caption>")
        .contains(
            "<td align=\"left\" style=\"text-align: left\">&lt;b&gt; &amp; &quot;co&quot;</td>")
        .contains("<td align=\"right\" style=\"text-align: right\">11,689,512</td>")
        .contains("<th align=\"right\" style=\"text-align: right\">year</th>")
        .doesNotContain("<b>");
  }

  @Test
  void aColumnsOwnFormatWins() {
    DoubleColumn share = DoubleColumn.create("share", 0.5);
    share.setPrintFormatter(NumberColumnFormatter.percent(1));

    assertThat(TableText.plain(Table.create(share))).isEqualTo("share\n50.0%");
  }

  @Test
  void withoutAFormatNumbersAreShort() {
    DoubleColumn rate = DoubleColumn.create("rate", 3.999999999976245e-7, 0.1);
    FloatColumn loss = FloatColumn.create("loss", 0.1f, 2);

    assertThat(TableText.plain(Table.create(rate, loss)))
        .isEqualTo(" rate  loss\n4e-07   0.1\n  0.1     2");
  }

  @Test
  void missingValuesAreEmpty() {
    IntColumn column = IntColumn.create("n").append(1).appendMissing();
    StringColumn after = StringColumn.create("s", "a", "b");

    assertThat(TableText.plain(Table.create(column, after))).isEqualTo("n  s\n1  a\n   b");
  }

  @Test
  void longTablesAreCut() {
    Table rows = Table.create(IntColumn.indexColumn("row", TableText.ROWS + 1_234, 0));

    assertThat(TableText.plain(rows)).endsWith("\n 49\n… 1,234 more rows").doesNotContain("\n50");
    assertThat(TableText.html(rows)).endsWith("<p>… 1,234 more rows</p>");
  }
}
