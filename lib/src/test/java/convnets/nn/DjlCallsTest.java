package convnets.nn;

import static convnets.nn.Combinators.auxiliary;
import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.batchNorm;
import static convnets.nn.Layers.conv;
import static convnets.nn.Layers.flatten;
import static convnets.nn.Layers.globalAvgPool;
import static convnets.nn.Layers.groupNorm;
import static convnets.nn.Layers.linear;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** DJL's own calls, as its users make them. */
class DjlCallsTest extends NnTest {

  private static final Shape INPUT = new Shape(4, 3, 8, 8);

  private static Unit net() {
    return seq(
        conv(3, 8, 3).bn().relu(), conv(8, 8, 3).bias(), globalAvgPool(), flatten(), linear(8, 5));
  }

  private Unit initialized() {
    Unit net = net();
    net.initialize(manager, DataType.FLOAT32, INPUT);
    return net;
  }

  /** DJL's engine ends the process at an array of bfloat16. */
  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"FLOAT16", "FLOAT32", "FLOAT64"})
  void weightsAreOfATypeThatIsComputedIn(DataType type) {
    Unit net = initialized();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> net.cast(type))
        .withMessageStartingWith("dataType (" + type + ") must be float32, float16 or float64");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> net().initialize(manager, type, INPUT))
        .withMessageStartingWith("dataType (" + type + ") must be");
    try (Model model = Model.newInstance("net")) {
      model.setBlock(net);
      assertThatIllegalArgumentException().isThrownBy(() -> model.getBlock().cast(type));
    }
    assertThat(net.getOutputDataTypes()).containsExactly(DataType.FLOAT32);
  }

  @Test
  void theRefusalOfBfloat16NamesTheWaysToComputeInIt() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> initialized().cast(DataType.BFLOAT16))
        .withMessageContaining("Training.precision(BFLOAT16)")
        .withMessageContaining("Inference.prepare(net, BFLOAT16)");
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT16", "FLOAT32", "FLOAT64"})
  void everyOtherTypeIsInitialisedAndCastTo(DataType type) {
    Unit net = net();
    net.initialize(manager, type, INPUT);
    for (Parameter parameter : net.getParameters().values()) {
      assertThat(parameter.getArray().getDataType()).isEqualTo(type);
    }
    assertThat(net.getOutputDataTypes()).containsExactly(type);
    Unit cast = initialized();
    cast.cast(type);
    assertThat(cast.getOutputDataTypes()).containsExactly(type);
    if (type != DataType.FLOAT16) { // a CPU need not compute in it
      assertThat(cast.apply(manager.randomNormal(INPUT, type)).getDataType()).isEqualTo(type);
    }
  }

  @Test
  void imagesOfAnotherTypeAreNamed() {
    Unit half = initialized();
    half.cast(DataType.FLOAT16);
    NDArray images = manager.randomNormal(INPUT);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> half.apply(images))
        .withMessageContaining("weights of the network are float16, but it was given float32")
        .withMessageContaining("toType(DataType.FLOAT16, false)")
        .withMessageContaining("cast(DataType.FLOAT32)");
    assertThatIllegalArgumentException().isThrownBy(() -> run(half, images, true));
    NDArray bytes = manager.zeros(INPUT, DataType.UINT8);
    for (Unit layer :
        new Unit[] {
          initialized(),
          conv(3, 4, 3).bias(),
          batchNorm(3),
          groupNorm(3, 3),
          seq(flatten(), linear(3 * 8 * 8, 2))
        }) {
      layer.initialize(manager, DataType.FLOAT32, INPUT);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> layer.apply(bytes))
          .withMessageContaining("are float32, but it was given uint8");
    }
    try (Prepared prepared = Inference.prepare(initialized())) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> prepared.apply(bytes))
          .withMessageContaining("takes float32, but was given uint8");
    }
  }

  @Test
  void blocksOfDjlAreNotPreparedInHalfThePrecision() {
    Unit net = seq(conv(3, 4, 3), globalAvgPool(), flatten(), Linear.builder().setUnits(2).build());
    net.initialize(manager, DataType.FLOAT32, INPUT);
    Inference.prepare(net).close();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Inference.prepare(net, DataType.BFLOAT16))
        .withMessageContaining("not of this library (Linear)")
        .withMessageContaining("prepare it in FLOAT32");
  }

  @Test
  void outputsAreOfTheTypeOfTheWeights(@TempDir Path folder) throws Exception {
    assertThat(net().getOutputDataTypes()).isNull();
    Unit half = initialized();
    half.cast(DataType.FLOAT16);
    Unit two = auxiliary(conv(3, 4, 3), conv(3, 4, 3));
    two.initialize(manager, DataType.FLOAT64, INPUT);
    assertThat(two.getOutputDataTypes()).containsExactly(DataType.FLOAT64);
    try (Model model = Model.newInstance("half");
        Model back = Model.newInstance("half")) {
      model.setBlock(half);
      model.save(folder, "half");
      back.setBlock(net());
      back.load(folder, "half");
      assertThat(back.getBlock().getOutputDataTypes()).containsExactly(DataType.FLOAT16);
    }
  }

  /** Freeze all, then unfreeze all: the ordinary way to fine-tune, here in DJL's own trainer. */
  @Test
  void runningStatisticsAreNeverUnfrozen() {
    Unit net = net();
    try (Model model = Model.newInstance("net")) {
      model.setBlock(net);
      DefaultTrainingConfig config =
          new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
              .optOptimizer(Optimizer.sgd().setLearningRateTracker(Tracker.fixed(0.1f)).build());
      try (Trainer trainer = model.newTrainer(config)) {
        trainer.initialize(INPUT);
        net.freezeParameters(true);
        assertThat(net.getParameters().values()).noneMatch(Parameter::requiresGradient);
        net.freezeParameters(false);
        net.freezeParameters(false, parameter -> true);
        assertStatisticsFrozen(net);
        NDArray weight = net.getParameters().get("conv1.weight").getArray().duplicate();
        try (GradientCollector collector = trainer.newGradientCollector()) {
          NDList outputs = trainer.forward(new NDList(manager.randomNormal(INPUT)));
          NDList labels = new NDList(manager.arange(4));
          collector.backward(trainer.getLoss().evaluate(labels, outputs));
        }
        trainer.step();
        assertThat(net.getParameters().get("conv1.weight").getArray()).isNotEqualTo(weight);
      }
    }
  }

  private static void assertStatisticsFrozen(Block net) {
    for (var pair : net.getParameters()) {
      assertThat(pair.getValue().requiresGradient())
          .as(pair.getKey())
          .isEqualTo(!pair.getKey().contains("running"));
    }
  }
}
