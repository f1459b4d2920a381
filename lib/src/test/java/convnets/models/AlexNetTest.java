package convnets.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import convnets.nn.Unit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;

class AlexNetTest extends FamilyTest {

  /** The textbook's own example: grey images, 10 classes (reference_models.tsv). */
  @Test
  void theTextbooksExampleHasItsParameters() {
    assertThat(Zoo.parameters(AlexNet.textbook().channels(1).classes(10).build()))
        .isEqualTo(46_764_746);
  }

  /** Figure 2: 55, 27, 13, 13, 13 pixels; the paper's 48 + 48 filters see all three channels. */
  @Test
  void theNetworkOf2012HasTheSizesOfFigure2() {
    Unit net = AlexNet.paper().build();
    assertThat(Zoo.outputs(net, new Shape(1, 3, 227, 227), "conv1", "conv2", "conv3", "conv5"))
        .containsExactly(
            new Shape(1, 96, 55, 55),
            new Shape(1, 256, 27, 27),
            new Shape(1, 384, 13, 13),
            new Shape(1, 256, 13, 13));
    assertThat(net.getParameters().get("conv1.weight").getShape())
        .isEqualTo(new Shape(96, 3, 11, 11));
    assertThat(net.getParameters().get("conv2.weight").getShape())
        .isEqualTo(new Shape(256, 48, 5, 5));
    assertThat(net.getParameters().get("conv3.weight").getShape())
        .isEqualTo(new Shape(384, 256, 3, 3));
  }

  /** Section 5: deviation 0.01; biases of 1 in conv2, conv4, conv5 and the hidden layers. */
  @Test
  void theNetworkOf2012StartsAsItsPaperSays() {
    Unit net = AlexNet.paper().width(24).hidden(64).classes(10).build();
    net.initialize(manager, DataType.FLOAT32, new Shape(1, 3, 227, 227));
    net.getParameters()
        .forEach(
            pair -> {
              Parameter parameter = pair.getValue();
              if (parameter.getType() == Parameter.Type.BIAS) {
                boolean one = pair.getKey().matches("(conv[245]|fc[67])\\.bias");
                assertThat(parameter.getArray().toFloatArray()).containsOnly(one ? 1 : 0);
              } else {
                assertThat(Math.sqrt(parameter.getArray().square().mean().getFloat()))
                    .as(pair.getKey())
                    .isBetween(0.008, 0.012);
              }
            });
  }

  static Stream<Arguments> variants() {
    Shape grey = new Shape(8, 1, 28, 28);
    Shape colour = new Shape(8, 3, 32, 32);
    return Stream.of(AlexNet.paper(), AlexNet.torchvision(), AlexNet.textbook())
        .map(form -> form.width(24).hidden(64))
        .flatMap(
            form ->
                Stream.of(
                    Arguments.of(form.smallImages().channels(1), grey),
                    Arguments.of(form.smallImages().dropout(0), colour),
                    Arguments.of(form, new Shape(8, 3, 96, 96))));
  }

  @Test
  void widthScalesAllConvolutions() {
    Unit net = AlexNet.torchvision().width(16).build();
    assertThat(net.getParameters().get("features.3.weight").getShape())
        .isEqualTo(new Shape(48, 16, 5, 5));
    assertThat(net.getParameters().get("features.10.weight").getShape())
        .isEqualTo(new Shape(64, 64, 3, 3));
  }

  @Test
  void badArgumentsAreNamed() {
    assertThatThrownBy(() -> AlexNet.torchvision().width(0)).hasMessageContaining("width (0)");
    assertThatThrownBy(() -> AlexNet.torchvision().hidden(0)).hasMessageContaining("hidden (0)");
    assertThatThrownBy(() -> AlexNet.torchvision().dropout(1)).hasMessageContaining("rate (1.0)");
  }
}
