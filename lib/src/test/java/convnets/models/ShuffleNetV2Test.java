package convnets.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.nn.Unit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;

class ShuffleNetV2Test extends FamilyTest {

  static Stream<Arguments> variants() {
    return onImages(
        4,
        32,
        ShuffleNetV2.tiny(24),
        ShuffleNetV2.tiny(16).channels(1).blocks(1, 2, 1),
        ShuffleNetV2.imageNet(0.5).smallImages());
  }

  /** Channel i of the first half passes untouched and becomes channel 2i. */
  @Test
  void halfOfTheChannelsPassUntouched() {
    Shape shape = new Shape(2, 12, 5, 5);
    Unit unit = ShuffleNetV2.unit(12, 12, 1);
    unit.initialize(manager, DataType.FLOAT32, shape);
    NDArray x = manager.randomNormal(shape);
    NDArray y = unit.apply(x);
    assertThat(y.getShape()).isEqualTo(shape);
    for (int i = 0; i < 6; i++) {
      assertThat(y.get(":, " + 2 * i)).isEqualTo(x.get(":, " + i));
    }
  }

  @Test
  void aUnitWithStrideHalvesTheSize() {
    assertThat(ShuffleNetV2.unit(24, 58, 2).outputShape(new Shape(2, 24, 9, 9)))
        .isEqualTo(new Shape(2, 58, 5, 5));
  }

  @Test
  void smallImagesEndAsFourByFour() {
    assertThat(Zoo.mapBeforePooling(ShuffleNetV2.imageNet(1).smallImages().build()))
        .isEqualTo(new Shape(1, 1024, 4, 4));
    assertThat(Zoo.mapBeforePooling(ShuffleNetV2.tiny(24).build()))
        .isEqualTo(new Shape(1, 96, 4, 4));
  }

  @Test
  void badArgumentsAreNamed() {
    assertThatThrownBy(() -> ShuffleNetV2.imageNet(3))
        .hasMessage("scale (3.0) must be 0.5, 1, 1.5 or 2");
    assertThatThrownBy(() -> ShuffleNetV2.unit(8, 9, 2)).hasMessage("out (9) must be even");
    assertThatThrownBy(() -> ShuffleNetV2.unit(8, 16, 1))
        .hasMessage("out (16) must be equal to in (8) for stride 1");
    assertThatThrownBy(() -> ShuffleNetV2.imageNet(1).blocks())
        .hasMessage("blocks ([]) must be one number for each of three stages");
  }
}
