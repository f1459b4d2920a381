package convnets.viz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeatMapTest {

  @Test
  void coloursFollowTheNumbers() {
    BufferedImage image =
        Plots.heatMap(new double[][] {{0, 0.5}, {1, 0.25}}).xLabel("x").yLabel("y").image();
    for (double value : new double[] {0, 0.25, 0.5, 1}) {
      assertThat(pixels(image)).contains(ColorScale.BLUES.at(value).getRGB());
    }
  }

  @Test
  void lightnessFallsSteadily() {
    int before = 3 * 255 + 1;
    for (int i = 0; i <= 100; i++) {
      var color = ColorScale.BLUES.at(i / 100.0);
      int lightness = color.getRed() + color.getGreen() + color.getBlue();
      assertThat(lightness).isLessThan(before);
      before = lightness;
    }
  }

  @Test
  void aMapStaysAsItIsWhenOthersAreMadeFromIt() {
    HeatMap map = Plots.heatMap(new double[][] {{1, 2}}).xLabel("x").yLabel("y");
    map.title("t").alt("Two.").xLabel("z").rows(List.of("a long name")).values("%.3f").range(0, 9);
    BufferedImage image = map.image();
    BufferedImage untouched =
        Plots.heatMap(new double[][] {{1, 2}}).xLabel("x").yLabel("y").image();
    assertThat(AltText.of(image)).isEqualTo(AltText.of(untouched));
    assertThat(pixels(image)).isEqualTo(pixels(untouched));
  }

  private static int[] pixels(BufferedImage image) {
    int width = image.getWidth();
    return image.getRGB(0, 0, width, image.getHeight(), null, 0, width);
  }

  @Test
  void refusesTablesThatAreNone() {
    assertThatThrownBy(() -> Plots.heatMap(new double[0][])).hasMessageContaining("empty");
    assertThatThrownBy(() -> Plots.heatMap(new double[][] {{1, 2}, {1}}))
        .hasMessage("values: row 1 has 1 numbers, row 0 has 2");
    assertThatThrownBy(() -> Plots.confusionMatrix(new int[][] {{1, 2}, {3, 4}}, List.of("a")))
        .hasMessage("rows (1 names) must be as many as the table has: 2");
  }

  @Test
  void aClassThatNeverOccursIsNoDivisionByZero() {
    BufferedImage image =
        Plots.confusionMatrix(new int[][] {{0, 0}, {3, 4}}, List.of("a", "b")).image();
    assertThat(image.getWidth()).isPositive();
  }
}
