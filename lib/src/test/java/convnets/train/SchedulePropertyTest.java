package convnets.train;

import static convnets.Refusals.orRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;

/**
 * Schedules of any rates and shares, over any number of steps: rates that are numbers, right at
 * their ends, or a refusal. {@code -Djqwik.tries.default} makes it longer.
 */
class SchedulePropertyTest {

  /** Of the largest rate. */
  private static final double ROUNDING = 1e-9;

  private static final double[] ODD = {
    0,
    -0.0,
    -1,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.MIN_VALUE,
    Double.MAX_VALUE,
    1e-310,
    1e300
  };

  private enum Kind {
    CONSTANT,
    STEP,
    COSINE,
    ONE_CYCLE,
    ONE_CYCLE_LINEAR
  }

  /**
   * A schedule that may not be possible.
   *
   * @param shares milestones, or the rise
   * @param warmUps one after the other
   */
  record Made(Kind kind, double rate, double factor, List<Double> shares, List<Double> warmUps) {

    Schedule schedule() {
      double rise = shares.isEmpty() ? 0.25 : shares.get(0);
      Schedule schedule =
          switch (kind) {
            case CONSTANT -> Schedule.constant(rate);
            case STEP -> Schedule.step(rate, factor, shares.stream().mapToDouble(d -> d).toArray());
            case COSINE -> Schedule.cosine(rate);
            case ONE_CYCLE -> Schedule.oneCycle(rate, rise);
            case ONE_CYCLE_LINEAR -> Schedule.oneCycleLinear(rate, rise);
          };
      for (double share : warmUps) {
        schedule = schedule.warmUp(share);
      }
      return schedule;
    }

    /** The rate of a step, by what the documentation says, without a warm-up. */
    double expected(int step, int steps) {
      double rise = shares.isEmpty() ? 0.25 : shares.get(0);
      return switch (kind) {
        case CONSTANT -> rate;
        case STEP -> {
          double expected = rate;
          for (double share : shares) {
            expected *= step < Math.floor(share * steps + 0.5) ? 1 : factor;
          }
          yield expected;
        }
        case COSINE -> rate / 2 + rate / 2 * Math.cos(Math.PI * step / steps);
        case ONE_CYCLE -> cycle(step, steps, rise, true);
        case ONE_CYCLE_LINEAR -> cycle(step, steps, rise, false);
      };
    }

    /** PyTorch's OneCycleLR, where it has a rate for each step; NaN elsewhere. */
    private double cycle(int step, int steps, double rise, boolean cosine) {
      double top = rise * steps - 1;
      if (top <= 0 || top >= steps - 1) {
        return Double.NaN;
      }
      boolean up = step <= top;
      double share = up ? step / top : (step - top) / (steps - 1 - top);
      double from = up ? rate / 25 : rate;
      double to = up ? rate : rate / 25 / 1e4;
      return cosine
          ? to + (from - to) / 2 * (1 + Math.cos(Math.PI * share))
          : from + (to - from) * share;
    }
  }

  @Provide
  Arbitrary<Made> schedules() {
    Arbitrary<Double> odd = Arbitraries.of(Arrays.stream(ODD).boxed().toList());
    Arbitrary<Double> rates =
        Arbitraries.frequencyOf(
            Tuple.of(12, Arbitraries.doubles().between(1e-8, 10).ofScale(10)), Tuple.of(1, odd));
    Arbitrary<Double> shares =
        Arbitraries.frequencyOf(
            Tuple.of(24, Arbitraries.doubles().between(0, 0.999).ofScale(6)), Tuple.of(1, odd));
    Arbitrary<Double> risen =
        Arbitraries.frequencyOf(
            Tuple.of(3, Arbitraries.of(0.0, 0.25, 0.5, 0.75, 0.1, 0.9)), Tuple.of(3, shares));
    Arbitrary<List<Double>> milestones =
        risen.list().ofMaxSize(4).map(list -> list.stream().sorted().toList());
    return Arbitraries.of(Kind.class)
        .flatMap(
            kind ->
                rates.flatMap(
                    rate ->
                        rates.flatMap(
                            factor ->
                                milestones.flatMap(
                                    list ->
                                        risen
                                            .list()
                                            .ofMaxSize(2)
                                            .map(w -> new Made(kind, rate, factor, list, w))))));
  }

