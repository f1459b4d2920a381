package convnets.train;

import static convnets.data.Transforms.flip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import convnets.data.Batches;
import convnets.nn.Unit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/** The average of the weights beside a loop over the weights of each step. */
class AveragingTest extends SmallProblem {

  AveragingTest() {
    super(150, 50);
  }

  private Training training(Unit net) {
    return onProblem(net).epochs(4).batchSize(32).augment(flip()).seed(3);
  }

  @Test
  void isThatOfTheFormula() {
    assertAverage(Averaging.decay(0.9), step -> 0.9);
  }

  @Test
  void warmsUpByTheFormula() {
    assertAverage(Averaging.decay(0.6).warmUp(), step -> Math.min(0.6, (1. + step) / (10. + step)));
  }

  private void assertAverage(Averaging averaging, IntToDoubleFunction decay) {
    Unit net = Fixtures.convNet();
    List<Map<String, List<Float>>> after = new ArrayList<>();
    Callback recorder =
        new Callback() {
          @Override
          public void fitStarted(Progress progress, History soFar) {
            after.add(Fixtures.weights(net));
          }

          @Override
          public void batchEnded(Progress progress) {
            after.add(Fixtures.weights(net));
          }
        };
    History history = training(net).average(averaging).on(recorder).fit();
    assertThat(after).hasSize(1 + 20);
    Map<String, double[]> expected = new LinkedHashMap<>();
    after.get(0).forEach((name, values) -> expected.put(name, doubles(values)));
    for (int step = 0; step < 20; step++) {
      double d = decay.applyAsDouble(step);
      after
          .get(step + 1)
          .forEach(
              (name, values) -> {
                double[] average = expected.get(name);
                for (int i = 0; i < average.length; i++) {
                  average[i] = d * average[i] + (1 - d) * values.get(i);
                }
              });
    }
    assertThat(expected).containsKeys("bn1.running_mean", "bn1.running_var", "fc1.weight");
    Fixtures.weights(net)
        .forEach(
            (name, values) ->
                assertThat(doubles(values))
                    .as(name)
                    .containsExactly(expected.get(name), within(1e-5)));
    // What was evaluated is what the network holds now.
    assertThat(Evaluation.of(net, Batches.of(test, 32)).metrics()).isEqualTo(history.last().test());
  }

  private static double[] doubles(List<Float> values) {
    return values.stream().mapToDouble(Float::doubleValue).toArray();
  }

  @Test
  void doesNotDisturbTheTraining() {
    Unit plain = Fixtures.convNet();
    History without = training(plain).fit();
    History with = training(Fixtures.convNet()).average(0.9).fit();
    assertThat(with.steps()).isEqualTo(without.steps());
    assertThat(with.last().test()).isNotEqualTo(without.last().test());
    Unit following = Fixtures.convNet();
    assertThat(Fixtures.numbers(training(following).average(0).fit()))
        .isEqualTo(Fixtures.numbers(without)); // an average that forgets all
    assertThat(Fixtures.weights(following)).isEqualTo(Fixtures.weights(plain));
  }

  @Test
  void argumentsAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> training(Fixtures.linearNet()).average(1))
        .withMessage("decay (1.0) must be from 0 to below 1");
    assertThat(Averaging.decay(0.99).warmUp()).hasToString("decay 0.99 with warm-up");
  }
}
