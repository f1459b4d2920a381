package convnets.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.nn.Unit;
import convnets.torch.TorchOps;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;

class DenseNetTest extends FamilyTest {

  /** Table 2 gives 1.0, 7.0 and 27.2 million; exactly they are what the formula below says. */
  @ParameterizedTest
  @CsvSource({"40, 12, 1.0", "100, 12, 7.0", "100, 24, 27.2"})
  void cifarParametersAreThoseOfTable2(int depth, int growth, double millions) {
    long counted = Zoo.parameters(DenseNet.cifar(depth, growth).build());
    assertThat(counted).isEqualTo(byHand((depth - 4) / 3, growth));
    assertThat(Math.round(counted / 1e5) / 10.0).isEqualTo(millions);
  }

  /** Kernels, a γ and a β for each of their inputs, and the last layer. */
  private static long byHand(int n, int growth) {
    int width = 16;
    long total = 3 * width * 9;
    for (int block = 0; block < 3; block++) {
      for (int layer = 0; layer < n; layer++) {
        total += 2L * width + 9L * width * growth;
        width += growth;
      }
      total += 2L * width + (block < 2 ? (long) width * width : 0);
    }
    return total + width * 10 + 10;
  }

  /** Exactly as pytorchcv 0.0.74 counts them; table 2 gives 0.8, 15.3 and 25.6 million. */
  @ParameterizedTest
  @CsvSource({
    "40, 12, 176122",
    "100, 12, 769162",
    "250, 24, 15324406",
    "190, 40, 25624430",
  })
  void cifarBCParametersAreExact(int depth, int growth, long parameters) {
    assertThat(Zoo.parameters(DenseNet.cifarBC(depth, growth).build())).isEqualTo(parameters);
  }

  /** What pytorchcv 0.0.74 calls densenet40_k12 and densenet100_k12 is DenseNet-C in the paper. */
  @ParameterizedTest
  @CsvSource({"40, 599050", "100, 4068490"})
  void compressionAndWidthAreArguments(int depth, long parameters) {
    DenseNet design = DenseNet.cifar(depth, 12).compression(0.5).width(24);
    assertThat(Zoo.parameters(design.build())).isEqualTo(parameters);
  }

  /** The last column of table 1 has no implementation in torchvision: shapes by its rows. */
  @Test
  void densenet264HasTheSizesOfTable1() {
    assertThat(
            Zoo.outputs(
                DenseNet.imageNet(264).build(),
                new Shape(1, 3, 224, 224),
                "features.denseblock1",
                "features.transition1",
                "features.transition2",
                "features.transition3",
                "features.denseblock4"))
        .containsExactly(
            new Shape(1, 64 + 6 * 32, 56, 56),
            new Shape(1, 128, 28, 28),
            new Shape(1, (128 + 12 * 32) / 2, 14, 14),
            new Shape(1, (256 + 64 * 32) / 2, 7, 7),
            new Shape(1, 1152 + 48 * 32, 7, 7));
  }

  /** Section 3: layer l sees the outputs of all layers before it, unchanged. */
  @Test
  void aDenseBlockKeepsWhatItsLayersHaveSeen() {
    Shape input = new Shape(2, 5, 4, 4);
    Unit three = DenseNet.denseBlock(5, 3, 2);
    Unit two = DenseNet.denseBlock(5, 2, 2);
    three.initialize(manager, DataType.FLOAT32, input);
    two.initialize(manager, DataType.FLOAT32, input);
    two.getParameters()
        .forEach(
            pair ->
                TorchOps.copy( // which leaves kernels as they lie: both add up in one order
                    three.getParameters().get(pair.getKey()).getArray(),
                    pair.getValue().getArray()));
    NDArray x = manager.randomNormal(input);
    NDArray y = three.apply(x);
    assertThat(y.getShape()).isEqualTo(new Shape(2, 11, 4, 4));
    assertThat(y.get(":, :5").toFloatArray()).containsExactly(x.toFloatArray());
    assertThat(y.get(":, :9").toFloatArray()).containsExactly(two.apply(x).toFloatArray());
  }

  @Test
  void theFirstConvolutionMayHalveSmallImages() {
    DenseNet design = DenseNet.cifarBC(28, 8);
    assertThat(Zoo.parameters(design.stemStride(2).build()))
        .isEqualTo(Zoo.parameters(design.build()));
    assertThat(
            Zoo.outputs(
                design.stemStride(2).build(),
                new Shape(1, 3, 32, 32),
                "features.denseblock1",
                "features.denseblock3"))
        .containsExactly(new Shape(1, 16 + 4 * 8, 16, 16), new Shape(1, 28 + 4 * 8, 4, 4));
  }

  @Test
  void aTransitionHalvesTheImage() {
    assertThat(DenseNet.transitionBlock(8, 4).outputShape(new Shape(1, 8, 28, 28)))
        .isEqualTo(new Shape(1, 4, 14, 14));
  }

  static Stream<Arguments> variants() {
    Shape colour = new Shape(4, 3, 32, 32);
    return Stream.of(
        Arguments.of(DenseNet.cifar(10, 4).channels(1), new Shape(4, 1, 28, 28)),
        Arguments.of(DenseNet.cifar(10, 4).dropout(0.2), colour),
        Arguments.of(DenseNet.cifarBC(10, 4).compression(0.7).dropout(0.2), colour),
        Arguments.of(DenseNet.cifarBC(16, 8).blocks(2, 3), colour),
        Arguments.of(DenseNet.imageNet(121).growth(4).blocks(1, 2, 1), new Shape(4, 3, 64, 64)));
  }

  @Test
  void badArgumentsAreNamed() {
    assertThatThrownBy(() -> DenseNet.imageNet(122))
        .hasMessage("depth (122) must be 121, 161, 169, 201 or 264");
    assertThatThrownBy(() -> DenseNet.cifar(41, 12)).hasMessageContaining("depth (41) must be 3n");
    assertThatThrownBy(() -> DenseNet.cifarBC(13, 12))
        .hasMessageContaining("depth (13) must be 6n");
    assertThatThrownBy(() -> DenseNet.cifarBC(40, 0)).hasMessageContaining("growth (0)");
    assertThatThrownBy(() -> DenseNet.cifarBC(40, 12).stemStride(0))
        .hasMessageContaining("stride (0)");
    assertThatThrownBy(() -> DenseNet.cifar(40, 12).compression(1.5))
        .hasMessageContaining("compression (1.5)");
    assertThatThrownBy(() -> DenseNet.cifar(40, 12).blocks())
        .hasMessageContaining("layers must name");
    assertThatThrownBy(() -> DenseNet.cifar(40, 12).blocks(1, 0))
        .hasMessageContaining("layers (0)");
    assertThatThrownBy(() -> DenseNet.denseBlock(4, 0, 4)).hasMessageContaining("layers (0)");
  }
}
