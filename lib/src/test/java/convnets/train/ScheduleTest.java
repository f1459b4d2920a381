package convnets.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The expected numbers were printed by PyTorch 2.7.1's schedulers, named in each test. */
class ScheduleTest {

  private static void assertRates(Schedule schedule, double... expected) {
    double[] rates =
        IntStream.range(0, expected.length)
            .mapToDouble(step -> schedule.rate(step, expected.length))
            .toArray();
    assertThat(rates).containsExactly(expected, within(1e-9));
  }

  @Test
  void constant() {
    assertRates(Schedule.constant(0.3), 0.3, 0.3, 0.3);
  }

  /**
   * {@code OneCycleLR(o, 0.1, total_steps=10, pct_start=0.25)}: the peak lies between two steps.
   */
  @Test
  void oneCycle() {
    assertRates(
        Schedule.oneCycle(0.1, 0.25),
        0.004,
        0.076,
        0.098907384407,
        0.090450887915,
        0.0750001,
        0.055226602258,
        0.034549412085,
        0.016543803508,
        0.004323109827,
        4e-07);
  }

  /** {@code OneCycleLR(o, 0.1, total_steps=10, pct_start=0.3, anneal_strategy='linear')}. */
  @Test
  void oneCycleAlongLines() {
    assertRates(
        Schedule.oneCycleLinear(0.1, 0.3),
        0.004,
        0.052,
        0.1,
        0.085714342857,
        0.071428685714,
        0.057143028571,
        0.042857371429,
        0.028571714286,
        0.014286057143,
        4e-07);
  }

  /**
   * {@code OneCycleLR(o, 0.1, total_steps=3, pct_start=0.9)}: the peak lies behind the last but
   * one.
   */
  @Test
  void oneCycleComesDownInItsLastStepAtTheLatest() {
    assertRates(Schedule.oneCycleLinear(0.1, 0.9), 0.004, 0.060470588235, 4e-07);
  }

  /** {@code CosineAnnealingLR(o, T_max=8)} at 0.1. */
  @Test
  void cosine() {
    assertRates(
        Schedule.cosine(0.1),
        0.1,
        0.096193976626,
        0.085355339059,
        0.069134171618,
        0.05,
        0.030865828382,
        0.014644660941,
        0.003806023374);
  }

  /** {@code MultiStepLR(o, [5, 7], 0.1)}. */
  @Test
  void step() {
    assertRates(
        Schedule.step(0.1, 0.1, 0.5, 0.7), 0.1, 0.1, 0.1, 0.1, 0.1, 0.01, 0.01, 1e-3, 1e-3, 1e-3);
  }

  /**
   * {@code SequentialLR} of {@code LinearLR(1 / 4, total_iters=3)}, {@code CosineAnnealingLR(7)}.
   */
  @Test
  void warmUp() {
    assertRates(
        Schedule.cosine(0.1).warmUp(0.3),
        0.025,
        0.05,
        0.075,
        0.1,
        0.095048443395,
        0.081174490093,
        0.061126046698,
        0.038873953302,
        0.018825509907,
        0.004951556605);
  }

  @Test
  void theShortestTrainingsHaveRatesToo() {
    for (int steps = 1; steps <= 4; steps++) {
      for (double rise : new double[] {0, 0.25, 0.5, 0.99}) {
        for (int step = 0; step < steps; step++) {
          assertThat(Schedule.oneCycle(0.1, rise).rate(step, steps)).isBetween(1e-7, 0.1);
          assertThat(Schedule.cosine(0.1).warmUp(rise).rate(step, steps)).isBetween(1e-7, 0.1);
        }
      }
    }
  }

  @Test
  void argumentsAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Schedule.constant(-1))
        .withMessage("rate (-1.0) must be above 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Schedule.oneCycle(0.1, 25))
        .withMessage("rise (25.0) must be from 0 to below 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Schedule.step(0.1, 0.1, 0.75, 0.5))
        .withMessage("milestones [0.75, 0.5] must rise from one to the next");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Schedule.step(1, 1e20, 0.5, 0.75))
        .withMessage("the last rate (1.0E40) must be at most 3.4028235E38, the largest float");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Schedule.cosine(1).rate(0, 0))
        .withMessage("steps (0) must be at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Schedule.cosine(1).warmUp(0.5).rate(7, 7))
        .withMessage("step (7) must be from 0 to below the number of steps (7)");
  }
}
