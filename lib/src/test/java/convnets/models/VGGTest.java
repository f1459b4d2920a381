package convnets.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;

class VGGTest extends FamilyTest {

  /** Table 2, in millions. */
  @ParameterizedTest
  @CsvSource({"11, 133", "13, 133", "16, 138", "19, 144"})
  void parametersAreThoseOfTable2(int depth, long millions) {
    assertThat(Math.round(Zoo.parameters(VGG.imageNet(depth).build()) / 1e6)).isEqualTo(millions);
  }

  /** Torchvision numbers all layers, also those without parameters. */
  @Test
  void stagesStandWhereTorchvisionHasThem() {
    assertThat(
            Zoo.outputs(
                VGG.imageNet(16).build(),
                new Shape(1, 3, 224, 224),
                "features.0",
                "features.4",
                "features.16",
                "features.23",
                "features.30"))
        .containsExactly(
            new Shape(1, 64, 224, 224),
            new Shape(1, 64, 112, 112),
            new Shape(1, 256, 28, 28),
            new Shape(1, 512, 14, 14),
            new Shape(1, 512, 7, 7));
    assertThat(VGG.imageNet(16).bn().build().getParameters().keys())
        .contains("features.1.running_mean", "features.40.weight", "classifier.6.bias")
        .doesNotContain("features.43.weight");
  }

  static Stream<Arguments> variants() {
    VGG small = VGG.small(1, 1, 2).width(8);
    return Stream.of(
        Arguments.of(small.channels(1), new Shape(4, 1, 28, 28)),
        Arguments.of(small.bn(), new Shape(4, 3, 32, 32)),
        Arguments.of(VGG.small(1, 1, 1, 1, 1).width(4), new Shape(4, 3, 28, 28)),
        Arguments.of(VGG.imageNet(11).smallImages().width(4).bn(), new Shape(4, 3, 32, 32)),
        Arguments.of(VGG.imageNet(11).width(4).hidden(32).dropout(0), new Shape(4, 3, 64, 64)));
  }

  @Test
  void aBlockHalvesTheImage() {
    assertThat(VGG.block(8, 16, 2).outputShape(new Shape(1, 8, 28, 28)))
        .isEqualTo(new Shape(1, 16, 14, 14));
    assertThat(VGG.block(8, 16, 2).getParameters().keys())
        .containsExactly("0.weight", "0.bias", "2.weight", "2.bias");
  }

  @Test
  void badArgumentsAreNamed() {
    assertThatThrownBy(() -> VGG.imageNet(12)).hasMessage("depth (12) must be 11, 13, 16 or 19");
    assertThatThrownBy(() -> VGG.small()).hasMessageContaining("convolutions must name");
    assertThatThrownBy(() -> VGG.small(2, 0)).hasMessageContaining("convolutions (0)");
    assertThatThrownBy(() -> VGG.block(8, 16, 0)).hasMessageContaining("convolutions (0)");
  }
}
