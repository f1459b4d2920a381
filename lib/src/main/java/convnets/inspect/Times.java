package convnets.inspect;

import convnets.Checks;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How long pieces of work took that {@link Timing} measured side by side: of each a number a round.
 * A name that was not measured is refused. Immutable.
 */
public final class Times {

  private final Map<String, double[]> seconds;

  /** The seconds of each work, as many of each, in the order of the works. */
  Times(Map<String, double[]> seconds) {
    this.seconds = new LinkedHashMap<>(seconds);
  }

  /** The seconds that a work took, a number a round. */
  public Sample seconds(String name) {
    return Sample.of(of(name));
  }

  /**
   * How much a work does in a second: images a second, for instance.
   *
   * @param amount how much it does each time, above 0
   */
  public Sample rate(String name, double amount) {
    Checks.positive("amount", amount);
    double[] times = of(name);
    return Sample.of(
        IntStream.range(0, times.length).mapToDouble(i -> amount / times[i]).toArray());
  }

  /** The time of a work over that of another, in the same round. */
  public Sample ratio(String name, String over) {
    double[] times = of(name);
    double[] others = of(over);
    return Sample.of(
        IntStream.range(0, times.length).mapToDouble(i -> times[i] / others[i]).toArray());
  }

  /** The time of each work over that of the first in the same round, in their order. */
  public Map<String, Sample> ratios() {
    String first = seconds.keySet().iterator().next();
    Map<String, Sample> ratios = new LinkedHashMap<>();
    seconds.keySet().forEach(name -> ratios.put(name, ratio(name, first)));
    return ratios;
  }

  private double[] of(String name) {
    double[] times = seconds.get(name);
    if (times == null) {
      throw new IllegalArgumentException("name (" + name + ") must be one of " + seconds.keySet());
    }
    return times;
  }
}
