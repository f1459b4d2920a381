package convnets.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import convnets.nn.Unit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;

class InceptionV3Test extends FamilyTest {

  /** The shapes that torchvision's source notes. */
  @Test
  void stagesHaveTorchvisionsShapes() {
    assertThat(Zoo.shapes(InceptionV3.imageNet().build(), new Shape(1, 3, 299, 299)))
        .containsEntry("Conv2d_1a_3x3", new Shape(1, 32, 149, 149))
        .containsEntry("Conv2d_2b_3x3", new Shape(1, 64, 147, 147))
        .containsEntry("Conv2d_4a_3x3", new Shape(1, 192, 71, 71))
        .containsEntry("Mixed_5b", new Shape(1, 256, 35, 35))
        .containsEntry("Mixed_5d", new Shape(1, 288, 35, 35))
        .containsEntry("Mixed_6a", new Shape(1, 768, 17, 17))
        .containsEntry("Mixed_6e", new Shape(1, 768, 17, 17))
        .containsEntry("Mixed_7a", new Shape(1, 1280, 8, 8))
        .containsEntry("Mixed_7c", new Shape(1, 2048, 8, 8));
  }

  static Stream<Arguments> variants() {
    InceptionV3 small = InceptionV3.imageNet().smallImages().width(0.05).channels(1);
    return onImages(4, 28, small.modules(1, 2, 1), small.modules(1, 1, 1).auxiliary());
  }

  @Test
  void smallImagesReachTheModulesInFullSize() {
    Unit net = InceptionV3.imageNet().smallImages().width(0.25).build();
    assertThat(Zoo.shapes(net, new Shape(1, 3, 32, 32)))
        .containsEntry("Mixed_5b", new Shape(1, 64, 32, 32))
        .containsEntry("Mixed_6a", new Shape(1, 192, 15, 15))
        .containsEntry("Mixed_7c", new Shape(1, 512, 7, 7));
  }

  @Test
  void badArgumentsAreNamed() {
    assertThatThrownBy(() -> InceptionV3.imageNet().modules(0, 4, 2))
        .hasMessage("a (0) must be from 1 to 3");
  }
}
