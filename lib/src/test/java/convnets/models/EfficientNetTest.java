package convnets.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.Shape;
import convnets.inspect.Summary;
import convnets.models.EfficientNet.Stage;
import convnets.nn.Unit;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;

class EfficientNetTest extends FamilyTest {

  /** Table 2: million parameters and billion multiply-adds, at the paper's resolutions. */
  @ParameterizedTest
  @CsvSource({
    "0, 5.3, 0.39",
    "1, 7.8, 0.70",
    "2, 9.2, 1.0",
    "3, 12, 1.8",
    "4, 19, 4.2",
    "5, 30, 9.9",
    "6, 43, 19",
    "7, 66, 37"
  })
  void versionsCostWhatTable2Says(int version, double parameters, double multiplyAdds) {
    int size = EfficientNet.scaling(version).resolution(224);
    Summary summary = Summary.of(EfficientNet.b(version).build(), new Shape(1, 3, size, size));
    assertThat(summary.parameters() / 1e6).isCloseTo(parameters, within(0.03 * parameters));
    assertThat(summary.multiplyAdds() / 1e9).isCloseTo(multiplyAdds, within(0.05 * multiplyAdds));
  }

  @Test
  void compoundScalingIsEquation3() {
    assertThat(Scaling.compound(0)).isEqualTo(new Scaling(1, 1, 1));
    assertThat(Scaling.compound(2))
        .isEqualTo(new Scaling(Math.pow(1.2, 2), Math.pow(1.1, 2), Math.pow(1.15, 2)));
    Scaling one = Scaling.compound(1);
    double flops = one.depth() * Math.pow(one.width(), 2) * Math.pow(one.resolution(), 2);
    assertThat(flops).isCloseTo(2, within(0.1));
    assertThat(one.resolution(224)).isEqualTo(258);
    assertThat(EfficientNet.scaling(7).resolution(224)).isEqualTo(600);
  }

  /** Depth, width and resolution are rounded, so that the cost doubles only about. */
  @Test
  void eachStepOfPhiAboutDoublesTheCost() {
    double before = compoundCost(0);
    for (int phi = 1; phi <= 6; phi++) {
      assertThat(compoundCost(phi) / before)
          .isCloseTo(Math.pow(2, phi), within(0.3 * Math.pow(2, phi)));
    }
  }

  private static double compoundCost(int phi) {
    Scaling scaling = Scaling.compound(phi);
    int size = scaling.resolution(224);
    return Summary.of(EfficientNet.b(0).scale(scaling).build(), new Shape(1, 3, size, size))
        .multiplyAdds();
  }

  static Stream<Arguments> variants() {
    return onImages(
        4,
        32,
        EfficientNet.tiny().drop(0, 0),
        EfficientNet.tiny().channels(1).scale(Scaling.compound(1)).drop(0, 0),
        EfficientNet.b(0).smallImages().width(0.25).drop(0, 0),
        EfficientNetV2.tiny().drop(0, 0),
        EfficientNetV2.s().smallImages().width(0.25).depth(0.2).drop(0, 0));
  }

  @Test
  void scalingASmallNetworkMakesItDeeperAndWider() {
    long blocks = blocks(EfficientNet.tiny().build());
    assertThat(blocks).isEqualTo(6);
    assertThat(blocks(EfficientNet.tiny().depth(1.2).build())).isEqualTo(9);
    assertThat(Zoo.parameters(EfficientNet.tiny().width(2).build()))
        .isGreaterThan(3 * Zoo.parameters(EfficientNet.tiny().build()));
  }

  private static long blocks(Unit net) {
    return net.getParameters().keys().stream().filter(name -> name.endsWith("fc1.weight")).count();
  }

  @Test
  void blocksChangeChannelsAndSize() {
    Shape input = new Shape(2, 16, 9, 9);
    assertThat(EfficientNet.mbConv(6, 16, 24, 5, 2).outputShape(input))
        .isEqualTo(new Shape(2, 24, 5, 5));
    assertThat(EfficientNetV2.fusedMbConv(4, 16, 24, 3, 2).outputShape(input))
        .isEqualTo(new Shape(2, 24, 5, 5));
    assertThat(EfficientNetV2.fusedMbConv(1, 16, 16, 3, 1).toString()).startsWith("add");
  }

  /** Figure 2 of the paper of EfficientNetV2: 3×3 to 4 times the channels, then 1×1. */
  @Test
  void theFusedBlockHasOneFullConvolution() {
    assertThat(Zoo.parameters(EfficientNetV2.fusedMbConv(4, 16, 24, 3, 2)))
        .isEqualTo(16 * 64 * 9 + 2 * 64 + 64 * 24 + 2 * 24);
    assertThat(Zoo.parameters(EfficientNetV2.fusedMbConv(1, 16, 24, 3, 2)))
        .isEqualTo(16 * 24 * 9 + 2 * 24);
  }

  @Test
  void smallImagesEndAsFourByFour() {
    for (Design<?> design :
        List.of(EfficientNet.b(0), EfficientNetV2.s(), EfficientNetLite.lite0())) {
      assertThat(Zoo.mapBeforePooling(design.smallImages().build()))
          .isEqualTo(new Shape(1, 1280, 4, 4));
    }
    assertThat(Zoo.mapBeforePooling(EfficientNet.tiny().build()))
        .isEqualTo(new Shape(1, 256, 4, 4));
  }

  @Test
  void badArgumentsAreNamed() {
    assertThatThrownBy(() -> EfficientNet.b(8)).hasMessage("version (8) must be 0 to 7");
    assertThatThrownBy(() -> EfficientNet.tiny().drop(1, 0))
        .hasMessage("inputs (1.0) must be from 0 to below 1");
    assertThatThrownBy(() -> EfficientNet.tiny().depth(0))
        .hasMessage("multiplier (0.0) must be above 0");
    assertThatThrownBy(() -> new Stage(6, 0, 1, 8, 1)).hasMessage("kernel (0) must be at least 1");
    assertThatThrownBy(() -> new Scaling(1, -1, 1)).hasMessage("width (-1.0) must be above 0");
  }
}
