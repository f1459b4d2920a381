package convnets.models;

import static convnets.nn.Layers.conv;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import convnets.nn.Unit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;

class XceptionTest extends FamilyTest {

  /** timm's features, in stage_shapes_224.tsv, and the sizes of figure 5. */
  @Test
  void stagesHaveThePapersShapes() {
    assertThat(Zoo.shapes(Xception.imageNet().build(), new Shape(1, 3, 299, 299)))
        .containsEntry("conv1", new Shape(1, 32, 149, 149))
        .containsEntry("conv2", new Shape(1, 64, 147, 147))
        .containsEntry("block1", new Shape(1, 128, 74, 74))
        .containsEntry("block2", new Shape(1, 256, 37, 37))
        .containsEntry("block3", new Shape(1, 728, 19, 19))
        .containsEntry("block11", new Shape(1, 728, 19, 19))
        .containsEntry("block12", new Shape(1, 1024, 10, 10))
        .containsEntry("conv4", new Shape(1, 2048, 10, 10));
  }

  /** A 3×3 convolution costs 9 · in · out a pixel, a separable one (9 + out) · in. */
  @Test
  void separableConvolutionsCostWhatTheFormulaSays() {
    Unit separable = Xception.separable(64, 128, 3);
    assertThat(Zoo.parameters(separable)).isEqualTo(64 * 9 + 64 * 128);
    Shape image = new Shape(1, 64, 10, 10);
    assertThat(Zoo.multiplyAdds(separable, image)).isEqualTo(100 * (9 + 128) * 64);
    assertThat(Zoo.multiplyAdds(conv(64, 128, 3), image)).isEqualTo(100 * 9 * 64 * 128);
    assertThat(separable.outputShape(image)).isEqualTo(new Shape(1, 128, 10, 10));
  }

  static Stream<Arguments> variants() {
    Xception small = Xception.imageNet().smallImages().width(0.05).middle(1).channels(1);
    return onImages(4, 28, small, small.plain().middle(0), small.intermediateRelu());
  }

  @Test
  void aPlainNetworkHasNoSums() {
    assertThat(Xception.imageNet().width(0.1).plain().build().toString()).doesNotContain("add");
  }

  @Test
  void smallImagesReachTheMiddleFlowAt8By8() {
    Unit net = Xception.imageNet().smallImages().width(0.25).middle(2).build();
    assertThat(Zoo.shapes(net, new Shape(1, 3, 32, 32)))
        .containsEntry("block1", new Shape(1, 32, 32, 32))
        .containsEntry("block5", new Shape(1, 182, 8, 8))
        .containsEntry("block6", new Shape(1, 256, 4, 4));
  }

  @Test
  void badArgumentsAreNamed() {
    assertThatThrownBy(() -> Xception.imageNet().middle(-1))
        .hasMessage("blocks (-1) must not be negative");
  }
}
