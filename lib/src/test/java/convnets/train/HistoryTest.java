package convnets.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tech.tablesaw.api.Table;

class HistoryTest {

  private static final History HISTORY =
      new History(
          List.of(
              new History.Epoch(
                  1,
                  0.1,
                  new Metrics(100, 2, Map.of(Classification.ERROR, 0.75)),
                  new Metrics(10, 1.5, Map.of(Classification.ERROR, 0.5)),
                  2),
              new History.Epoch(
                  2,
                  0.01,
                  new Metrics(100, 1, Map.of(Classification.ERROR, 0.5)),
                  Metrics.NONE,
                  4)),
          List.of(new History.Step(1, 0.1, 2.5), new History.Step(2, 0.01, 1.5)),
          true);

  @Test
  void arraysAreForPlots() {
    assertThat(HISTORY.epochNumbers()).containsExactly(1, 2);
    assertThat(HISTORY.trainingLoss()).containsExactly(2, 1);
    assertThat(HISTORY.trainingError()).containsExactly(75, 50);
    assertThat(HISTORY.testLoss()).containsExactly(1.5, Double.NaN);
    assertThat(HISTORY.testError()).containsExactly(50, Double.NaN);
    assertThat(HISTORY.stepLoss()).containsExactly(2.5, 1.5);
    assertThat(HISTORY.smoothedLoss(2)).containsExactly(2.5, 2);
    assertThat(HISTORY.smoothedLoss(1)).containsExactly(2.5, 1.5);
    assertThat(HISTORY.stepRate()).containsExactly(0.1, 0.01);
  }

  @Test
  void theTableHasARowForEachEpoch() {
    Table table = HISTORY.table();
    assertThat(table.columnNames())
        .containsExactly(
            "epoch",
            "rate",
            "training loss",
            "training error %",
            "test loss",
            "test error %",
            "seconds",
            "images/s");
    assertThat(table.rowCount()).isEqualTo(2);
    assertThat(table.doubleColumn("images/s").get(1)).isEqualTo(25);
    assertThat(table.doubleColumn("test error %").isMissing(1)).isTrue();
  }

  @Test
  void theTablePrintsNumbersAsPeopleWriteThem() {
    Metrics metrics = new Metrics(60_000, 0.12345, Map.of(Classification.ERROR, 0.01235));
    History history =
        new History(
            List.of(new History.Epoch(1, 8e-7, metrics, metrics, 2.4723)), List.of(), false);
    Table table = history.table();
    assertThat(table.columns().stream().map(column -> column.getString(0)))
        .containsExactly("1", "0.000001", "0.123", "1.2", "0.123", "1.2", "2.5", "24,269");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatIsNotANumberIsNeverTheBest(boolean higherIsBetter) {
    Metric metric = new Metric("distance", false, higherIsBetter);
    List<History.Epoch> epochs = new ArrayList<>();
    for (double value : new double[] {Double.NaN, 2, 3, Double.NaN}) {
      Metrics metrics = new Metrics(10, 1, Map.of(metric, value));
      epochs.add(new History.Epoch(epochs.size() + 1, 0.1, metrics, metrics, 1));
    }
    History history = new History(epochs, List.of(), false);
    assertThat(history.best().epoch()).isEqualTo(higherIsBetter ? 3 : 2);
  }

  @Test
  void isImmutable() {
    List<History.Step> steps = new ArrayList<>(HISTORY.steps());
    History copy = new History(HISTORY.epochs(), steps, false);
    steps.clear();
    assertThat(copy.steps()).hasSize(2);
  }

  @Test
  void withoutAnEpochThereIsNoLast() {
    assertThat(HISTORY.last().epoch()).isEqualTo(2);
    assertThatIllegalStateException()
        .isThrownBy(() -> new History(List.of(), List.of(), true).last())
        .withMessage("no epoch was completed: the training was interrupted");
  }

  @Test
  void progressIsALine() {
    Progress progress =
        new Progress(
            2,
            4,
            50,
            100,
            0.1,
            new Metrics(6400, 0.4118, Map.of(Classification.ERROR, 0.142)),
            4120,
            67);
    assertThat(progress.done()).isCloseTo(0.375, within(1e-9));
    assertThat(progress.line())
        .isEqualTo(
            "epoch 2/4 ━━━━━━━━━─────────────── 38% · loss 0.412 · error 14.2% · 4,120 images/s"
                + " · 1:07 left");
    assertThat(new Progress(1, 4, 0, 100, 0.1, Metrics.NONE, Double.NaN, Double.NaN).line())
        .isEqualTo("epoch 1/4 ──────────────────────── 0%");
  }
}
