package convnets.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import convnets.inspect.Summary;
import convnets.nn.Unit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;

class ShuffleNetV1Test extends FamilyTest {

  private static final Shape IMAGE_NET = new Shape(1, 3, 224, 224);

  /** The last row of table 1, complexity in million multiply-adds; it leaves the classifier out. */
  @ParameterizedTest
  @CsvSource({"1, 143", "2, 140", "3, 137", "4, 133", "8, 137"})
  void groupsCostWhatTable1Says(int groups, long multiplyAdds) {
    Summary summary = Summary.of(ShuffleNetV1.imageNet(groups).build(), IMAGE_NET);
    long classifier =
        summary.rows().stream()
            .filter(row -> row.path().equals("output"))
            .mapToLong(Summary.Row::multiplyAdds)
            .sum();
    assertThat(Math.round((summary.multiplyAdds() - classifier) / 1e6)).isEqualTo(multiplyAdds);
  }

  /** Table 2 and table 5, which has the classifier in, for three groups. */
  @ParameterizedTest
  @CsvSource({"0.25, 13", "0.5, 38", "1.5, 292", "2, 524"})
  void scalesCostWhatTheTablesSay(double scale, long multiplyAdds) {
    Unit net = ShuffleNetV1.imageNet(3).scale(scale).build();
    assertThat(Math.round(Summary.of(net, IMAGE_NET).multiplyAdds() / 1e6)).isEqualTo(multiplyAdds);
  }

  @Test
  void everyScaleWorksWithEveryNumberOfGroups() {
    for (int groups : new int[] {1, 2, 3, 4, 8}) {
      for (double scale : new double[] {0.25, 0.5, 1, 1.5, 2}) {
        Unit net = ShuffleNetV1.imageNet(groups).scale(scale).build();
        assertThat(net.outputShape(IMAGE_NET)).isEqualTo(new Shape(1, 1000));
      }
    }
  }

  static Stream<Arguments> variants() {
    return onImages(
        4,
        32,
        ShuffleNetV1.tiny(1),
        ShuffleNetV1.tiny(3).channels(1).blocks(1, 2, 1),
        ShuffleNetV1.tiny(3).withoutShuffle(),
        ShuffleNetV1.imageNet(8).smallImages().scale(0.25));
  }

  @Test
  void unitsKeepOrHalveTheSize() {
    assertThat(ShuffleNetV1.unit(24, 24, 3, 1).outputShape(new Shape(2, 24, 9, 9)))
        .isEqualTo(new Shape(2, 24, 9, 9));
    assertThat(ShuffleNetV1.unit(24, 60, 3, 2).outputShape(new Shape(2, 24, 9, 9)))
        .isEqualTo(new Shape(2, 60, 5, 5));
  }

  @Test
  void theShuffleCanBeLeftOut() {
    assertThat(ShuffleNetV1.tiny(3).build().toString()).contains("channel shuffle");
    assertThat(ShuffleNetV1.tiny(3).withoutShuffle().build().toString())
        .doesNotContain("channel shuffle");
  }

  @Test
  void smallImagesEndAsFourByFour() {
    assertThat(Zoo.mapBeforePooling(ShuffleNetV1.imageNet(3).smallImages().build()))
        .isEqualTo(new Shape(1, 960, 4, 4));
    assertThat(Zoo.mapBeforePooling(ShuffleNetV1.tiny(3).build()))
        .isEqualTo(new Shape(1, 192, 4, 4));
  }

  @Test
  void badArgumentsAreNamed() {
    assertThatThrownBy(() -> ShuffleNetV1.imageNet(5))
        .hasMessage("groups (5) must be 1, 2, 3, 4 or 8");
    assertThatThrownBy(() -> ShuffleNetV1.tiny(5)).hasMessageContaining("groups (5) must divide");
    assertThatThrownBy(() -> ShuffleNetV1.unit(24, 48, 3, 1))
        .hasMessage("out (48) must be equal to in (24) for stride 1");
    assertThatThrownBy(() -> ShuffleNetV1.unit(24, 24, 3, 2))
        .hasMessage("out (24) must be above in (24) for stride 2");
    assertThatThrownBy(() -> ShuffleNetV1.unit(24, 50, 3, 2)).hasMessageContaining("groups (3)");
    assertThatThrownBy(() -> ShuffleNetV1.imageNet(1).blocks(1, 2))
        .hasMessage("blocks ([1, 2]) must be one number for each of three stages");
  }
}
