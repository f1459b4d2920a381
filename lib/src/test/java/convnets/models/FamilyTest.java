package convnets.models;

import ai.djl.ndarray.types.Shape;
import convnets.nn.NnTest;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the tests of families share. Each has a static method {@code variants()}: forms of the
 * family with the shape of a batch for them, small enough to learn here.
 */
abstract class FamilyTest extends NnTest {

  private static final int CLASSES = 5;

  @ParameterizedTest
  @MethodSource("variants")
  void everyVariantTrainsEveryParameter(Design<?> design, Shape input) {
    Zoo.assertTrainsEveryParameter(design.classes(CLASSES).build(), input, CLASSES);
  }

  /** Forms of a family, each with a batch of square images of its channels. */
  static Stream<Arguments> onImages(int batch, int size, Design<?>... designs) {
    return Stream.of(designs)
        .map(design -> Arguments.of(design, new Shape(batch, design.channels, size, size)));
  }
}
