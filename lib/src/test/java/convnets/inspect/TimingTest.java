package convnets.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class TimingTest {

  private final NDManager manager = NDManager.newBaseManager();

  private Supplier<NDArray> sleeping(long millis) {
    return () -> {
      try {
        Thread.sleep(millis);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return manager.create(1f);
    };
  }

  @Test
  void ratiosAreToTheFirstWork() {
    Map<String, Sample> ratios =
        Timing.of("short", sleeping(10)).and("long", sleeping(30)).rounds(5).ratios();
    assertThat(ratios).containsOnlyKeys("short", "long");
    assertThat(ratios.keySet()).containsExactly("short", "long");
    assertThat(ratios.get("short").quantile(1)).isEqualTo(1);
    assertThat(ratios.get("long").count()).isEqualTo(5);
    assertThat(ratios.get("long").median()).isBetween(2.0, 4.0);
  }

  @Test
  void secondsAndRatesAreThoseOfAWork() {
    Times times = Timing.of("short", sleeping(10)).and("long", sleeping(30)).rounds(5).measure();
    assertThat(times.seconds("long").count()).isEqualTo(5);
    assertThat(times.seconds("long").median()).isBetween(0.03, 0.06);
    assertThat(times.rate("short", 8).median() * times.seconds("short").median())
        .isEqualTo(8, within(1e-9));
    assertThatThrownBy(() -> times.seconds("other"))
        .hasMessage("name (other) must be one of [short, long]");
    assertThatThrownBy(() -> times.rate("short", 0)).hasMessage("amount (0.0) must be above 0");
  }

  @Test
  void ratiosAreTakenWithinARound() {
    // Sorted, or median over median, both would give a ratio of 2.
    Times times = new Times(Map.of("a", new double[] {1, 4, 2}, "b", new double[] {8, 4, 2}));
    assertThat(times.ratio("b", "a").quantile(1)).isEqualTo(8);
    assertThat(times.ratio("b", "a").median()).isEqualTo(1);
    assertThat(times.ratio("a", "b").quantile(0)).isEqualTo(1 / 8.0);
    assertThat(times.seconds("b").median()).isEqualTo(4);
    assertThat(times.rate("b", 8).quantile(1)).isEqualTo(4);
  }

  @Test
  void eachRoundGivesEveryWorkATurnAndTheNextInReverseOrder() {
    List<String> turns = new ArrayList<>();
    Timing timing = Timing.of("a", noted("a", turns)).and("b", noted("b", turns));
    timing.rounds(2).ratios();
    // Three of each to warm up, and then the rounds.
    assertThat(turns.subList(6, turns.size())).containsExactly("a", "b", "b", "a");
  }

  private Supplier<NDArray> noted(String name, List<String> turns) {
    Supplier<NDArray> sleeping = sleeping(5);
    return () -> {
      turns.add(name);
      return sleeping.get();
    };
  }

  @Test
  void shortWorkIsRepeatedWithinItsTurn() {
    NDArray one = manager.create(1f);
    int[] calls = new int[1];
    Supplier<NDArray> quick =
        () -> {
          calls[0]++;
          return one;
        };
    Timing.of("short", quick).rounds(1).ratios();
    assertThat(calls[0]).isGreaterThan(3 + 1);
  }

  @Test
  void whatWorkMakesIsFreed() {
    NDArray x = manager.zeros(new Shape(10));
    int before = manager.getManagedArrays().size();
    Timing.of("sum", () -> x.add(1).mul(2)).rounds(2).ratios();
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void twoWorksNeedTwoNames() {
    assertThatThrownBy(() -> Timing.of("a", sleeping(1)).and("a", sleeping(1)))
        .hasMessage("name (a) is taken: each work needs its own");
    assertThatThrownBy(() -> Timing.of("a", sleeping(1)).rounds(0))
        .hasMessage("rounds (0) must be at least 1");
  }
}