  @Provide
  Arbitrary<Integer> lengths() {
    return Arbitraries.frequencyOf(
        Tuple.of(6, Arbitraries.integers().between(1, 40)),
        Tuple.of(2, Arbitraries.integers().between(41, 100_000)),
        Tuple.of(1, Arbitraries.of(Integer.MAX_VALUE, Integer.MAX_VALUE - 1, 1 << 30)),
        Tuple.of(1, Arbitraries.of(0, -1, Integer.MIN_VALUE)));
  }

  @Property(seed = "18", shrinking = ShrinkingMode.BOUNDED)
  void ratesAreNumbersAndRightAtTheEndsOrRefused(
      @ForAll("schedules") Made made, @ForAll("lengths") int steps, @ForAll long seed) {
    Schedule schedule = orRefused(made::schedule);
    String outcome = schedule == null ? "no schedule" : steps < 1 ? "no steps" : "rates";
    Statistics.label("outcome")
        .collect(outcome)
        .coverage(
            coverage -> {
              coverage.check("rates").percentage(share -> share > 20);
              coverage.check("no schedule").percentage(share -> share > 10);
            });
    if (schedule == null) {
      return;
    }
    int[] looked = looked(steps, new Random(seed));
    if (steps < 1) {
      assertThat(orRefused(() -> schedule.rate(0, steps))).as("rate without steps").isNull();
      return;
    }
    for (int beyond : new int[] {-1, Integer.MIN_VALUE, steps, steps + 1, Integer.MAX_VALUE}) {
      if (beyond < 0 || beyond >= steps) {
        Callable<Double> rate = () -> schedule.rate(beyond, steps);
        assertThat(orRefused(rate)).as("rate of step %d of %d", beyond, steps).isNull();
      }
    }
    double[] rates = IntStream.of(looked).mapToDouble(step -> schedule.rate(step, steps)).toArray();
    for (int i = 0; i < looked.length; i++) {
      assertThat(rates[i]).as("rate of step %d", looked[i]).isFinite().isNotNegative();
      check(made, looked[i], steps, rates[i]);
    }
    // Whoever resumes at a step asks for it first.
    for (int i = looked.length - 1; i >= 0; i--) {
      assertThat(schedule.rate(looked[i], steps)).isEqualTo(rates[i]);
    }
  }

  /** All steps of a short training, and of a long one the ends and some between. */
  private static int[] looked(int steps, Random random) {
    if (steps <= 40) {
      return IntStream.range(0, Math.max(0, steps)).toArray();
    }
    return IntStream.concat(
            IntStream.of(0, 1, steps - 2, steps - 1), random.ints(30, 0, steps).sorted())
        .toArray();
  }

  private static void check(Made made, int step, int steps, double rate) {
    // The last warm-up is the outermost: it takes its share, and leaves the rest to those within.
    double[] shares = made.warmUps().stream().mapToDouble(d -> d).toArray();
    double scale = 1;
    int at = step;
    int left = steps;
    for (int i = shares.length - 1; i >= 0; i--) {
      int rising = (int) Math.floor(shares[i] * left);
      left -= rising;
      if (at < rising) {
        scale *= (at + 1.0) / (rising + 1.0);
        at = 0;
      } else {
        at -= rising;
      }
    }
    double highest = made.kind() == Kind.STEP ? Math.max(1, Math.pow(made.factor(), 4)) : 1;
    assertThat(rate).isLessThanOrEqualTo(made.rate() * highest * (1 + ROUNDING));
    double expected = scale * made.expected(at, left);
    if (!Double.isNaN(expected)) {
      assertThat(rate)
          .as("rate of step %d of %d", step, steps)
          .isCloseTo(
              expected, within(1e-300 + ROUNDING * Math.max(made.rate() * highest, expected)));
    }
  }
}
