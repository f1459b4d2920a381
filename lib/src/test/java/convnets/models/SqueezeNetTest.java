package convnets.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.nn.Unit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;

class SqueezeNetTest extends FamilyTest {

  /** Table 1, "number of parameters before pruning", by torchvision's name of the layer. */
  @ParameterizedTest
  @CsvSource({
    "features.0., 14208", // conv1
    "features.3., 11920", // fire2
    "features.4., 12432",
    "features.5., 45344",
    "features.7., 49440",
    "features.8., 104880",
    "features.9., 111024",
    "features.10., 188992",
    "features.12., 197184", // fire9
    "classifier.1., 513000", // conv10
  })
  void layersHaveTheParametersOfTable1(String layer, long parameters) {
    long counted =
        SqueezeNet.version10().build().getParameters().stream()
            .filter(pair -> pair.getKey().startsWith(layer))
            .mapToLong(pair -> pair.getValue().getShape().size())
            .sum();
    assertThat(counted).isEqualTo(parameters);
  }

  /** Table 1's sizes are 111, 55, 27, 13 for its images of 224×224: 109 and 54 by arithmetic. */
  @Test
  void poolingsStandWhereTable1HasThem() {
    assertThat(
            Zoo.outputs(
                SqueezeNet.version10().build(),
                new Shape(1, 3, 224, 224),
                "features.0",
                "features.2",
                "features.6",
                "features.11",
                "classifier.1"))
        .containsExactly(
            new Shape(1, 96, 109, 109),
            new Shape(1, 96, 54, 54),
            new Shape(1, 256, 27, 27),
            new Shape(1, 512, 13, 13),
            new Shape(1, 1000, 13, 13));
  }

  /** Section 6: a bypass around fire3, 5, 7 and 9 costs no parameters. */
  @Test
  void bypassesLearnNothing() {
    Unit net = SqueezeNet.version10().bypass().build();
    assertThat(Zoo.parameters(net)).isEqualTo(1_248_424);
    assertThat(net.toString().split("\\badd\\b", -1)).hasSize(1 + 4);
  }

  @Test
  void aFireConcatenatesItsTwoExpansions() {
    Unit fire = SqueezeNet.fire(6, 2, 4);
    fire.initialize(manager, DataType.FLOAT32, new Shape(1, 6, 5, 5));
    fire.getParameters().get("expand3x3.weight").getArray().muli(0);
    fire.getParameters().get("expand3x3.bias").getArray().muli(0).addi(3);
    NDArray y = fire.apply(manager.randomNormal(new Shape(1, 6, 5, 5)));
    assertThat(y.getShape()).isEqualTo(new Shape(1, 8, 5, 5));
    assertThat(y.get(":, 4:").toFloatArray()).containsOnly(3);
    assertThat(y.get(":, :4").toFloatArray()).doesNotContain(3);
  }

  static Stream<Arguments> variants() {
    SqueezeNet small = SqueezeNet.version11().smallImages().width(16);
    return Stream.of(
        Arguments.of(small.channels(1), new Shape(8, 1, 28, 28)),
        Arguments.of(small.fires(5).squeezeRatio(0.5).bypass(), new Shape(8, 3, 32, 32)),
        Arguments.of(SqueezeNet.version10().smallImages().width(16), new Shape(8, 3, 32, 32)),
        Arguments.of(SqueezeNet.version11().width(16).dropout(0), new Shape(8, 3, 64, 64)));
  }

  @Test
  void badArgumentsAreNamed() {
    SqueezeNet design = SqueezeNet.version10();
    assertThatThrownBy(() -> design.width(0)).hasMessageContaining("width (0)");
    assertThatThrownBy(() -> design.fires(0)).hasMessageContaining("fires (0)");
    assertThatThrownBy(() -> design.squeezeRatio(0)).hasMessageContaining("ratio (0.0)");
    assertThatThrownBy(() -> design.dropout(1)).hasMessageContaining("rate (1.0)");
  }
}
