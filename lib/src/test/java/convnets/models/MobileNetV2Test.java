package convnets.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import convnets.inspect.Costs;
import convnets.models.MobileNetV2.Stage;
import convnets.nn.Unit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;

class MobileNetV2Test extends FamilyTest {

  /**
   * The table beside the authors' code (tensorflow/models, slim/nets/mobilenet): million
   * multiply-adds, cut off, and million weights: parameters without batch norms.
   */
  @ParameterizedTest
  @CsvSource({
    "1.4, 582, 6.06",
    "1, 300, 3.47",
    "0.75, 209, 2.61",
    "0.5, 97, 1.95",
    "0.35, 59, 1.66"
  })
  void widthsCostWhatTheAuthorsSay(double width, long multiplyAdds, double weights) {
    Unit net = MobileNetV2.imageNet().width(width).build();
    Costs costs = Costs.of(net, new Shape(1, 3, 224, 224));
    assertThat(costs.multiplyAdds() / 1_000_000).isEqualTo(multiplyAdds);
    assertThat(Math.round(costs.weights() / 1e4) / 100.0).isEqualTo(weights);
  }

  static Stream<Arguments> variants() {
    return onImages(
        4,
        32,
        MobileNetV2.tiny(),
        MobileNetV2.tiny().nonLinear().plain(),
        MobileNetV2.tiny().channels(1).width(0.5),
        MobileNetV2.imageNet().smallImages().width(0.35));
  }

  @Test
  void aBlockHasAShortcutWhereTheSizesAgree() {
    assertThat(MobileNetV2.invertedResidual(16, 16, 1, 6).toString()).startsWith("add");
    assertThat(MobileNetV2.invertedResidual(16, 16, 2, 6).toString()).doesNotContain("add");
    assertThat(MobileNetV2.invertedResidual(16, 24, 1, 6).toString()).doesNotContain("add");
    assertThat(MobileNetV2.tiny().plain().build().toString()).doesNotContain("add");
  }

  @Test
  void theProjectionIsLinear() {
    String block = MobileNetV2.invertedResidual(16, 16, 1, 6).toString();
    assertThat(block.split("ReLU6", -1)).hasSize(3);
    assertThat(MobileNetV2.tiny().nonLinear().build().toString().split("ReLU6", -1))
        .hasSize(MobileNetV2.tiny().build().toString().split("ReLU6", -1).length + 6);
  }

  @Test
  void withoutExpansionThereIsNoFirstConvolution() {
    Unit block = MobileNetV2.invertedResidual(16, 8, 2, 1);
    assertThat(Zoo.parameters(block)).isEqualTo(16 * 9 + 2 * 16 + 16 * 8 + 2 * 8);
    assertThat(block.outputShape(new Shape(1, 16, 8, 8))).isEqualTo(new Shape(1, 8, 4, 4));
  }

  /** By hand from {@code _make_divisible} of the authors' code. */
  @ParameterizedTest
  @CsvSource({
    "1, 8",
    "11.9, 16",
    "12, 16",
    "8.4, 8",
    "11.2, 16",
    "33.6, 32",
    "19.99, 24",
    "20, 24"
  })
  void channelsAreRoundedAsTheAuthorsDo(double channels, int rounded) {
    assertThat(MobileNetV2.divisible(channels)).isEqualTo(rounded);
  }

  @Test
  void smallImagesEndAsFourByFour() {
    assertThat(Zoo.mapBeforePooling(MobileNetV2.imageNet().smallImages().build()))
        .isEqualTo(new Shape(1, 1280, 4, 4));
    assertThat(Zoo.mapBeforePooling(MobileNetV2.tiny().build())).isEqualTo(new Shape(1, 256, 4, 4));
  }

  @Test
  void badArgumentsAreNamed() {
    assertThatThrownBy(() -> MobileNetV2.imageNet().width(-1))
        .hasMessage("multiplier (-1.0) must be above 0");
    assertThatThrownBy(() -> new Stage(6, 8, 1, 0)).hasMessage("stride (0) must be at least 1");
    assertThatThrownBy(() -> MobileNetV2.invertedResidual(8, 0, 1, 6))
        .hasMessage("out (0) must be at least 1");
  }
}
