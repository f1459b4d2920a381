package convnets.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;

class ZFNetTest extends FamilyTest {

  /** Figure 3: 110, 55, 26, 13, 6 pixels. */
  @Test
  void sizesAreThoseOfFigure3() {
    assertThat(
            Zoo.outputs(
                ZFNet.imageNet().build(),
                new Shape(1, 3, 224, 224),
                "conv1",
                "maxpool1",
                "conv2",
                "maxpool2",
                "conv5",
                "maxpool3"))
        .containsExactly(
            new Shape(1, 96, 110, 110),
            new Shape(1, 96, 55, 55),
            new Shape(1, 256, 26, 26),
            new Shape(1, 256, 13, 13),
            new Shape(1, 256, 13, 13),
            new Shape(1, 256, 6, 6));
  }

  static Stream<Arguments> variants() {
    ZFNet form = ZFNet.imageNet().width(24).hidden(64);
    return Stream.of(
        Arguments.of(form.smallImages().channels(1), new Shape(8, 1, 28, 28)),
        Arguments.of(form.smallImages().dropout(0), new Shape(8, 3, 32, 32)),
        Arguments.of(form, new Shape(8, 3, 96, 96)));
  }

  @Test
  void badArgumentsAreNamed() {
    assertThatThrownBy(() -> ZFNet.imageNet().width(0)).hasMessageContaining("width (0)");
    assertThatThrownBy(() -> ZFNet.imageNet().hidden(0)).hasMessageContaining("hidden (0)");
    assertThatThrownBy(() -> ZFNet.imageNet().dropout(1)).hasMessageContaining("rate (1.0)");
  }
}
