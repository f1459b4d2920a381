package convnets.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SampleTest {

  private static final Sample FIVE = Sample.of(7, 1, 4, 2, 11);

  /** As {@code statistics} of Python says. */
  @Test
  void spreadIsThatOfSchoolbooks() {
    assertThat(FIVE.count()).isEqualTo(5);
    assertThat(FIVE.mean()).isEqualTo(5);
    assertThat(FIVE.deviation()).isCloseTo(4.06201920231798, within(1e-13));
    assertThat(FIVE.standardError()).isCloseTo(1.816590212458495, within(1e-13));
  }

  /** As NumPy's {@code quantile} says. */
  @ParameterizedTest
  @CsvSource({"0, 1", "0.25, 2", "0.5, 4", "0.6, 5.2", "0.75, 7", "0.9, 9.4", "1, 11"})
  void quantilesLieBetweenNeighbours(double share, double expected) {
    assertThat(FIVE.quantile(share)).isCloseTo(expected, within(1e-13));
  }

  @Test
  void theMiddleOfAnEvenNumberIsAMean() {
    assertThat(Sample.of(3, 1, 8, 2).median()).isEqualTo(2.5);
  }

  @Test
  void aSingleMeasurementTellsNothingOfItsSpread() {
    assertThat(Sample.of(3).mean()).isEqualTo(3);
    assertThat(Sample.of(3).quantile(0.25)).isEqualTo(3);
    assertThat(Sample.of(3).deviation()).isNaN();
    assertThat(Sample.of(3).standardError()).isNaN();
  }

  @Test
  void whatIsGivenStaysAsItWas() {
    double[] values = {3, 1};
    Sample.of(values);
    assertThat(values).containsExactly(3, 1);
  }

  @Test
  void whatIsNoMeasurementIsRefused() {
    assertThatThrownBy(Sample::of).hasMessage("values (none) must be at least one");
    assertThatThrownBy(() -> Sample.of(1, Double.NaN)).hasMessageContaining("must all be finite");
    assertThatThrownBy(() -> FIVE.quantile(1.5)).hasMessage("share (1.5) must be from 0 to 1");
  }
}
