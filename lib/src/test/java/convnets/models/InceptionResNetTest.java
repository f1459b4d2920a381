package convnets.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;

class InceptionResNetTest extends FamilyTest {

  /** The sizes that the authors' code notes. */
  @Test
  void stagesHaveTheReleasedShapes() {
    assertThat(Zoo.shapes(InceptionResNet.imageNet().build(), new Shape(1, 3, 299, 299)))
        .containsEntry("conv2d_4a", new Shape(1, 192, 71, 71))
        .containsEntry("mixed_5b", new Shape(1, 320, 35, 35))
        .containsEntry("repeat", new Shape(1, 320, 35, 35))
        .containsEntry("mixed_6a", new Shape(1, 1088, 17, 17))
        .containsEntry("repeat_1", new Shape(1, 1088, 17, 17))
        .containsEntry("mixed_7a", new Shape(1, 2080, 8, 8))
        .containsEntry("conv2d_7b", new Shape(1, 1536, 8, 8));
  }

  @Test
  void onlyTheLastBodyStandsUnscaled() {
    InceptionResNet design = InceptionResNet.imageNet().width(0.1);
    assertThat(design.build().toString().lines().filter(line -> line.contains("×")).toList())
        .filteredOn(line -> line.trim().startsWith("×"))
        .hasSize(10 + 20 + 9);
    assertThat(design.unscaled().build().toString()).doesNotContain("× 0.1");
  }

  static Stream<Arguments> variants() {
    InceptionResNet small = InceptionResNet.imageNet().smallImages().width(0.05).channels(1);
    return onImages(4, 28, small.blocks(1, 1, 2), small.blocks(2, 0, 1).unscaled());
  }

  @Test
  void badArgumentsAreNamed() {
    assertThatThrownBy(() -> InceptionResNet.imageNet().blocks(10, 20, 0))
        .hasMessage("c (0) must be at least 1");
  }
}
