package convnets.viz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;

class RegionsTest {

  @Test
  void theWayToTheTargetIsTheShortest() {
    Regions regions =
        Plots.regions("f*", 0.9, 0.5)
            .region("circle", 0.5, 0.5, 0.2, 0.2)
            .region("flat", 0.9, 0.2, 0.6, 0.2)
            .region("around it", 0.5, 0.5, 0.9, 0.9);
    double[] distances = regions.distances();
    assertThat(distances[0]).isCloseTo(0.3, within(1e-4));
    assertThat(distances[1]).isCloseTo(0.2, within(1e-4));
    assertThat(distances[2]).isZero();
  }

  @Test
  void theImageShowsEachRegionInItsGrey() {
    BufferedImage image =
        Plots.regions("f*", 0.9, 0.1)
            .region("small", 0.3, 0.5, 0.2, 0.2)
            .region("large", 0.5, 0.5, 0.8, 0.8)
            .size(200, 100)
            .image();
    assertThat(Picture.displayWidth(image)).isEqualTo(200);
    int[] pixels = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, 400);
    assertThat(pixels).contains(0xff282828, 0xff828282);
    assertThat(AltText.of(image)).contains("the regions small, large, and f*");
  }

  @Test
  void aSketchStaysAsItIsWhenOthersAreMadeFromIt() {
    Regions one = Plots.regions("f*", 1, 1).region("r", 0.5, 0.5, 0.2, 0.2);
    one.title("t");
    one.alt("Two.");
    one.size(90, 80);
    Regions two = one.region("s", 0.1, 0.1, 0.1, 0.1);
    assertThat(one.distances()).hasSize(1);
    assertThat(two.distances()).hasSize(2);
    assertThat(Picture.displayWidth(one.image())).isEqualTo(340);
    assertThat(AltText.of(one.image())).contains("the regions r, and f*");
  }

  @Test
  void refusesWhatLiesOutside() {
    assertThatThrownBy(() -> Plots.regions("f*", 1.2, 0)).hasMessage("x (1.2) must be from 0 to 1");
    assertThatThrownBy(() -> Plots.regions("f*", 1, 1).region("r", 0, 0, 0, 1))
        .hasMessage("width (0.0) must be above 0");
    assertThatThrownBy(() -> Plots.regions("f*", 1, 1).image())
        .hasMessageContaining("call region(…) first");
  }
}
