package convnets.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.nn.Unit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What training scripts save: several networks, averages, types that are not read. */
class TrainingCheckpointsTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private static Loading<Unit> loading() {
    return Weights.loading(TinyNet.build());
  }

  @Test
  void theAverageIsTakenWhereItIsAskedFor() {
    Path both = TinyNet.file("both.pth");
    Unit live = loading().from(both);
    for (float[] numbers : TinyNet.numbers(live).values()) {
      assertThat(numbers).containsOnly(0);
    }
    TinyNet.assertLoaded(loading().key("model_ema").from(both));
    TinyNet.assertLoaded(loading().key("ema").from(TinyNet.file("nested.pth")));
    TinyNet.assertLoaded(loading().key("ema", "state_dict").from(TinyNet.file("nested.pth")));
    assertThat(Weights.read(both, "model_ema")).containsKeys("conv1.weight", "n_averaged");
  }

  @Test
  void severalNetworksAreNamed() {
    Path game = TinyNet.file("game.pth");
    assertThatThrownBy(() -> loading().from(game))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("it holds several state dicts: generator, discriminator. Choose one")
        .hasMessageContaining("Weights.loading(block).key(\"generator\")");
    TinyNet.assertLoaded(loading().key("generator").from(game));
    Path students = TinyNet.file("students.pth");
    assertThatThrownBy(() -> loading().from(students))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("networks under student.backbone. and teacher.backbone.: choose one");
    TinyNet.assertLoaded(
        loading()
            .rename(name -> name.replace("student.backbone.", ""))
            .without("teacher.")
            .from(students));
  }

  @Test
  void aWrongKeyIsNamed() {
    assertThatThrownBy(() -> loading().key("model_ena").from(TinyNet.file("both.pth")))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("key (model_ena) names no entry that holds others")
        .hasMessageContaining("There are: model, model_ema, rng_state");
    assertThatThrownBy(() -> loading().key("epoch").from(TinyNet.file("averaged.pth")))
        .hasMessageContaining("key (epoch) names no entry that holds others");
    assertThatThrownBy(() -> loading().key("model").from(TinyNet.file("plain.safetensors")))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("key (model) names an entry, and a safetensors file has none");
  }

  @ParameterizedTest
  @ValueSource(strings = {"types.pth", "types_legacy.pth", "types.safetensors"})
  void whatIsNotReadIsKnown(String file) {
    Map<String, StoredTensor> tensors = Weights.read(TinyNet.file(file));
    boolean legacy = file.contains("legacy");
    StoredTensor tensor = tensors.get(legacy ? "complex" : "f8_5");
    assertThat(tensor.shape()).isEqualTo(legacy ? new Shape(2) : new Shape(2, 2));
    assertThat(tensor.dataType()).isEqualTo(DataType.UNKNOWN);
    assertThat(tensor.toString())
        .isIn(
            "complex torch.ComplexFloatStorage (2)",
            "f8_5 torch.float8_e5m2 (2, 2)",
            "f8_5 F8_E5M2 (2, 2)");
    assertThatThrownBy(() -> tensor.array(manager))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("which is not read here. Convert it to float32 in PyTorch");
  }

  @ParameterizedTest
  @ValueSource(strings = {"types_needed.pth", "types_needed.safetensors"})
  void aWeightThatIsNotReadIsNamed(String file) {
    assertThatThrownBy(() -> loading().from(TinyNet.file(file)))
        .isInstanceOf(WeightsException.class)
        .hasMessageMatching(
            "(?s).*misshapen: fc1.weight is (torch.float8_e4m3fn|F8_E5M2) in the file, which is"
                + " not read here: convert it in PyTorch.*");
    loading().without("fc1.").from(TinyNet.file(file));
  }

  @Test
  void metadataMayBeNothing(@TempDir Path folder) throws IOException {
    byte[] plain = Files.readAllBytes(TinyNet.file("plain.safetensors"));
    String letters = Hostile.letters(plain);
    int length = plain[0] & 0xff | (plain[1] & 0xff) << 8;
    String header = letters.substring(8, 8 + length).stripTrailing();
    String nothing = "{\"__metadata__\":null," + header.substring(1);
    Path file =
        Hostile.write(
            folder,
            Hostile.bytes(
                Hostile.int64(nothing.length()) + nothing + letters.substring(8 + length)));
    TinyNet.assertLoaded(Weights.load(TinyNet.build(), file));
  }

  @Test
  void aBlockShowsThatItComputesTheSame() {
    Path plain = TinyNet.file("plain.pth");
    TinyNet.assertLoaded(loading().verify(TinyNet.file("check.pth")).from(plain));
    Unit half = TinyNet.initialized(manager);
    half.cast(DataType.FLOAT16);
    Weights.loading(half).verify(TinyNet.file("check.pth")).from(plain);
  }

  @Test
  void aBlockThatComputesSomethingElseStaysAsItWas() {
    Path plain = TinyNet.file("plain.pth");
    Path other = TinyNet.file("check_other.safetensors"); // of another ε
    Unit fresh = TinyNet.build();
    assertThatThrownBy(() -> Weights.loading(fresh).verify(other).from(plain))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("fit the block by names and shapes, but it computes something else")
        .hasMessageContaining("ε of batch norms");
    assertThat(fresh.getParameters().values()).noneMatch(p -> p.isInitialized());
    TinyNet.assertLoaded(Weights.load(fresh, plain));

    Unit net = TinyNet.initialized(manager);
    Map<String, float[]> before = TinyNet.numbers(net);
    assertThatThrownBy(() -> Weights.loading(net).verify(other).from(plain))
        .isInstanceOf(WeightsException.class);
    TinyNet.numbers(net).forEach((n, now) -> assertThat(now).as(n).isEqualTo(before.get(n)));
  }

  @Test
  void slipsInVerifyingAreExplained() {
    Path plain = TinyNet.file("plain.pth");
    assertThatThrownBy(() -> loading().verify(plain).from(plain))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("must hold two tensors called input and output")
        .hasMessageContaining("torch.save({\"input\": x");
    assertThatThrownBy(() -> loading().verify(Path.of("nowhere.pth")).from(plain))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("nowhere.pth: there is no such file");
    assertThatThrownBy(
            () -> loading().without("fc1.").verify(TinyNet.file("check.pth")).from(plain))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("verify needs all weights of the block");
  }

  @Test
  void everyUnreadTypeIsLeftOutByItsName() {
    Unit net = loading().without("f8", "u").from(TinyNet.file("types.safetensors"));
    TinyNet.assertLoaded(net);
  }
}
