package convnets.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.NoopTranslator;
import convnets.models.ResNet.Shortcut;
import convnets.nn.Unit;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ResNetTest {

  /** Parameters of section 4.2's networks, from the formula in the paper's own terms. */
  @ParameterizedTest
  @CsvSource({
    "20, 269722",
    "32, 464154",
    "44, 658586",
    "56, 853018",
    "110, 1727962",
    "1202, 19421274"
  })
  void cifarParametersAreExact(int depth, long parameters) {
    assertThat(Zoo.parameters(ResNet.cifar(depth).build())).isEqualTo(parameters);
    assertThat(Zoo.parameters(ResNet.cifar(depth).build())).isEqualTo(byHand((depth - 2) / 6));
  }

  /** Weights of 3×3 convolutions, a γ and a β for each of their channels, and the last layer. */
  private static long byHand(int n) {
    long total = 3 * 16 * 9 + 2 * 16;
    int in = 16;
    for (int width : new int[] {16, 32, 64}) {
      total += in * width * 9L + (2 * n - 1) * width * width * 9L + 2 * n * 2L * width;
      in = width;
    }
    return total + 64 * 10 + 10;
  }

  @Test
  void shortcutOptionsDifferAsInTable3() {
    long[] projections = new long[4];
    for (Shortcut option : Shortcut.values()) {
      projections[option.ordinal()] =
          ResNet.imageNet(34).shortcut(option).build().getParameters().keys().stream()
              .filter(name -> name.endsWith("downsample.0.weight"))
              .count();
    }
    // Three stages of ResNet-34 change their size; it has 16 blocks in all.
    assertThat(projections).containsExactly(0, 0, 3, 16);
  }

  @Test
  void aPlainNetworkHasTheParametersOfItsTwin() {
    assertThat(Zoo.parameters(ResNet.cifar(56).plain().build()))
        .isEqualTo(Zoo.parameters(ResNet.cifar(56).build()));
    assertThat(ResNet.cifar(56).plain().build().toString()).doesNotContain("add");
  }

  @Test
  void aNetworkWithZeroGammasStartsAsItsShortcuts() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Unit block = ResNet.cifar(20).zeroGamma().build();
      block.initialize(manager, DataType.FLOAT32, new Shape(1, 3, 32, 32));
      long zeros =
          block.getParameters().stream()
              .filter(pair -> pair.getKey().endsWith("bn2.weight"))
              .filter(pair -> pair.getValue().getArray().abs().sum().getFloat() == 0)
              .count();
      assertThat(zeros).isEqualTo(9);
      assertThat(block.getParameters().get("bn1.weight").getArray().mean().getFloat()).isEqualTo(1);
    }
  }

  static Stream<Arguments> variants() {
    return Stream.of(Shortcut.values())
        .flatMap(
            option ->
                Stream.of(
                    Arguments.of(ResNet.cifar(8).shortcut(option).channels(1).stemStride(2)),
                    Arguments.of(ResNet.imageNet(18).shortcut(option).width(8)),
                    Arguments.of(ResNet.imageNet(50).shortcut(option).width(4).strideInFirst())));
  }

  @ParameterizedTest
  @MethodSource("variants")
  void everyVariantTrainsEveryParameter(ResNet design) {
    Unit net = design.classes(5).build();
    long channels = net.getParameters().get("conv1.weight").getShape().get(1);
    Zoo.assertTrainsEveryParameter(net, new Shape(4, channels, 32, 32), 5);
  }

  @Test
  void worksInDjlsModelTrainerAndPredictor(@TempDir Path folder) throws Exception {
    try (NDManager manager = NDManager.newBaseManager();
        Model model = Model.newInstance("resnet8");
        Model copy = Model.newInstance("resnet8")) {
      manager.getEngine().setRandomSeed(1);
      Shape input = new Shape(8, 3, 32, 32);
      NDArray x = manager.randomNormal(input);
      model.setBlock(ResNet.cifar(8).build());
      DefaultTrainingConfig config =
          new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
              .optOptimizer(Optimizer.sgd().setLearningRateTracker(Tracker.fixed(0.1f)).build());
      try (Trainer trainer = model.newTrainer(config)) {
        trainer.initialize(input);
        NDArray labels = manager.create(new long[] {0, 1, 2, 3, 4, 5, 6, 7});
        float first = step(trainer, x, labels);
        for (int i = 0; i < 20; i++) {
          step(trainer, x, labels);
        }
        assertThat(step(trainer, x, labels)).isLessThan(first / 2);
      }
      float[] expected = predict(model, x);
      model.save(folder, "resnet8");
      copy.setBlock(ResNet.cifar(8).build());
      copy.load(folder, "resnet8");
      assertThat(predict(copy, x)).containsExactly(expected);
    }
  }

  private static float step(Trainer trainer, NDArray x, NDArray labels) {
    try (GradientCollector collector = trainer.newGradientCollector()) {
      NDArray loss = trainer.getLoss().evaluate(new NDList(labels), trainer.forward(new NDList(x)));
      collector.backward(loss);
      trainer.step();
      return loss.getFloat();
    }
  }

  private static float[] predict(Model model, NDArray x) throws Exception {
    try (Predictor<NDList, NDList> predictor = model.newPredictor(new NoopTranslator(null))) {
      return predictor.predict(new NDList(x)).singletonOrThrow().toFloatArray();
    }
  }

  @Test
  void badArgumentsAreNamed() {
    assertThatThrownBy(() -> ResNet.imageNet(51))
        .hasMessage("depth (51) must be 18, 34, 50, 101 or 152");
    assertThatThrownBy(() -> ResNet.basicBlock(32, 16, 1, Shortcut.A))
        .hasMessage("out (16) must be at least in (32) for shortcut A, which adds channels");
    assertThatThrownBy(() -> ResNet.cifar(21)).hasMessageContaining("depth (21) must be 6n + 2");
  }
}
