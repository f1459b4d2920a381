package convnets.train;

import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.lambda;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import convnets.nn.Unit;
import convnets.torch.GradMode;
import convnets.torch.TorchOps;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrecisionTest extends SmallProblem {

  @TempDir Path folder;

  PrecisionTest() {
    super(300, 100);
  }

  private Training training(Unit net) {
    return Training.of(net).data(train).epochs(6).batchSize(20).seed(3).device(Device.cpu());
  }

  /** FLOAT16 too, which is refused on the CPU for its slowness alone. */
  private Recipe recipe(Unit net, DataType precision) {
    return new Recipe()
        .with(
            r -> {
              r.learner = Supervised.of(net);
              r.train = train;
              r.epochs = 6;
              r.batchSize = 20;
              r.seed = 3;
              r.devices = List.of(Device.cpu());
              r.precision = precision;
            });
  }

  @Test
  void theLossFallsAsInSinglePrecision() {
    History single = training(Fixtures.convNet()).fit();
    for (DataType precision : List.of(DataType.BFLOAT16, DataType.FLOAT16)) {
      Unit net = Fixtures.convNet();
      History mixed = Loop.run(recipe(net, precision));
      assertThat(mixed.steps().get(0).loss()).isNotEqualTo(single.steps().get(0).loss());
      for (int epoch = 0; epoch < 6; epoch++) {
        double expected = single.epochs().get(epoch).training().loss();
        assertThat(mixed.epochs().get(epoch).training().loss())
            .isCloseTo(expected, within(0.02 + 0.1 * expected));
      }
      assertThat(mixed.epochs().get(5).training().loss())
          .isLessThan(0.5 * mixed.epochs().get(0).training().loss());
      assertThat(net.getParameters().values().stream().map(Parameter::getArray))
          .allMatch(array -> array.getDataType() == DataType.FLOAT32);
    }
  }

  @Test
  void sharesAndAccumulationKeepThePrecision() {
    History mixed =
        training(Fixtures.convNet())
            .precision(DataType.BFLOAT16)
            .batchSize(10)
            .accumulate(2)
            .devices(Device.cpu(), Device.cpu())
            .fit();
    assertThat(mixed.epochs().get(5).training().loss())
        .isLessThan(0.6 * mixed.epochs().get(0).training().loss());
  }

  /** Logits so large that the scaled gradients overflow, until the scale has come down. */
  @Test
  void aStepWhoseGradientsOverflowIsLeftOut() {
    Unit net = seq(Fixtures.linearNet(), lambda("× 64", x -> TorchOps.scale(x, 64)));
    Recipe recipe = recipe(net, DataType.FLOAT16);
    try (NDManager own = NDManager.newBaseManager(Device.cpu());
        Game game = new Game(recipe, own);
        var batch = recipe.trainingBatches().epoch(0).iterator().next()) {
      var before = Fixtures.weights(net);
      GradMode.off(() -> game.step(0, batch, player -> 0.1));
      assertThat(Fixtures.weights(net)).isEqualTo(before);
      assertThat(game.state().get("scale").toFloatArray()).containsExactly(32768, 0);
      for (int i = 1; i < 12; i++) {
        int step = i;
        GradMode.off(() -> game.step(step, batch, player -> 0.1));
      }
      assertThat(Fixtures.weights(net)).isNotEqualTo(before);
      assertThat(game.state().get("scale").toFloatArray()[1]).isPositive();
    }
  }

  @Test
  void aCheckpointKeepsTheScale() {
    Unit net = seq(Fixtures.linearNet(), lambda("× 64", x -> TorchOps.scale(x, 64)));
    Path file = folder.resolve("scale");
    Unit straight = seq(Fixtures.linearNet(), lambda("× 64", x -> TorchOps.scale(x, 64)));
    Recipe recipe = recipe(straight, DataType.FLOAT16).with(r -> r.schedule = rate());
    Loop.run(recipe);
    Recipe saved = recipe.with(r -> r.checkpoint = file);
    Loop.run(
        saved.with(
            r -> {
              r.learner = Supervised.of(net);
              r.epochs = 2;
            }));
    Unit resumed = seq(Fixtures.linearNet(), lambda("× 64", x -> TorchOps.scale(x, 64)));
    Loop.run(saved.with(r -> r.learner = Supervised.of(resumed)));
    assertThat(Fixtures.weights(resumed)).isEqualTo(Fixtures.weights(straight));
  }

  private static Schedule rate() {
    return Schedule.constant(1e-4);
  }

  @Test
  void aCheckpointOfAnotherPrecisionIsRefused() {
    Path file = folder.resolve("net.checkpoint");
    training(Fixtures.convNet()).epochs(1).checkpoint(file).precision(DataType.BFLOAT16).fit();
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(training(Fixtures.convNet()).checkpoint(file)::fit)
        .withMessageContaining("precision was bfloat16, is float32");
  }

  @Test
  void refusesWhatCannotBeComputed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> training(Fixtures.convNet()).precision(DataType.FLOAT64))
        .withMessageContaining("float64");
    for (Device device : List.of(Device.cpu(), Device.of("mps", 0))) {
      assertThatIllegalStateException()
          .isThrownBy(training(Fixtures.convNet()).device(device).precision(DataType.FLOAT16)::fit)
          .withMessageContaining("for CUDA, and the devices are [" + device)
          .withMessageContaining("BFLOAT16");
    }
    assertThatIllegalStateException()
        .isThrownBy(
            Training.of(new SequentialBlock()).data(train).precision(DataType.BFLOAT16)::fit)
        .withMessageContaining("SequentialBlock");
  }
}
