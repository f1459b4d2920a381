package convnets.train;

import static convnets.data.Transforms.flip;
import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.lambda;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import convnets.nn.Unit;
import convnets.torch.TorchOps;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RateSearchTest extends SmallProblem {

  RateSearchTest() {
    super(300, 100);
  }

  private Training training(Unit net) {
    return onProblem(net)
        .epochs(2)
        .batchSize(32) // ten batches
        .augment(flip())
        .seed(5);
  }

  /** The losses are those of a training with that schedule. */
  @Test
  void isATrainingAtARisingRate() {
    RateSearch search = training(Fixtures.convNet()).findRate(1e-4, 1e-1, 20);
    Schedule rising = (step, steps) -> 1e-4 * Math.pow(1e3, step / 19.0);
    History history = training(Fixtures.convNet()).schedule(rising).fit();
    assertThat(search.rates()).containsExactly(history.stepRate(), within(1e-15));
    assertThat(search.losses()).containsExactly(history.stepLoss(), within(1e-6));
    assertThat(search.rates()[0]).isEqualTo(1e-4);
    assertThat(search.rates()[19]).isEqualTo(1e-1, within(1e-15));
    double weights = 0;
    double sum = 0;
    for (int i = 0; i < 20; i++) {
      sum = 0.95 * sum + search.losses()[i];
      weights = 0.95 * weights + 1;
      assertThat(search.smoothed()[i]).isEqualTo(sum / weights, within(1e-9));
    }
  }

  @Test
  void stopsWhenTheLossExplodes() {
    RateSearch search = training(Fixtures.convNet()).findRate(1e-4, 1e6, 200);
    assertThat(search.rates()).hasSizeLessThan(200);
    int at = 0;
    for (int i = 0; i < search.smoothed().length; i++) {
      at = search.smoothed()[i] < search.smoothed()[at] ? i : at;
      assertThat(search.smoothed()[i]).isLessThanOrEqualTo(4 * search.smoothed()[at]);
    }
    assertThat(search.lowest()).isEqualTo(search.rates()[at]);
    assertThat(search.suggestion()).isEqualTo(search.rates()[at] / 10);
    assertThat(search.table().rowCount()).isEqualTo(search.rates().length);
  }

  @Test
  void whatItSuggestsTrains() {
    Unit net = Fixtures.convNet();
    double rate = training(net).findRate().suggestion();
    History history = training(net).epochs(8).schedule(Schedule.oneCycle(rate, 0.25)).fit();
    assertThat(history.last().test().accuracy()).isGreaterThan(0.9);
  }

  /** Of a network that has not been initialised, and of one that has been trained. */
  @Test
  void leavesNoTrace() {
    Unit plain = Fixtures.convNet();
    Unit searched = Fixtures.convNet();
    for (int round = 0; round < 2; round++) {
      training(searched).findRate(1e-3, 1, 25);
      List<Object> expected = Fixtures.numbers(training(plain).fit());
      assertThat(Fixtures.numbers(training(searched).fit())).isEqualTo(expected);
      assertThat(Fixtures.weights(searched)).isEqualTo(Fixtures.weights(plain));
      Map<String, List<Float>> before = Fixtures.weights(searched);
      int arrays = Fixtures.liveArrays(manager);
      training(searched).findRate(1e-3, 1e3, 25);
      assertThat(Fixtures.weights(searched)).isEqualTo(before);
      assertThat(Fixtures.liveArrays(manager)).isEqualTo(arrays);
    }
  }

  @Test
  void anInterruptKeepsWhatWasFoundAndPutsTheNetworkBack() {
    int[] calls = {0};
    Unit inner = Fixtures.convNet();
    Unit net = seq(inner, lambda("interrupts", x -> interruptAt(calls, 12, x)));
    training(net).data(train).epochs(1).fit(); // ten calls
    calls[0] = 0;
    Map<String, List<Float>> before = Fixtures.weights(net);
    RateSearch search = training(net).findRate(1e-3, 1, 100);
    assertThat(Thread.interrupted()).isFalse();
    assertThat(search.rates()).hasSize(12);
    assertThat(Fixtures.weights(net)).isEqualTo(before);
    Thread.currentThread().interrupt();
    assertThatIllegalStateException()
        .isThrownBy(() -> training(net).findRate())
        .withMessage("the search was interrupted before its first step");
    assertThat(Thread.interrupted()).isFalse();
  }

  private static NDArray interruptAt(int[] calls, int call, NDArray x) {
    if (++calls[0] == call) {
      Thread.currentThread().interrupt();
    }
    return x;
  }

  @Test
  void anExceptionPutsTheNetworkBack() {
    int[] calls = {0};
    Unit net = seq(Fixtures.convNet(), lambda("fails", x -> failAt(calls, 9, x)));
    training(net).data(train.take(64)).epochs(1).fit();
    calls[0] = 0;
    Map<String, List<Float>> before = Fixtures.weights(net);
    assertThatIllegalStateException()
        .isThrownBy(() -> training(net).findRate())
        .withMessage("on purpose");
    assertThat(Fixtures.weights(net)).isEqualTo(before);
  }

  private static NDArray failAt(int[] calls, int call, NDArray x) {
    if (++calls[0] == call) {
      throw new IllegalStateException("on purpose");
    }
    return x;
  }

  @Test
  void argumentsAreNamed() {
    Training training = training(Fixtures.linearNet());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> training.findRate(0, 1, 10))
        .withMessage("low (0.0) must be above 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> training.findRate(1, 1, 10))
        .withMessage("high (1.0) must be above low (1.0)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> training.findRate(1, 2, 1))
        .withMessage("steps (1) must be at least 2");
    Unit broken = seq(Fixtures.linearNet(), lambda("NaN", x -> TorchOps.scale(x, Double.NaN)));
    assertThatIllegalStateException()
        .isThrownBy(() -> training(broken).findRate())
        .withMessageContaining("not a number at the lowest rate (1.0E-5)");
  }
}
