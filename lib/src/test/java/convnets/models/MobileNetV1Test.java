package convnets.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.Shape;
import convnets.inspect.Summary;
import convnets.models.MobileNetV1.Stage;
import convnets.nn.Unit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;

class MobileNetV1Test extends FamilyTest {

  private static final Shape IMAGE_NET = new Shape(1, 3, 224, 224);

  /** Table 6: million multiply-adds and million parameters. */
  @ParameterizedTest
  @CsvSource({"1, 569, 4.2", "0.75, 325, 2.6", "0.5, 149, 1.3", "0.25, 41, 0.5"})
  void widthsCostWhatTable6Says(double width, double multiplyAdds, double parameters) {
    assertCosts(MobileNetV1.imageNet().width(width), multiplyAdds, parameters);
  }

  /** Table 4: full convolutions in place of separable ones. */
  @Test
  void fullConvolutionsCostWhatTable4Says() {
    assertCosts(MobileNetV1.imageNet().fullConvolutions(), 4866, 29.3);
  }

  /** Table 5: without the five layers of 14 × 14 × 512 in the middle. */
  @Test
  void theShallowTwinCostsWhatTable5Says() {
    MobileNetV1 shallow =
        MobileNetV1.imageNet()
            .stages(
                new Stage(64, 1, 1),
                new Stage(128, 2, 2),
                new Stage(256, 2, 2),
                new Stage(512, 1, 2),
                new Stage(1024, 2, 2));
    assertCosts(shallow, 307, 2.9);
  }

  private static void assertCosts(MobileNetV1 design, double multiplyAdds, double parameters) {
    Summary summary = Summary.of(design.build(), IMAGE_NET);
    assertThat(summary.multiplyAdds() / 1e6).isCloseTo(multiplyAdds, within(1.3));
    assertThat(Math.round(summary.parameters() / 1e5) / 10.0).isEqualTo(parameters);
  }

  static Stream<Arguments> variants() {
    return onImages(
        4,
        32,
        MobileNetV1.tiny(),
        MobileNetV1.tiny().smallImages().channels(1).width(0.5),
        MobileNetV1.tiny().fullConvolutions(),
        MobileNetV1.imageNet().smallImages().width(0.25));
  }

  @Test
  void aBlockChangesChannelsAndSize() {
    Unit block = MobileNetV1.separable(8, 24, 2);
    assertThat(block.outputShape(new Shape(2, 8, 9, 9))).isEqualTo(new Shape(2, 24, 5, 5));
    assertThat(block.getParameters().keys()).contains("conv_dw.weight", "bn2.running_var");
  }

  @Test
  void smallImagesEndAsFourByFour() {
    assertThat(Zoo.mapBeforePooling(MobileNetV1.imageNet().smallImages().build()))
        .isEqualTo(new Shape(1, 1024, 4, 4));
    assertThat(Zoo.mapBeforePooling(MobileNetV1.tiny().build())).isEqualTo(new Shape(1, 128, 4, 4));
  }

  @Test
  void badArgumentsAreNamed() {
    assertThatThrownBy(() -> MobileNetV1.imageNet().width(0))
        .hasMessage("multiplier (0.0) must be above 0");
    assertThatThrownBy(() -> new Stage(0, 1, 1)).hasMessage("channels (0) must be at least 1");
    assertThatThrownBy(() -> MobileNetV1.imageNet().stages())
        .hasMessage("stages (0) must be at least 1");
  }
}
