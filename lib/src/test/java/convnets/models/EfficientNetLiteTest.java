package convnets.models;

import static org.assertj.core.api.Assertions.assertThat;

import convnets.Reference;
import convnets.nn.Unit;
import java.util.List;
import java.util.stream.Stream;
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
