package convnets.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import convnets.nn.Unit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;

class InceptionV4Test extends FamilyTest {

  /** The sizes beside figures 3 and 9. */
  @Test
  void stagesHaveThePapersShapes() {
    assertThat(Zoo.shapes(InceptionV4.imageNet().build(), new Shape(1, 3, 299, 299)))
        .containsEntry("features.0", new Shape(1, 32, 149, 149))
        .containsEntry("features.2", new Shape(1, 64, 147, 147))
        .containsEntry("features.3", new Shape(1, 160, 73, 73))
        .containsEntry("features.4", new Shape(1, 192, 71, 71))
        .containsEntry("features.5", new Shape(1, 384, 35, 35))
        .containsEntry("features.9", new Shape(1, 384, 35, 35))
        .containsEntry("features.10", new Shape(1, 1024, 17, 17))
        .containsEntry("features.18", new Shape(1, 1536, 8, 8))
        .containsEntry("features.21", new Shape(1, 1536, 8, 8));
  }

  static Stream<Arguments> variants() {
    InceptionV4 small = InceptionV4.imageNet().smallImages().width(0.05).channels(1);
    return onImages(4, 28, small.modules(1, 1, 1), small.modules(0, 2, 0));
  }

  @Test
  void smallImagesReachTheModulesInFullSize() {
    Unit net = InceptionV4.imageNet().smallImages().width(0.25).modules(1, 1, 1).build();
    assertThat(Zoo.shapes(net, new Shape(1, 3, 32, 32)))
        .containsEntry("features.5", new Shape(1, 96, 32, 32))
        .containsEntry("features.7", new Shape(1, 256, 15, 15))
        .containsEntry("features.10", new Shape(1, 384, 7, 7));
  }

  @Test
  void badArgumentsAreNamed() {
    assertThatThrownBy(() -> InceptionV4.imageNet().modules(4, -1, 3))
        .hasMessage("b (-1) must not be negative");
  }
}
