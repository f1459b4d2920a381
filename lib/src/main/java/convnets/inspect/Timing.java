package convnets.inspect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import convnets.Checks;
import convnets.torch.HostCopy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Times pieces of work side by side.
 *
 * <pre>{@code
 * Map<String, Sample> ratios =
 *     Timing.of("ordinary", () -> ordinary.apply(x))
 *         .and("grouped", () -> grouped.apply(x))
 *         .ratios();
 * }</pre>
 *
 * <p>In each round every piece has its turn, each second round in reverse order, and ratios are
 * taken within the round: so what slows the machine down for a while slows down both sides of a
 * ratio. Short work is repeated within its turn. Immutable.
 */
public final class Timing {

  private static final int WARM_UP = 3;

  /** A turn takes at least so long, so that the clock's own time does not count. */
  private static final double TURN_SECONDS = 0.002;

  private final Map<String, Supplier<NDArray>> works;
  private final int rounds;

  private Timing(Map<String, Supplier<NDArray>> works, int rounds) {
    this.works = works;
    this.rounds = rounds;
  }

  /**
   * Begins with the work that the others are compared with.
   *
   * @param work gives the array that it computes; all arrays that it makes are freed
   */
  public static Timing of(String name, Supplier<NDArray> work) {
    return new Timing(Map.of(), 15).and(name, work);
  }

  /** Adds work to compare. */
  public Timing and(String name, Supplier<NDArray> work) {
    Map<String, Supplier<NDArray>> more = new LinkedHashMap<>(works);
    if (more.put(name, work) != null) {
      throw new IllegalArgumentException("name (" + name + ") is taken: each work needs its own");
    }
    return new Timing(more, rounds);
  }

  /** Gives each work a turn in this many rounds; 15 otherwise. */
  public Timing rounds(int rounds) {
    return new Timing(works, Checks.positive("rounds", rounds));
  }

  /** Measures: the time of each work over that of the first, a ratio a round, in their order. */
  public Map<String, Sample> ratios() {
    return measure().ratios();
  }

  /** Measures: the seconds of each work in each round, from which rates and ratios follow. */
  public Times measure() {
    String[] names = works.keySet().toArray(String[]::new);
    int[] repeats = new int[names.length];
    for (int i = 0; i < names.length; i++) {
      repeats[i] = (int) Math.ceil(TURN_SECONDS / warmedUp(works.get(names[i])));
    }
    double[][] times = new double[names.length][rounds];
    for (int round = 0; round < rounds; round++) {
      for (int turn = 0; turn < names.length; turn++) {
        int i = round % 2 == 0 ? turn : names.length - 1 - turn;
        times[i][round] = seconds(works.get(names[i]), repeats[i]);
      }
    }
    Map<String, double[]> seconds = new LinkedHashMap<>();
    for (int i = 0; i < names.length; i++) {
      seconds.put(names[i], times[i]);
    }
    return new Times(seconds);
  }

  /** Does work a few times, and tells how long the shortest took. */
  private static double warmedUp(Supplier<NDArray> work) {
    return IntStream.range(0, WARM_UP).mapToDouble(i -> seconds(work, 1)).min().orElseThrow();
  }

  /** How long one of so many repeats takes. */
  private static double seconds(Supplier<NDArray> work, int repeats) {
    long start = System.nanoTime();
    for (int i = 0; i < repeats; i++) {
      try (NDScope freed = new NDScope()) {
        freed.suppressNotUsedWarning();
        NDArray result = work.get();
        if (i == repeats - 1 && !result.isEmpty()) {
          HostCopy.floats(result.flatten().get("0:1")); // a GPU has finished when it gives a number
        }
      }
    }
    return (System.nanoTime() - start) / 1e9 / repeats;
  }
}
