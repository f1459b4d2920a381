package convnets.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import convnets.train.Classification;
import convnets.train.History;
import convnets.train.Metrics;
import convnets.train.Progress;
import convnets.train.Toy;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.knowm.xchart.XYChart;

/** What a training shows while it goes on: the line and the curves. */
class TrainingViewsTest {

  private static final Progress PROGRESS =
      new Progress(
          1, 2, 5, 10, 0.1, new Metrics(640, 0.7, Map.of(Classification.ERROR, 0.25)), 1000, 3);

  private final List<Object> shown = new ArrayList<>();

  private final LiveView view =
      new LiveView(
          Optional.of(
              new Screen() {
                @Override
                public String display(Object value) {
                  shown.add(value);
                  return "id";
                }

                @Override
                public void update(String id, Object value) {
                  shown.add(value);
                }
              }),
          Duration.ZERO,
          System::nanoTime);

  @Test
  void theLineFollowsATraining() {
    ProgressLine line = new ProgressLine(view, Optional.empty(), "");

    line.batchEnded(PROGRESS);
    line.epochEnded(PROGRESS, history(1, false, true));
    line.fitEnded(history(2, false, true));

    assertThat(shown)
        .containsExactly(
            PROGRESS.line(),
            "epoch 1/2 · training error 25.0% · test error 12.5%",
            "2 epochs · 20 s · training error 25.0% · test error 12.5%");
  }

  @Test
  void theLineTellsAnInterruptAndDoesWithoutATestSet() {
    ProgressLine line = new ProgressLine(view, Optional.empty(), "");

    line.fitEnded(history(1, true, false));
    line.fitEnded(history(0, true, false));

    assertThat(shown)
        .containsExactly(
            "interrupted after 1 epoch · 10 s · training error 25.0%",
            "interrupted after 0 epochs · 0 s");
  }

  @Test
  void theLineBeginsWithItsLabel() {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    ProgressLine line = new ProgressLine(view, Optional.of(new PrintStream(printed)), "plain 20");

    line.batchEnded(PROGRESS);
    line.fitEnded(history(1, false, false));

    String last = "plain 20 · 1 epoch · 10 s · training error 25.0%";
    assertThat(shown).containsExactly("plain 20 · " + PROGRESS.line(), last);
    assertThat(printed.toString()).isEqualToIgnoringNewLines(last);
  }

  @Test
  void curvesGrowEpochByEpoch() {
    LiveCurves curves = new LiveCurves(view, "ResNet-20");

    curves.epochEnded(PROGRESS, history(1, false, false));
    curves.epochEnded(PROGRESS, history(2, false, true));
    curves.fitEnded(history(2, false, true));

    assertThat(shown).hasSize(2);
    assertThat(((XYChart) shown.get(0)).getTitle()).isEqualTo("ResNet-20");
    assertThat(((XYChart) shown.get(0)).getSeriesMap()).containsOnlyKeys("training");
    XYChart last = (XYChart) shown.get(1);
    assertThat(last.getSeriesMap()).containsOnlyKeys("training", "test");
    assertThat(last.getSeriesMap().get("test").getYData()).containsExactly(12.5, 12.5);
  }

  /** Every kind of training has curves of what it is judged by. */
  @ParameterizedTest
  @EnumSource(Toy.class)
  void curvesGrowWhileAnythingIsTrained(Toy toy) {
    try (NDManager manager = NDManager.newBaseManager()) {
      History history =
          toy.training(manager)
              .epochs(2)
              .on(new LiveCurves(view, "toy"))
              .on(new ProgressLine(view, Optional.empty(), ""))
              .fit();
      XYChart last = charts().get(charts().size() - 1);
      assertThat(charts()).hasSize(2);
      assertThat(last.getYAxisTitle()).isEqualTo(toy.leading.label());
      assertThat(last.getSeriesMap().get("test").getYData())
          .containsExactly(history.test(toy.leading));
      assertThat(shown).anyMatch(line -> line.toString().contains("test " + toy.leading.name()));
    }
  }

  private List<XYChart> charts() {
    return shown.stream().filter(XYChart.class::isInstance).map(XYChart.class::cast).toList();
  }

  private static History history(int epochs, boolean interrupted, boolean tested) {
    Metrics training = new Metrics(128, 0.7, Map.of(Classification.ERROR, 0.25));
    Metrics test =
        tested ? new Metrics(128, 0.5, Map.of(Classification.ERROR, 0.125)) : Metrics.NONE;
    List<History.Epoch> list = new ArrayList<>();
    for (int i = 1; i <= epochs; i++) {
      list.add(new History.Epoch(i, 0.1, training, test, 10));
    }
    return new History(list, List.of(), interrupted);
  }
}
