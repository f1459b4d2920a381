package convnets.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import convnets.models.MobileNetV3.Nonlinearity;
import convnets.models.MobileNetV3.Row;
import convnets.nn.Unit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;

class MobileNetV3Test extends FamilyTest {

  static Stream<Arguments> variants() {
    return onImages(
        8,
        32,
        MobileNetV3.tiny(),
        MobileNetV3.tiny().channels(1).width(0.5),
        MobileNetV3.small().smallImages().width(0.5),
        MobileNetV3.large().smallImages().width(0.35));
  }

  @Test
  void aBlockHasWhatItsRowSays() {
    Unit plain = MobileNetV3.bneck(16, 64, 24, 3, 2, false, Nonlinearity.RE);
    assertThat(plain.toString()).contains("ReLU").doesNotContain("hard");
    assertThat(plain.outputShape(new Shape(1, 16, 8, 8))).isEqualTo(new Shape(1, 24, 4, 4));
    Unit attentive = MobileNetV3.bneck(16, 96, 16, 5, 1, true, Nonlinearity.HS);
    assertThat(attentive.toString()).contains("hard swish", "hard sigmoid").startsWith("add");
    assertThat(attentive.getParameters().get("block.2.fc1.weight").getShape())
        .isEqualTo(new Shape(24, 96, 1, 1));
  }

  @Test
  void smallImagesEndAsFourByFour() {
    assertThat(Zoo.mapBeforePooling(MobileNetV3.large().smallImages().build()))
        .isEqualTo(new Shape(1, 960, 4, 4));
    assertThat(Zoo.mapBeforePooling(MobileNetV3.small().smallImages().build()))
        .isEqualTo(new Shape(1, 576, 4, 4));
    assertThat(Zoo.mapBeforePooling(MobileNetV3.tiny().build())).isEqualTo(new Shape(1, 384, 4, 4));
  }

  @Test
  void badArgumentsAreNamed() {
    assertThatThrownBy(() -> MobileNetV3.small().width(0))
        .hasMessage("multiplier (0.0) must be above 0");
    assertThatThrownBy(() -> new Row(3, 0, 16, true, Nonlinearity.RE, 1))
        .hasMessage("expanded (0) must be at least 1");
    assertThatThrownBy(() -> MobileNetV3.small().rows()).hasMessage("rows (0) must be at least 1");
  }
}
