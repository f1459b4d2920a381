package convnets.train;

import ai.djl.ndarray.NDManager;
import convnets.data.Batch;
import convnets.data.Batches;
import convnets.torch.GradMode;
import convnets.torch.HostCopy;
import java.util.Arrays;
import java.util.List;

/** Trains at a rising rate until the loss explodes, then puts everything back. */
final class RateFinder {

  /** What stays of the average of the losses at a step. */
  private static final double SMOOTHING = 0.95;

  /** How many times its lowest value the smoothed loss may reach. */
  private static final double EXPLOSION = 4;

  private final Recipe recipe;
  private final Game game;
  private final double[] rates;
  private final double[] losses;
  private final double[] smoothed;

  private double average;
  private double lowest = Double.POSITIVE_INFINITY;

  private RateFinder(Recipe recipe, Game game, double[] rates) {
    this.recipe = recipe;
    this.game = game;
    this.rates = rates;
    losses = new double[rates.length];
    smoothed = new double[rates.length];
  }

  /**
   * Searches, and leaves the network as it was, or as its seed initialises it.
   *
   * @param rates rising
   */
  static RateSearch run(Recipe recipe, double[] rates) {
    try (NDManager manager = NDManager.newBaseManager(recipe.devices().get(0))) {
      return GradMode.off(
          () -> {
            try (Game game = new Game(recipe, manager)) {
              List<WeightCopy> before = copies(game, manager);
              try {
                return new RateFinder(recipe, game, rates).search();
              } finally {
                before.forEach(WeightCopy::give);
              }
            }
          });
    }
  }

  private static List<WeightCopy> copies(Game game, NDManager manager) {
    return game.seats().stream().map(seat -> WeightCopy.of(seat.player().net(), manager)).toList();
  }

  private RateSearch search() {
    Batches batches = recipe.trainingBatches();
    int done = 0;
    for (int epoch = 0; done < rates.length; epoch++) {
      for (Batch batch : batches.epoch(epoch)) {
        try (batch) {
          boolean more = done < rates.length && !Thread.currentThread().isInterrupted();
          if (!more || !step(done, batch)) {
            return result(done);
          }
          done++;
        }
      }
    }
    return result(done);
  }

  /**
   * A step.
   *
   * @return whether the loss is still one to go on with
   */
  private boolean step(int step, Batch batch) {
    double loss = HostCopy.floats(game.step(step, batch, player -> rates[step]).loss())[0];
    average = SMOOTHING * average + (1 - SMOOTHING) * loss;
    double unbiased = average / (1 - Math.pow(SMOOTHING, step + 1));
    lowest = Math.min(lowest, unbiased);
    losses[step] = loss;
    smoothed[step] = unbiased;
    return unbiased <= EXPLOSION * lowest; // which NaN is not
  }

  private RateSearch result(int steps) {
    if (steps == 0) {
      throw new IllegalStateException(
          Thread.interrupted()
              ? "the search was interrupted before its first step"
              : "the loss was not a number at the lowest rate (%s): look whether the images are"
                      .formatted(rates[0])
                  + " normalised and the network's weights are numbers");
    }
    Thread.interrupted(); // as in training: what follows runs as usual
    return new RateSearch(
        Arrays.copyOf(rates, steps), Arrays.copyOf(losses, steps), Arrays.copyOf(smoothed, steps));
  }

  /** Rates that rise by the same factor from step to step. */
  static double[] rising(double low, double high, int steps) {
    double[] rates = new double[steps];
    Arrays.setAll(rates, i -> low * Math.pow(high / low, (double) i / (steps - 1)));
    return rates;
  }
}
