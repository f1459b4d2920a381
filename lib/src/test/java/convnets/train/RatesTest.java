package convnets.train;

import static convnets.nn.Combinators.named;
import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.batchNorm;
import static convnets.nn.Layers.conv;
import static convnets.nn.Layers.flatten;
import static convnets.nn.Layers.linear;
import static convnets.nn.Layers.relu;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import convnets.nn.Unit;
import convnets.torch.GradMode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Parts of a network that learn at rates of their own, or not at all. */
class RatesTest extends SmallProblem {

  @TempDir Path folder;

  RatesTest() {
    super(60, 20);
  }

  /** With all that moves in a pass of training without being learned. */
  private Unit net() {
    Unit body = seq(conv(1, 4, 3).spectralNorm(), batchNorm(4), relu());
    return seq(named("features", body), flatten(), linear(256, Fixtures.CLASSES).named("fc"));
  }

  @ParameterizedTest
  @CsvSource({
    "layer1, layer1.0.conv1.weight, true",
    "layer1.0, layer1.0.conv1.weight, true",
    "layer1, layer10.conv1.weight, false",
    "layer1.0.conv1.weight, layer1.0.conv1.weight, true",
    "conv1.weight, layer1.0.conv1.weight, false",
    "*.weight, layer1.0.conv1.weight, true",
    "*.weight, layer1.0.conv1.bias, false",
    "layer*.bn?, layer1.0.bn1.weight, false",
    "layer*.bn1, layer1.0.bn1.weight, true",
    "layer1.0.conv1.weigh, layer1.0.conv1.weight, false",
    "l.yer1, layer1.0.conv1.weight, false",
    "*, fc.bias, true",
  })
  void aNameIsThatOfAParameterOrOfAScope(String names, String parameter, boolean meant) {
    assertThat(Rates.alike().rate(names, 0.1).factor(parameter)).isEqualTo(meant ? 0.1 : 1);
  }

  @Test
  void theLastRuleThatNamesAParameterHolds() {
    Rates rates = Rates.alike().rate("a", 0.1).freeze("a.b").rate("a.b.c", 3);
    assertThat(List.of(rates.factor("a.x"), rates.factor("a.b.x"), rates.factor("a.b.c.x")))
        .containsExactly(0.1, 0.0, 3.0);
    assertThat(rates).hasToString("a × 0.1, a.b frozen, a.b.c × 3.0");
    assertThat(Rates.alike()).hasToString("alike");
  }

  /** One step with and without: the change is the factor times as large. */
  @Test
  void aPartsChangeIsItsFactorTimesTheOther() {
    Unit plain = net();
    Unit rated = net();
    for (Unit net : List.of(plain, rated)) {
      net.initialize(manager, DataType.FLOAT32, new Shape(1, 1, 8, 8));
    }
    Fixtures.copyWeights(plain, rated);
    Map<String, List<Float>> before = Fixtures.weights(plain);
    oneStep(plain).fit();
    oneStep(rated).rate("features", 0.25).rate("*.bias", 4).fit();
    Map<String, List<Float>> after = Fixtures.weights(rated);
    Fixtures.weights(plain)
        .forEach(
            (name, values) -> {
              double factor = name.endsWith("bias") ? 4 : name.startsWith("features") ? 0.25 : 1;
              boolean learned = rated.getParameters().get(name).requiresGradient();
              for (int i = 0; i < values.size() && learned; i++) {
                float start = before.get(name).get(i);
                assertThat((double) after.get(name).get(i) - start)
                    .as(name)
                    .isCloseTo(factor * (values.get(i) - start), within(1e-6));
              }
            });
  }

  private Training oneStep(Unit net) {
    return onProblem(net)
        .epochs(1)
        .batchSize(60)
        .optimizer(Sgd.momentum(0.9).decay(0.01))
        .schedule(Schedule.constant(0.1));
  }

