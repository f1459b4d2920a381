package convnets.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import convnets.models.Models.Entry;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class CatalogueTest {

  private static final Variant TEN = new Variant("ten", () -> ResNet.imageNet(18));
  private static final String[] PAPER = {"arXiv:0102.12345", "2001", "On Ten"};
  private static final String[] ROW = {"ten", "3x8x9", "12", "34000000000", "5.6", PAPER[0]};

  @Test
  void aNetworkIsJoinedWithItsFiguresAndItsPaper() {
    assertThat(entries(ROW))
        .containsExactly(
            new Entry(
                "ten",
                "On Ten, arXiv:0102.12345",
                2001,
                new Shape(3, 8, 9),
                12,
                34_000_000_000L,
                OptionalDouble.of(5.6),
                TEN.design()));
    assertThat(entries(changed(4, "")).get(0).top1()).isEmpty();
  }

  @Test
  void aNetworkWithoutARowIsNamed() {
    assertThatThrownBy(() -> entries())
        .hasMessage(
            "catalogue.tsv lacks [ten], which families build, and lists [], which none builds");
  }

  @Test
  void aRowWithoutANetworkIsNamed() {
    assertThatThrownBy(() -> entries(ROW, changed(0, "tenn")))
        .hasMessageContaining("lists [tenn], which none builds");
    assertThatThrownBy(() -> entries(ROW, ROW)).hasMessageContaining("Duplicate key ten");
  }

  @Test
  void aRowThatCannotBeReadIsShown() {
    List<String[]> wrong =
        List.of(
            changed(1, "3x8x?"),
            changed(2, "1,2"),
            changed(4, "5.6 %"),
            changed(5, "On Ten"),
            new String[] {"ten", "3x8x9", "12"});
    for (String[] row : wrong) {
      assertThatThrownBy(() -> entries(row))
          .as(String.join(", ", row))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("catalogue.tsv: cannot read the row [ten, 3x8x");
    }
  }

  /** A number of arXiv starts with the year and the month in which the paper came. */
  @Test
  void yearsAreThoseOfTheNumbersOfArxiv() {
    Pattern number = Pattern.compile(".* arXiv:(\\d\\d)\\d\\d\\.\\d{4,5}");
    int onArxiv = 0;
    for (Entry entry : Models.list()) {
      Matcher matcher = number.matcher(entry.paper());
      if (matcher.matches()) {
        int year = 2000 + Integer.parseInt(matcher.group(1));
        assertThat(entry.year()).as(entry.paper()).isEqualTo(year);
        onArxiv++;
      }
    }
    assertThat(onArxiv).isGreaterThan(100);
  }

  @Test
  void everyPaperHasANetwork() {
    assertThat(Resource.rows("papers.tsv"))
        .extracting(row -> row[2] + ", " + row[0])
        .containsExactlyElementsOf(Models.list().stream().map(Entry::paper).distinct().toList());
  }

  private static List<Entry> entries(String[]... rows) {
    return Catalogue.entries(List.of(TEN), List.of(rows), List.<String[]>of(PAPER));
  }

  private static String[] changed(int cell, String text) {
    String[] row = ROW.clone();
    row[cell] = text;
    return row;
  }
}
