package convnets.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.models.ResNet.Shortcut;
import convnets.nn.Unit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;

class ResNetTest extends FamilyTest {

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

  static Stream<Arguments> variants() {
    return Stream.of(Shortcut.values())
        .flatMap(
            option ->
                onImages(
                    4,
                    32,
                    ResNet.cifar(8).shortcut(option).channels(1).stemStride(2),
                    ResNet.imageNet(18).shortcut(option).width(8),
                    ResNet.imageNet(50).shortcut(option).width(4).strideInFirst()));
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
