package convnets.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import convnets.data.Batches;
import convnets.nn.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StopEarlyTest extends SmallProblem {

  StopEarlyTest() {
    super(60, 100);
  }

  private static final int EPOCHS = 30;

  private Training training(Unit net) {
    return onProblem(net).epochs(EPOCHS).schedule(Schedule.constant(0.05)).batchSize(20);
  }

  /** The network's weights after each epoch. */
  private static final class Recorder implements Callback {
    private final Unit net;
    private final List<Map<String, List<Float>>> weights = new ArrayList<>();

    Recorder(Unit net) {
      this.net = net;
    }

    @Override
    public void epochEnded(Progress progress, History soFar) {
      weights.add(Fixtures.weights(net));
    }
  }

  /** The first epoch that is better than all before it and all within the patience after it. */
  private static int bestByLoop(List<History.Epoch> epochs, int patience) {
    int best = 0;
    for (int i = 1; i < epochs.size() && i - best <= patience; i++) {
      Metrics now = epochs.get(i).test();
      Metrics then = epochs.get(best).test();
      boolean tie = now.accuracy() == then.accuracy();
      if (now.accuracy() > then.accuracy() || tie && now.loss() < then.loss()) {
        best = i;
      }
    }
    return best;
  }

  @Test
  void stopsAfterThePatienceAndReturnsToTheBest() {
    List<History.Epoch> all = training(Fixtures.convNet()).fit().epochs();
    for (int patience = 1; patience <= 4; patience++) {
      Unit net = Fixtures.convNet();
      Recorder recorder = new Recorder(net);
      History history = training(net).stopEarly(patience).on(recorder).fit();
      int best = bestByLoop(all, patience);
      assertThat(best + 1 + patience).isLessThan(EPOCHS); // so that this test tests something
      assertThat(history.epochs()).hasSize(best + 1 + patience);
      assertThat(history.interrupted()).isFalse();
      assertThat(history.best().epoch()).isEqualTo(best + 1);
      assertThat(Fixtures.weights(net)).isEqualTo(recorder.weights.get(best));
    }
  }

  @Test
  void returnsToTheBestWhenAllEpochsAreDone() {
    Unit net = Fixtures.convNet();
    Recorder recorder = new Recorder(net);
    History history = training(net).stopEarly(EPOCHS).on(recorder).fit();
    assertThat(history.epochs()).hasSize(EPOCHS);
    int best = history.best().epoch();
    assertThat(best).isLessThan(EPOCHS);
    assertThat(Fixtures.weights(net)).isEqualTo(recorder.weights.get(best - 1));
  }

  /** Both: the best of the averages. */
  @Test
  void keepsTheAverageThatWasEvaluated() {
    Unit net = Fixtures.convNet();
    History history = training(net).average(0.8).stopEarly(2).fit();
    var batches = Batches.of(test, 20);
    assertThat(Evaluation.of(net, batches).metrics()).isEqualTo(history.best().test());
  }

  @Test
  void anInterruptBeforeTheFirstEpochsEndLeavesTheNetwork() {
    Unit net = Fixtures.convNet();
    List<Map<String, List<Float>>> weights = new ArrayList<>();
    Callback stop =
        new Callback() {
          @Override
          public void batchEnded(Progress progress) {
            weights.add(Fixtures.weights(net));
            Thread.currentThread().interrupt();
          }
        };
    training(net).stopEarly(2).on(stop).fit();
    assertThat(weights).hasSize(1);
    assertThat(Fixtures.weights(net)).isEqualTo(weights.get(0));
  }

  @Test
  void argumentsAreNamed() {
    Training training = training(Fixtures.linearNet());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> training.stopEarly(0))
        .withMessage("patience (0) must be at least 1");
    assertThatIllegalStateException()
        .isThrownBy(() -> training.data(train).stopEarly(1).fit())
        .withMessageContaining("call data(train, test)");
    assertThatIllegalStateException()
        .isThrownBy(() -> training.data(train).epochs(1).fit().best())
        .withMessageContaining("no best epoch without a test set");
  }
}
