package convnets.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatisticsTest {
  @Test
  void equalsTheFormula() {
    try (NDManager manager = NDManager.newBaseManager()) {
      // More images than are summed at a time.
      var data = TestData.random(manager, 2_345, 3, 2, 3, 1, 7);
      byte[] pixels = data.images().toByteArray();
      Statistics found = Statistics.of(data);
      Statistics batch = Statistics.of(Batches.of(data, data.size()).batch(0, 0).images());
      int arrays = manager.getManagedArrays().size();
      for (int c = 0; c < 3; c++) {
        double sum = 0;
        for (int i = 0; i < pixels.length; i++) {
          sum += i / 6 % 3 == c ? (pixels[i] & 255) / 255.0 : 0;
        }
        double mean = sum / (2_345 * 6);
        double squares = 0;
        for (int i = 0; i < pixels.length; i++) {
          squares += i / 6 % 3 == c ? Math.pow((pixels[i] & 255) / 255.0 - mean, 2) : 0;
        }
        double deviation = Math.sqrt(squares / (2_345 * 6));
        assertThat(found.mean().get(c)).isCloseTo(mean, within(1e-9));
        assertThat(found.deviation().get(c)).isCloseTo(deviation, within(1e-9));
        assertThat(batch.mean().get(c)).isCloseTo(mean, within(1e-6));
        assertThat(batch.deviation().get(c)).isCloseTo(deviation, within(1e-6));
      }
      Statistics.of(data);
      assertThat(manager.getManagedArrays()).hasSize(arrays);
    }
  }

  @Test
  void refusesWhatIsNotDefined() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Statistics(List.of(1.0), List.of()))
        .withMessageContaining("for each channel");
    try (NDManager manager = NDManager.newBaseManager()) {
      var none = TestData.numbered(manager, 1).take(0);
      assertThatIllegalArgumentException().isThrownBy(() -> Statistics.of(none));
    }
  }

  /** Of pictures that are plain in a channel: they would become no numbers, silently. */
  @Test
  void aDeviationOfZeroDoesNotNormalise() {
    List<Double> three = List.of(0.5, 0.5, 0.5);
    for (double bad : new double[] {0, -0.1, Double.NaN, Double.POSITIVE_INFINITY}) {
      Statistics statistics = new Statistics(three, List.of(0.2, bad, 0.2));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Transforms.normalise(statistics))
          .withMessageContaining("deviation [0.2, " + bad + ", 0.2] must be")
          .withMessageContaining("channel 1 is the same in all pictures");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> PictureInput.plain().normalised(statistics));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Transforms.normalise(Statistics.of(Double.NaN, 1)));
  }
}
