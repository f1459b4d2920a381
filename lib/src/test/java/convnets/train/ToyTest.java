package convnets.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import convnets.train.Toy.Play;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Classes, a line, masks, boxes, things and a game are learned by one loop: nobody writes a second
 * one.
 */
class ToyTest {

  @TempDir Path folder;
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @EnumSource(Toy.class)
  void isLearnedAndToldByItsOwnMetric(Toy toy) {
    List<String> lines = new ArrayList<>();
    History history =
        toy.training(manager)
            .average(0.5)
            .stopEarly(12)
            .on(
                new Callback() {
                  @Override
                  public void epochEnded(Progress progress, History soFar) {
                    lines.add(progress.line());
                  }
                })
            .fit();
    assertThat(history.best().test().leading()).isEqualTo(toy.leading);
    double best = history.best().test().get(toy.leading);
    assertThat(toy.reached(best)).as("%s %s", toy.leading, best).isTrue();
    for (double value : history.test(toy.leading)) {
      assertThat(toy.leading.higherIsBetter() ? -value : value)
          .isGreaterThanOrEqualTo(toy.leading.shown(toy.leading.higherIsBetter() ? -best : best));
    }
    String unit = toy.leading.percent() ? " %" : "";
    assertThat(history.table().columnNames()).contains("test " + toy.leading.name() + unit);
    assertThat(lines).hasSize(history.epochs().size());
  }

  @ParameterizedTest
  @EnumSource(Toy.class)
  void isResumedExactlyAfterInterruptions(Toy toy) {
    Play straight = toy.play(manager);
    History whole = straight.training().epochs(3).fit();
    Path file = folder.resolve("toy");
    for (int[] moment : new int[][] {{1, 7}, {2, 20}, {3, 1}}) {
      History part =
          toy.training(manager)
              .epochs(3)
              .checkpoint(file)
              .on(Fixtures.stopAfter(moment[0], moment[1]))
              .fit();
      assertThat(part.interrupted()).isTrue();
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
    Play resumed = toy.play(manager);
    History rest = resumed.training().epochs(3).checkpoint(file).fit();
    assertThat(weights(resumed)).isEqualTo(weights(straight));
    assertThat(Fixtures.numbers(rest)).isEqualTo(Fixtures.numbers(whole));
  }

  private static Map<String, Map<String, List<Float>>> weights(Play play) {
    Map<String, Map<String, List<Float>>> weights = new TreeMap<>();
    play.nets().forEach((name, net) -> weights.put(name, Fixtures.weights(net)));
    return weights;
  }
}
