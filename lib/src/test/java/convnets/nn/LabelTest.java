package convnets.nn;

import static convnets.nn.Combinators.add;
import static convnets.nn.Combinators.named;
import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.avgPool;
import static convnets.nn.Layers.batchNorm;
import static convnets.nn.Layers.conv;
import static convnets.nn.Layers.convTranspose;
import static convnets.nn.Layers.flatten;
import static convnets.nn.Layers.globalAvgPool;
import static convnets.nn.Layers.groupNorm;
import static convnets.nn.Layers.hardswish;
import static convnets.nn.Layers.identity;
import static convnets.nn.Layers.instanceNorm;
import static convnets.nn.Layers.lambda;
import static convnets.nn.Layers.layerNorm;
import static convnets.nn.Layers.leakyRelu;
import static convnets.nn.Layers.linear;
import static convnets.nn.Layers.maxPool;
import static convnets.nn.Layers.prelu;
import static convnets.nn.Layers.reflectionPad;
import static convnets.nn.Layers.relu;
import static convnets.nn.Layers.upsample;
import static convnets.nn.Layers.upsampleTo;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What layers say of themselves to figures and summaries, and what their paths are. */
class LabelTest {

  static Stream<Arguments> labels() {
    return Stream.of(
        Arguments.of(conv(3, 64, 7).stride(2), Role.CONVOLUTION, "7×7 conv, 64, /2", ""),
        Arguments.of(conv(8, 16, 1, 3), Role.CONVOLUTION, "1×3 conv, 16", ""),
        Arguments.of(conv(64, 64, 3).groups(32), Role.CONVOLUTION, "3×3 conv, 64", "32 groups"),
        Arguments.of(
            conv(64, 64, 3).groups(64).dilation(2),
            Role.CONVOLUTION,
            "3×3 depthwise conv, 64",
            "dilation 2"),
        Arguments.of(
            convTranspose(64, 32, 4).stride(2),
            Role.CONVOLUTION,
            "4×4 transposed conv, 32, ×2",
            ""),
        Arguments.of(
            conv(64, 64, 3).spectralNorm(), Role.CONVOLUTION, "3×3 conv, 64", "spectral norm"),
        Arguments.of(linear(512, 10), Role.FULLY_CONNECTED, "fc, 10", ""),
        Arguments.of(batchNorm(64), Role.NORMALIZATION, "BN", ""),
        Arguments.of(instanceNorm(8), Role.NORMALIZATION, "IN", ""),
        Arguments.of(groupNorm(4, 8), Role.NORMALIZATION, "GN, 4 groups", ""),
        Arguments.of(layerNorm(8), Role.NORMALIZATION, "LN", ""),
        Arguments.of(leakyRelu(0.2), Role.ACTIVATION, "leaky ReLU", "slope 0.2"),
        Arguments.of(prelu(), Role.ACTIVATION, "PReLU", ""),
        Arguments.of(upsample(2), Role.POOLING, "nearest upsampling, ×2", ""),
        Arguments.of(upsampleTo(8, 6).bilinear(), Role.POOLING, "bilinear upsampling to 8×6", ""),
        Arguments.of(reflectionPad(3), Role.OTHER, "reflection pad, 3", ""),
        Arguments.of(hardswish(), Role.ACTIVATION, "hard swish", ""),
        Arguments.of(maxPool(3, 2), Role.POOLING, "3×3 max pool, /2", ""),
        Arguments.of(avgPool(2, 1), Role.POOLING, "2×2 average pool", ""),
        Arguments.of(globalAvgPool(), Role.POOLING, "global average pool", ""),
        Arguments.of(identity(), Role.IDENTITY, "identity", ""),
        Arguments.of(flatten(), Role.IDENTITY, "flatten", ""),
        Arguments.of(lambda("channel shuffle", x -> x), Role.OTHER, "channel shuffle", ""));
  }

  @ParameterizedTest(name = "{2}")
  @MethodSource("labels")
  void layersSayWhatTheyAre(Unit layer, Role role, String title, String notes) {
    Label label = layer.label();
    assertThat(label.role()).isEqualTo(role);
    assertThat(label.title()).isEqualTo(title);
    assertThat(String.join(", ", label.notes())).isEqualTo(notes);
  }

  @Test
  void everyLayerHasAPath() {
    Unit block = add(seq(conv(4, 4, 3).bn().relu(), conv(4, 4, 3)), identity());
    Unit net = seq(named("stem", seq(conv(3, 4, 3), hardswish())), block, relu(), maxPool(2, 2));
    assertThat(new TreeSet<>(net.paths().values()))
        .containsExactly(
            "",
            "bn1",
            "conv1",
            "conv2",
            "identity1",
            "maxpool1",
            "relu1",
            "relu2",
            "stem",
            "stem.conv1",
            "stem.hardswish1");
  }

  @Test
  void observersSeeOtherBlocksToo() {
    Block foreign = Blocks.identityBlock();
    List<Block> seen = new ArrayList<>();
    seq(relu(), foreign).observeShapes((block, in, out) -> seen.add(block), new Shape(1, 2));
    assertThat(seen).hasSize(3).element(1).isSameAs(foreign);
  }
}
