package convnets.weights;

import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.conv;
import static convnets.nn.Layers.flatten;
import static convnets.nn.Layers.globalAvgPool;
import static convnets.nn.Layers.linear;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.translate.NoopTranslator;
import convnets.nn.Unit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadingTest {

  private static final Path PLAIN = TinyNet.file("plain.pth");

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain.pth",
        "plain_legacy.pth",
        "training.pth",
        "training_legacy.pth",
        "parallel.pth",
        "parameters.pth",
        "half.pth",
        "bfloat16_legacy.pth",
        "double.pth",
        "strided.pth",
        "strided_legacy.pth",
        "protocol5.pth",
        "zip64.pth",
        "ancient_legacy.pth",
        "plain.safetensors",
        "bfloat16.safetensors",
        "foreign.pth",
        "foreign_legacy.pth",
        "foreign_protocol5.pth",
        "compiled.pth",
        "compiled_parts.pth",
        "averaged.pth",
        "nested.pth",
        "lightning.pth",
        "other_name.pth",
        "types.pth",
        "types_legacy.pth",
        "types.safetensors"
      })
  void readsWhatPyTorchWrites(String file) throws IOException {
    Unit fresh = Weights.load(TinyNet.build(), TinyNet.file(file));
    TinyNet.assertLoaded(fresh);
    TinyNet.assertLoaded(Weights.load(TinyNet.initialized(manager), TinyNet.file(file)));

    NDArray images = manager.create(TinyNet.numbers("input", TinyNet.INPUT), TinyNet.INPUT);
    float[] logits = fresh.apply(images).toFloatArray();
    String[] expected = Files.readString(TinyNet.file("logits.tsv")).trim().split("\\s+");
    assertThat(logits).hasSameSizeAs(expected);
    for (int i = 0; i < logits.length; i++) {
      assertThat(logits[i]).isCloseTo(Float.parseFloat(expected[i]), within(1e-4f));
    }
    fresh.clear();
  }

  @Test
  void aFreshBlockIsReadyForTrainingAndDoesNotDependOnScopes() {
    Unit net;
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      net = Weights.load(TinyNet.build(), PLAIN);
    }
    net.initialize(manager, DataType.FLOAT32, TinyNet.INPUT); // keeps what is there
    TinyNet.assertLoaded(net);
    for (var parameter : net.getParameters().values()) {
      assertThat(parameter.getArray().hasGradient()).isEqualTo(parameter.requiresGradient());
    }
    net.clear();
  }

  @Test
  void arraysOfAFreshBlockBelongToTheManagerThatWasGiven() {
    NDArray weight;
    try (NDManager own = manager.newSubManager()) {
      Unit net = Weights.loading(TinyNet.build()).manager(own).from(PLAIN);
      weight = net.getParameters().get("fc1.weight").getArray();
      assertThat(weight.getManager()).isSameAs(own);
    }
    assertThat(weight.isReleased()).isTrue();
  }

  @Test
  void initialisedParametersKeepTheirArraysAndTypes() {
    Unit net = TinyNet.initialized(manager);
    net.cast(DataType.FLOAT16);
    Map<String, NDArray> before = new LinkedHashMap<>();
    net.getParameters().forEach(p -> before.put(p.getKey(), p.getValue().getArray()));
    Weights.load(net, PLAIN);
    before.forEach(
        (name, array) -> {
          assertThat(net.getParameters().get(name).getArray()).isSameAs(array);
          assertThat(array.getDataType()).isEqualTo(DataType.FLOAT16);
        });
    net.cast(DataType.FLOAT32);
    TinyNet.assertLoaded(net);
  }

  @Test
  void aFileThatDoesNotFitIsRefusedByName() {
    Unit net =
        seq(conv(3, 4, 5).bn(), conv(4, 6, 3).groups(2), globalAvgPool(), flatten(), linear(6, 9))
            .then(linear(9, 2));
    assertThatThrownBy(() -> Weights.load(net, PLAIN))
        .isInstanceOf(WeightsException.class)
        .hasMessage(
            "the weights in "
                + PLAIN
                + " do not fit the block: missing in the file: fc2.weight, fc2.bias;"
                + " unexpected in the file: conv2.bias;"
                + " misshapen: conv1.weight is (4, 3, 5, 5) here and (4, 3, 3, 3) in the file,"
                + " fc1.weight is (9, 6) here and (5, 6) in the file,"
                + " fc1.bias is (9) here and (5) in the file."
                + " Build the block as it was saved, leave a part out by"
                + " Weights.loading(block).without(prefix), or translate names by rename");
    assertThat(net.getParameters().values()).noneMatch(parameter -> parameter.isInitialized());
  }

  @Test
  void aLongListIsShortened() {
    assertThatThrownBy(() -> Weights.load(seq(linear(2, 2)).named("other"), PLAIN))
        .hasMessageContaining(
            "unexpected in the file: conv1.weight, bn1.weight, bn1.bias, bn1.running_mean,"
                + " bn1.running_var and 4 more");
  }

  @Test
  void integersAreNoWeights() {
    Path file = TinyNet.file("plain.pth");
    assertThatThrownBy(
            () ->
                Weights.loading(TinyNet.build())
                    .rename(n -> n.equals("bn1.num_batches_tracked") ? "fc1.bias" : n + "x")
                    .without("conv", "bn", "fc1.w", "fc1.biasx")
                    .from(file))
        .hasMessageContaining("misshapen: fc1.bias is (5) here and () in the file");
  }

  @Test
  void aFailureLeavesAnInitialisedBlockAsItWas() {
    Unit net =
        seq(
            conv(3, 4, 3).bn().relu(),
            conv(4, 6, 3).groups(2).bias(),
            globalAvgPool(),
            flatten(),
            linear(6, 4));
    net.initialize(manager, DataType.FLOAT32, TinyNet.INPUT);
    Map<String, float[]> before = TinyNet.numbers(net);
    assertThatThrownBy(() -> Weights.load(net, PLAIN)).isInstanceOf(WeightsException.class);
    assertThat(TinyNet.numbers(net)).usingRecursiveComparison().isEqualTo(before);
  }

  @Test
  void namesCanBeTranslated() {
    Unit net = TinyNet.build().named("body");
    Weights.loading(net).rename(name -> "body." + name).from(PLAIN);
    assertThat(net.getParameters().get("body.fc1.bias").getArray().toFloatArray())
        .isEqualTo(TinyNet.numbers("fc1.bias", new Shape(5)));

    assertThatThrownBy(
            () -> Weights.loading(net).rename(n -> n.replace("bias", "weight")).from(PLAIN))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("rename makes bn1.weight of both bn1.weight and bn1.bias");
    assertThatThrownBy(() -> Weights.loading(net).rename(n -> null).from(PLAIN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("rename must not make null of conv1.weight");
  }

  @Test
  void aHeadCanBeLeftOut() {
    Unit net =
        seq(
            conv(3, 4, 3).bn().relu(),
            conv(4, 6, 3).groups(2).bias(),
            globalAvgPool(),
            flatten(),
            linear(6, 2));
    Loading<Unit> loading = Weights.loading(net);
    Loading<Unit> headless = loading.without("fc1.");
    assertThatThrownBy(() -> loading.from(PLAIN)).isInstanceOf(WeightsException.class);
    assertThat(headless.from(PLAIN)).isSameAs(net);

    assertThat(net.isInitialized()).isTrue();
    assertThat(net.getParameters().get("conv2.bias").getArray().toFloatArray())
        .isEqualTo(TinyNet.numbers("conv2.bias", new Shape(6)));
    float[] head = net.getParameters().get("fc1.weight").getArray().toFloatArray();
    assertThat(head).hasSize(12).doesNotHaveDuplicates(); // random, as it was designed

    headless.from(PLAIN);
    assertThat(net.getParameters().get("fc1.weight").getArray().toFloatArray()).isEqualTo(head);
  }

  @Test
  void aSlipInWhatIsLeftOutIsNotOverlooked() {
    assertThatThrownBy(
            () -> Weights.loading(TinyNet.build()).without("fc1.", "classifier.").from(PLAIN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("without (classifier.) is the start of no name");
  }

  @Test
  void aFreshBlockIsReadyForDjlsModelAndPredictor(@TempDir Path folder) throws Exception {
    NDArray images = manager.create(TinyNet.numbers("input", TinyNet.INPUT), TinyNet.INPUT);
    try (Model model = Model.newInstance("tiny");
        Model back = Model.newInstance("tiny")) {
      Unit net = Weights.load(TinyNet.build(), PLAIN);
      model.setBlock(net);
      try (Predictor<NDList, NDList> predictor = model.newPredictor(new NoopTranslator(null))) {
        assertThat(predictor.predict(new NDList(images)).singletonOrThrow())
            .isEqualTo(net.apply(images));
      }
      model.save(folder, "tiny");
      back.setBlock(TinyNet.build());
      back.load(folder, "tiny");
      TinyNet.assertLoaded(back.getBlock());
    }
  }

  @Test
  void loadsIntoBlocksOfDjlOnceTheyKnowTheirShapes() {
    Block net = new SequentialBlock().add(Linear.builder().setUnits(5).build());
    List<String> names = net.getParameters().keys();
    Loading<Block> loading =
        Weights.loading(net)
            .rename(n -> n.replace("fc1.weight", names.get(0)).replace("fc1.bias", names.get(1)))
            .without("conv", "bn");
    assertThatThrownBy(() -> loading.from(PLAIN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(names.get(0) + " before it is initialised: call initialize first");
    net.initialize(manager, DataType.FLOAT32, new Shape(1, 6));
    loading.from(PLAIN);
    assertThat(net.getParameters().get(1).getValue().getArray().toFloatArray())
        .isEqualTo(TinyNet.numbers("fc1.bias", new Shape(5)));
  }

  @Test
  void whatIsInAFileCanBeLookedAt() {
    Map<String, StoredTensor> tensors = Weights.read(TinyNet.file("bfloat16_legacy.pth"));
    assertThat(tensors.values())
        .extracting(StoredTensor::toString)
        .contains("conv2.weight bfloat16 (6, 2, 3, 3)", "bn1.num_batches_tracked int64 ()");
    assertThat(tensors.keySet()).startsWith("conv1.weight", "bn1.weight", "bn1.bias");
    assertThat(tensors.get("fc1.bias").array(manager).toFloatArray())
        .isEqualTo(TinyNet.numbers("fc1.bias", new Shape(5)));
    NDArray counter = tensors.get("bn1.num_batches_tracked").array(manager);
    assertThat(counter.getManager()).isSameAs(manager);
    assertThat(counter.toLongArray()).containsExactly(41);
  }

  @Test
  void aFileThatIsNotThereOrNoWeightsIsSaidToBe() throws IOException {
    Unit net = TinyNet.build();
    assertThatThrownBy(() -> Weights.load(net, Path.of("nowhere.pth")))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("cannot read weights from nowhere.pth: there is no such file");
    assertThatThrownBy(() -> Weights.load(net, PLAIN.getParent()))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("it is a folder");
    assertThatThrownBy(() -> Weights.load(net, TinyNet.file("logits.tsv")))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("neither a safetensors file nor a checkpoint of PyTorch")
        .hasMessageContaining("starts with \"-8.382009·-7.025");
    assertThatThrownBy(() -> Weights.load(net, TinyNet.file("module.pth")))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("an object of torch.nn.modules.linear.Linear")
        .hasMessageContaining("torch.save(model.state_dict(), path)");
  }
}
