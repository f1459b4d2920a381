package convnets.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import convnets.inspect.ReceptiveField;
import convnets.nn.Initializers;
import convnets.nn.Unit;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ResidualTest {

  private static Stream<Residual<?>> designs() {
    return Stream.of(
        ResNet.imageNet(18),
        ResNet.imageNet(50),
        ResNet.imageNet(50).strideInFirst().zeroGamma().averageDown(),
        ResNeXt.imageNet(50, 8, 4),
        SENet.resNet(50).reduction(8),
        SENet.resNet(50).caffe(),
        SENet.resNeXt(50, 8, 4).reduction(4),
        CBAM.resNet(50).reduction(4),
        SKNet.imageNet(50).groups(8),
        SKNet.imageNet(50).groups(8).kernels(3, 5, 7).reduction(4),
        ResNeSt.imageNet(50),
        ResNeSt.imageNet(200),
        ResNeSt.imageNet(50).fast().radix(4).cardinality(2).groupWidth(8),
        ResNeSt.imageNet(50).radix(1),
        ResNeSt.imageNet(50).radix(0));
  }

  @ParameterizedTest
  @MethodSource("designs")
  void tinyNetworksHalveTheImageInEachStage(Residual<?> design) {
    for (Shape input : List.of(new Shape(2, 3, 32, 32), new Shape(2, 1, 28, 28))) {
      Unit net = design.tiny().classes(7).channels((int) input.get(1)).build();
      assertThat(net.outputShape(input)).isEqualTo(new Shape(2, 7));
      long size = input.get(2) / 8 + input.get(2) / 4 % 2; // 32, 16, 8, 4 and 28, 14, 7, 4
      long width = 64L * design.expansion();
      assertThat(outputOf(net, "layer3", input)).isEqualTo(new Shape(2, width, size, size));
    }
  }

  private static Shape outputOf(Unit net, String path, Shape input) {
    Shape[] found = new Shape[1];
    net.observeShapes(
        (block, inputs, outputs) -> {
          if (path.equals(net.paths().get(block))) {
            found[0] = outputs.head().getShape();
          }
        },
        input);
    return found[0];
  }

  @ParameterizedTest
  @MethodSource("designs")
  void everyFamilyTrainsEveryParameterOfSmallNetworks(Residual<?> design) {
    Unit net = design.smallImages().blocks(1, 2).width(8).classes(5).build();
    open(net);
    Zoo.assertTrainsEveryParameter(net, new Shape(4, 3, 16, 16), 5);
  }

  @ParameterizedTest
  @MethodSource("designs")
  void everyFamilyTrainsEveryParameterOfLargeNetworks(Residual<?> design) {
    Unit net = design.blocks(1, 1).width(8).classes(5).build();
    open(net);
    Zoo.assertTrainsEveryParameter(net, new Shape(4, 3, 64, 64), 5);
  }

  /** Starts every γ at one: behind a γ of zero nothing has a gradient in the first step. */
  private static void open(Unit net) {
    net.setInitializer(Initializers.constant(1), Parameter.Type.GAMMA);
  }

  @ParameterizedTest
  @MethodSource("designs")
  void receptiveFieldsAreKnownOfEveryFamily(Residual<?> design) {
    Unit net = design.tiny().build();
    assertThat(ReceptiveField.of(net).whole()).isTrue();
    assertThat(ReceptiveField.byLayer(net)).containsKeys("conv1", "layer3.1.conv1", "fc");
  }

  @Test
  void tinyNetworksHaveTheParametersOfTheirLayers() {
    assertThat(Zoo.parameters(ResNet.imageNet(50).tiny().classes(100).build()))
        .isEqualTo(byHand(1, 1));
    assertThat(Zoo.parameters(ResNeXt.imageNet(50, 8, 4).tiny().classes(100).build()))
        .isEqualTo(byHand(2, 8));
  }

  /** The weights of all layers, a γ and a β for each of their channels, and the classifier. */
  private static long byHand(int widening, int groups) {
    long total = 27 * 32 + 2 * 32;
    long in = 32;
    for (long width : new long[] {16, 32, 64}) {
      long inner = widening * width;
      long out = 4 * width;
      for (int block = 0; block < 2; block++) {
        total += in * inner + 9 * inner * inner / groups + inner * out + 4 * inner + 2 * out;
        total += block == 0 ? in * out + 2 * out : 0;
        in = out;
      }
    }
    return total + in * 100 + 100;
  }

  @Test
  void anAveragingShortcutProjectsBehindTheAverage() {
    List<String> names = ResNet.imageNet(50).averageDown().build().getParameters().keys();
    assertThat(names)
        .contains("layer2.0.downsample.1.weight", "layer2.0.downsample.2.running_mean")
        .doesNotContain("layer2.0.downsample.0.weight");
  }

  @Test
  void aDesignKeepsItsOwnBlocks() {
    int[] blocks = {1, 1};
    ResNet design = ResNet.imageNet(50).blocks(blocks);
    blocks[0] = 5;
    assertThat(design.build().getParameters().keys()).doesNotContain("layer1.1.conv1.weight");
  }

  @Test
  void badArgumentsAreNamed() {
    assertThatThrownBy(() -> ResNet.imageNet(50).blocks()).hasMessageContaining("blocks must have");
    assertThatThrownBy(() -> ResNet.imageNet(50).blocks(2, 0)).hasMessageContaining("blocks (0)");
    assertThatThrownBy(() -> ResNet.imageNet(50).width(0)).hasMessageContaining("width (0)");
    assertThatThrownBy(() -> SENet.resNet(18)).hasMessage("depth (18) must be 50, 101 or 152");
    assertThatThrownBy(() -> ResNeXt.imageNet(50, 0, 4)).hasMessageContaining("cardinality (0)");
    assertThatThrownBy(() -> ResNeXt.block(64, 30, 64, 4, 1))
        .hasMessage("groups (4) must divide in (30)");
    assertThatThrownBy(() -> SENet.bottleneckBlock(64, 16, 1, 3))
        .hasMessage("reduction (3) must divide channels (64)");
    assertThatThrownBy(() -> CBAM.channelAttention(64, 3))
        .hasMessage("reduction (3) must divide channels (64)");
    assertThatThrownBy(() -> SKNet.imageNet(50).kernels(3))
        .hasMessageContaining("two sizes or more");
    assertThatThrownBy(() -> SKNet.imageNet(50).kernels(3, 4)).hasMessageContaining("kernels (4)");
    assertThatThrownBy(() -> ResNeSt.imageNet(152))
        .hasMessage("depth (152) must be 50, 101, 200 or 269");
    assertThatThrownBy(() -> ResNeSt.imageNet(50).radix(-1)).hasMessageContaining("radix (-1)");
  }
}
