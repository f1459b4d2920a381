package convnets.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.Reference;
import convnets.nn.Unit;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;

class EfficientNetLiteTest extends FamilyTest {

  /** Names and shapes of the tensors in efficientnet-lite0-57934424.pth, in its order. */
  private static List<String[]> checkpoint() {
    return Reference.rows("efficientnet_lite0_checkpoint.tsv");
  }

  @Test
  void theNamesOfTheCheckpointBecomeThoseOfTheNetwork() {
    Unit net = EfficientNetLite.lite0().build();
    assertThat(checkpoint())
        .filteredOn(row -> !row[0].endsWith("num_batches_tracked"))
        .extracting(row -> EfficientNetLite.renamed(row[0]) + " " + Reference.shape(row[1]))
        .containsExactlyElementsOf(
            net.getParameters().stream()
                .map(pair -> pair.getKey() + " " + pair.getValue().getShape())
                .toList());
  }

  /** As timm 1.0.31's tf_efficientnet_lite1 to 4 have. */
  @ParameterizedTest
  @CsvSource({"1, 1.1, 5416680", "1.1, 1.2, 6092072", "1.2, 1.4, 8197096", "1.4, 1.8, 13006568"})
  void scalesToItsLargerSiblings(double width, double depth, long parameters) {
    Unit net = EfficientNetLite.lite0().width(width).depth(depth).build();
    assertThat(Zoo.parameters(net)).isEqualTo(parameters);
  }

  /**
   * What timm 1.0.31's efficientnet_lite2, without tf_, makes of weights and images by the formula
   * of the reference; tf_efficientnet_lite2, which has the same names and shapes, makes 0.545673 of
   * the first.
   */
  @Test
  void timmsOtherFamilyIsPaddedEvenly() {
    double[] expected = {
      0.544139, -0.900768, 0.0718387, 0.436065, 0.173502, 0.173483, -0.497599, -0.12173, -0.44804,
      0.113676
    };
    double[] tensorflow = {
      0.545673, -0.897152, 0.0718751, 0.437204, 0.175179, 0.172277, -0.497424, -0.120531, -0.450065,
      0.114295
    };
    EfficientNetLite lite2 = EfficientNetLite.lite0().width(1.1).depth(1.2).classes(10);
    assertFirstLogits(lite2.evenPadding().build(), expected);
    assertFirstLogits(lite2.build(), tensorflow);
  }

  private static void assertFirstLogits(Unit net, double... expected) {
    Shape input = new Shape(2, 3, 64, 64);
    assertThat(ReferenceWeights.digest(net)).isEqualTo("d20b646e37c8bd8e");
    try (NDManager manager = NDManager.newBaseManager()) {
      ReferenceWeights.fill(net, manager, input);
      float[] logits = net.apply(ReferenceWeights.images(manager, input)).toFloatArray();
      for (int i = 0; i < expected.length; i++) {
        assertThat((double) logits[i]).isCloseTo(expected[i], Offset.offset(2e-5));
      }
    }
  }

  @Test
  void everyNameOfTheCheckpointIsRenamed() {
    assertThat(checkpoint())
        .hasSize(296)
        .extracting(row -> EfficientNetLite.renamed(row[0]))
        .doesNotHaveDuplicates()
        .noneMatch(name -> name.startsWith("_") || name.contains("._"));
  }

  @Test
  void otherNamesStayAsTheyAre() {
    for (String name : List.of("conv_stem.weight", "blocks.1.0.bn1.weight", "fc", "")) {
      assertThat(EfficientNetLite.renamed(name)).isEqualTo(name);
    }
  }

  static Stream<Arguments> variants() {
    return onImages(8, 32, EfficientNetLite.lite0().smallImages().channels(1));
  }
}
