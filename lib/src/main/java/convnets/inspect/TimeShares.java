package convnets.inspect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import convnets.Checks;
import convnets.nn.Pass;
import convnets.nn.Unit;
import convnets.torch.HostCopy;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * How the time of a network in evaluation is divided among its kinds of layers, and what joins its
 * branches.
 *
 * <p>Every layer computes by itself and is timed by itself: what is computed together in ordinary
 * use, such as a convolution with its batch norm, is not so here. What a unit does before its last
 * child has run, such as the first of two additions, counts with the layer after it.
 */
public final class TimeShares {

  private static final int WARM_UP = 3;

  private TimeShares() {}

  /**
   * Runs the network several times.
   *
   * @param net initialised
   * @param x its input
   * @param rounds how many passes are measured, after a few to warm up
   * @return the share of each kind in the time of all of them, from 0 to 1, a number a pass; the
   *     kinds are those of {@link Costs} for layers that multiply, such as "3×3 depthwise conv",
   *     "normalization", "activation", "pooling" and so on for other layers, and "add", "concat"
   *     and "gate" for what joins branches; the longest first
   */
  public static Map<String, Sample> of(Unit net, NDArray x, int rounds) {
    Checks.positive("rounds", rounds);
    for (int i = 0; i < WARM_UP; i++) {
      seconds(net, x);
    }
    Map<String, double[]> shares = new LinkedHashMap<>();
    for (int i = 0; i < rounds; i++) {
      Map<String, Double> times = seconds(net, x);
      double all = times.values().stream().mapToDouble(time -> time).sum();
      for (Map.Entry<String, Double> time : times.entrySet()) {
        shares.computeIfAbsent(time.getKey(), kind -> new double[rounds])[i] =
            time.getValue() / all;
      }
    }
    Map<String, Sample> samples = new LinkedHashMap<>();
    shares.forEach((kind, values) -> samples.put(kind, Sample.of(values)));
    Map<String, Sample> sorted = new LinkedHashMap<>();
    samples.entrySet().stream()
        .sorted(Comparator.comparing(entry -> -entry.getValue().median()))
        .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
    return sorted;
  }

  /** The seconds of one pass, by kind. */
  private static Map<String, Double> seconds(Unit net, NDArray x) {
    try (NDManager mirrors = x.getManager().newSubManager()) {
      Clock clock = new Clock();
      Pass pass = Pass.observed(new ParameterStore(mirrors, false), false, clock);
      NDList result = net.run(pass, new NDList(x));
      result.stream().filter(array -> array != x).forEach(NDArray::close);
      return clock.seconds;
    }
  }

  /** Gives the time since the last look to the layer that has run in it. */
  private static final class Clock implements Pass.Observer {

    private final Map<String, Double> seconds = new LinkedHashMap<>();
    private long last = System.nanoTime();

    @Override
    public void ran(Block block, NDList inputs, NDList outputs) {
      NDArray output = outputs.head();
      String kind =
          block.getChildren().isEmpty() ? layer(block, inputs.head(), output) : join(block);
      if (kind != null) {
        if (output.getDevice().isGpu()) {
          HostCopy.floats(output.flatten().get("0:1")); // it has finished when it gives a number
        }
        seconds.merge(kind, (System.nanoTime() - last) / 1e9, Double::sum);
      }
      last = System.nanoTime();
    }

    private static String layer(Block block, NDArray input, NDArray output) {
      if (!(block instanceof Unit unit)) {
        return block.getClass().getSimpleName();
      }
      return unit.multiplyAdds(input.getShape(), output.getShape()) > 0
          ? unit.category()
          : unit.label().role().name().toLowerCase(Locale.ROOT);
    }

    /** What a unit does itself when its children have run; null if nothing that counts. */
    private static String join(Block block) {
      if (!(block instanceof Unit unit)) {
        return null;
      }
      return switch (unit.topology()) {
        case ADD -> "add";
        case CONCAT, SPLIT -> "concat";
        case GATE -> "gate";
        default -> null;
      };
    }
  }
}
