package convnets.viz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.ColumnType;
import tech.tablesaw.api.Table;

class RowsTest {

  @Test
  void columnsHaveTheTypeOfTheirValues() {
    Table table =
        Rows.titled("nets", "net", "parameters", "error (%)", "stride")
            .row("a", 269_034, 14, 1)
            .row("b", 5_000_000_000L, 8.75, "first")
            .table();
    assertThat(table.name()).isEqualTo("nets");
    assertThat(table.columnNames()).containsExactly("net", "parameters", "error (%)", "stride");
    assertThat(table.types())
        .containsExactly(ColumnType.STRING, ColumnType.LONG, ColumnType.DOUBLE, ColumnType.STRING);
    assertThat(table.longColumn("parameters").asObjectArray())
        .containsExactly(269_034L, 5_000_000_000L);
    assertThat(table.doubleColumn("error (%)").asDoubleArray()).containsExactly(14, 8.75);
    assertThat(table.stringColumn("stride").asObjectArray()).containsExactly("1", "first");
  }

  @Test
  void numbersOfAColumnHaveAsManyDecimals() {
    Table table =
        Rows.titled("nets", "error", "rate", "billions")
            .row(14, 1e-7, 2.0)
            .row(13.05, 1, 12_345.0)
            .row(1.0 / 3, 0.5, 0.0)
            .table();
    assertThat(IntStream.range(0, 3).mapToObj(table.column("error")::getString))
        .containsExactly("14.000000", "13.050000", "0.333333");
    assertThat(table.column("rate").getString(1)).isEqualTo("1");
    assertThat(table.column("billions").getString(1)).isEqualTo("12,345");
    assertThat(table.column("billions").getString(2)).isEqualTo("0");
  }

  @Test
  void refuseWhatIsNoRow() {
    assertThatThrownBy(() -> Rows.titled("t", "a", "b").row(1))
        .hasMessage("values ([1]) must be as many as columns: [a, b]");
    assertThatThrownBy(() -> Rows.titled("t", "a").row((Object) null))
        .hasMessage("values hold a null");
    assertThatThrownBy(() -> Rows.titled("t", "a").table()).hasMessageContaining("call row(…)");
    assertThatThrownBy(() -> Rows.titled("t")).hasMessageContaining("at least one name");
  }
}