  @Test
  void whatIsFrozenStaysToTheBitAndLearnsAgainAfterwards() {
    Unit net = net();
    net.initialize(manager, DataType.FLOAT32, new Shape(1, 1, 8, 8));
    Map<String, List<Float>> before = Fixtures.weights(net);
    onProblem(net).epochs(2).freeze("features").fit();
    Map<String, List<Float>> after = Fixtures.weights(net);
    before.forEach(
        (name, values) -> {
          if (name.startsWith("features")) {
            assertThat(after.get(name)).as(name).isEqualTo(values);
          } else {
            assertThat(after.get(name)).as(name).isNotEqualTo(values);
          }
        });
    assertThat(net.getParameters().get("features.conv1.weight_orig").requiresGradient()).isTrue();
    assertThat(net.getParameters().get("features.bn1.running_mean").requiresGradient()).isFalse();
    onProblem(net).epochs(1).fit();
    assertThat(Fixtures.weights(net).get("features.conv1.weight_orig"))
        .isNotEqualTo(before.get("features.conv1.weight_orig"));
  }

  /** Its output in training is that of evaluation. */
  @Test
  void aFrozenBatchNormNormalisesByItsRunningStatistics() {
    Unit net = batchNorm(3);
    net.initialize(manager, DataType.FLOAT32, new Shape(1, 3, 4, 4));
    var x = manager.randomNormal(new Shape(5, 3, 4, 4)).mul(3).add(1);
    ParameterStore store = new ParameterStore(manager, false);
    GradMode.off(() -> net.forward(store, new NDList(x), true));
    net.freezeParameters(true);
    var evaluated = GradMode.off(() -> net.forward(store, new NDList(x), false).head());
    var before = Fixtures.weights(net);
    var trained = GradMode.off(() -> net.forward(store, new NDList(x), true).head());
    assertThat(trained).isEqualTo(evaluated);
    assertThat(Fixtures.weights(net)).isEqualTo(before);
    net.freezeParameters(false);
    assertThat(GradMode.off(() -> net.forward(store, new NDList(x), true).head()))
        .isNotEqualTo(evaluated);
  }

  @Test
  void whatItsOwnerFrozeStaysFrozen() {
    Unit net = net();
    net.initialize(manager, DataType.FLOAT32, new Shape(1, 1, 8, 8));
    Parameter own = net.getParameters().get("features.conv1.weight_orig");
    own.freeze(true);
    onProblem(net).epochs(1).freeze("features").fit();
    assertThat(own.requiresGradient()).isFalse();
  }

  @Test
  void aCheckpointOfOtherRatesIsRefused() {
    Path file = folder.resolve("rates");
    onProblem(net()).epochs(1).freeze("features").checkpoint(file).fit();
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(onProblem(net()).epochs(1).rate("features", 0.1).checkpoint(file)::fit)
        .withMessageContaining("rates was features frozen, is features × 0.1");
  }

  @Test
  void aRefusedCheckpointLeavesNothingFrozen() {
    Path file = folder.resolve("rates");
    onProblem(net()).epochs(1).checkpoint(file).fit();
    Unit net = net();
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(onProblem(net).epochs(1).freeze("features").checkpoint(file)::fit)
        .withMessageContaining("rates was alike, is features frozen");
    assertThat(net.getParameters().get("features.bn1.weight").requiresGradient()).isTrue();
  }

  @Test
  void refusesNamesOfNothingAndTrainingNothing() {
    Unit net = net();
    assertThatIllegalArgumentException()
        .isThrownBy(onProblem(net).rate("layer1", 0.1)::fit)
        .withMessage(
            "names (layer1) are those of no parameter of the network, which has"
                + " features.conv1.weight_orig, features.conv1.weight_u, features.conv1.weight_v,"
                + " features.bn1.weight, features.bn1.bias …");
    assertThatIllegalStateException()
        .isThrownBy(onProblem(net).freeze("*")::fit)
        .withMessageStartingWith("there is nothing to learn");
    assertThat(net.getParameters().get("fc.weight").requiresGradient()).isTrue();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> onProblem(net).rate("fc", 0))
        .withMessageContaining("factor (0.0)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> onProblem(net).freeze(" "))
        .withMessageContaining("as in layer1 or *.bias");
  }
}
