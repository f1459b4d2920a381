package convnets.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import convnets.inspect.ReceptiveField;
import convnets.models.GoogLeNet.Kernels;
import convnets.nn.Unit;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class GoogLeNetTest extends FamilyTest {

  /** The column "ops" of the paper's table 1, rows 3a to 5b; 5a's widths cost 51, not its 54. */
  private static final int[] MILLIONS = {128, 304, 73, 88, 100, 119, 170, 51, 71};

  static Stream<Arguments> table1() {
    int[] inputs = {192, 256, 480, 512, 512, 512, 528, 832, 832};
    int[] sizes = {28, 28, 14, 14, 14, 14, 14, 7, 7};
    return IntStream.range(0, inputs.length)
        .mapToObj(i -> Arguments.of(GoogLeNet.TABLE_1.get(i), inputs[i], sizes[i], MILLIONS[i]));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("table1")
  void modulesCostWhatTable1Says(GoogLeNet.Module row, int in, int size, int millions) {
    Unit module = GoogLeNet.paper().inception(in, row);
    assertThat(Zoo.multiplyAdds(module, new Shape(1, in, size, size)) / 1e6)
        .isCloseTo(millions, Percentage.withPercentage(1));
  }

  @Test
  void headsHaveThePapersParameters() {
    assertThat(Zoo.parameters(GoogLeNet.paper().auxiliary().build())).isEqualTo(13_378_280);
    assertThat(Zoo.parameters(GoogLeNet.torchvision().auxiliary().build())).isEqualTo(13_004_888);
  }

  @Test
  void stagesHaveTheShapesOfTable1() {
    for (GoogLeNet design : List.of(GoogLeNet.paper(), GoogLeNet.torchvision())) {
      var shapes = Zoo.shapes(design.build(), new Shape(1, 3, 224, 224));
      assertThat(shapes)
          .containsEntry("conv1", new Shape(1, 64, 112, 112))
          .containsEntry("conv3", new Shape(1, 192, 56, 56))
          .containsEntry("inception3a", new Shape(1, 256, 28, 28))
          .containsEntry("inception3b", new Shape(1, 480, 28, 28))
          .containsEntry("inception4a", new Shape(1, 512, 14, 14))
          .containsEntry("inception4d", new Shape(1, 528, 14, 14))
          .containsEntry("inception4e", new Shape(1, 832, 14, 14))
          .containsEntry("inception5b", new Shape(1, 1024, 7, 7));
    }
  }

  /** Whichever way 5×5 is written, a module sees as much; torchvision's sees less. */
  @ParameterizedTest
  @EnumSource
  void factorisedKernelsSeeAsMuch(Kernels kernels) {
    Unit module = GoogLeNet.paper().kernels(kernels).inception(192, GoogLeNet.TABLE_1.get(0));
    int size = kernels == Kernels.TORCHVISION ? 3 : 5;
    assertThat(ReceptiveField.of(module)).isEqualTo(new ReceptiveField(size, 1));
  }

  static Stream<Arguments> variants() {
    GoogLeNet small = GoogLeNet.paper().smallImages().width(0.06).modules(1, 2, 1).channels(1);
    GoogLeNet large = GoogLeNet.torchvision().modules(1, 4, 1).width(0.1).channels(1);
    Stream<GoogLeNet> kernels = Stream.of(Kernels.values()).map(small.batchNorm()::kernels);
    return Stream.of(
            onImages(4, 28, kernels.toArray(Design<?>[]::new)),
            onImages(
                4, 28, small, small.auxiliary(), small.batchNorm().modules(1, 4, 1).auxiliary()),
            onImages(4, 64, large.auxiliary()))
        .flatMap(Function.identity());
  }

  @Test
  void smallImagesReachTheModulesInFullSize() {
    Unit net = GoogLeNet.paper().smallImages().width(0.25).build();
    assertThat(Zoo.shapes(net, new Shape(1, 3, 32, 32)))
        .containsEntry("inception3a", new Shape(1, 64, 32, 32))
        .containsEntry("inception4a", new Shape(1, 128, 16, 16))
        .containsEntry("inception5b", new Shape(1, 256, 8, 8));
  }

  @Test
  void badArgumentsAreNamed() {
    assertThatThrownBy(() -> GoogLeNet.paper().modules(2, 6, 2))
        .hasMessage("stage4 (6) must be from 1 to 5");
    assertThatThrownBy(() -> GoogLeNet.paper().width(0)).hasMessage("width (0.0) must be above 0");
  }
}
