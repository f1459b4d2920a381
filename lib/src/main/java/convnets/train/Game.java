package convnets.train;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import convnets.data.Batch;
import convnets.data.Batches;
import convnets.data.Source;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** A learner and its players at work: what is the same in training and in the search for a rate. */
final class Game implements AutoCloseable {

  /** In place of a step's number: the generator of initial weights, and that of evaluations. */
  private static final int INITIAL = -1;

  private static final int EVALUATION = -2;

  /**
   * The engine has one generator for all threads. Who seeds it draws all of a step before another
   * training may.
   */
  private static final ReentrantLock GENERATOR = new ReentrantLock();

  private final Learner learner;
  private final Source data;
  private final long seed;
  private final List<Seat> seats = new ArrayList<>();
  private final Workers workers;

  /**
   * Initialises networks by the recipe's seed, if they have not been, and moves them to the first
   * device.
   *
   * @param manager of the first device; owns what is kept beside the networks
   */
  Game(Recipe recipe, NDManager manager) {
    learner = recipe.learner;
    data = recipe.train;
    seed = recipe.seed;
    initialize(Math.min(recipe.batchSize, data.size()), manager.getDevice());
    try {
      learner.players().forEach(player -> seats.add(new Seat(player, recipe, manager)));
      workers = new Workers(recipe, seats, manager);
    } catch (RuntimeException | Error e) {
      seats.forEach(Seat::close);
      throw e;
    }
  }

  private void initialize(int batchSize, Device device) {
    drawing(
        INITIAL,
        () -> {
          initializeAll(batchSize, device);
          return null;
        });
  }

  private void initializeAll(int batchSize, Device device) {
    for (Player player : learner.players()) {
      Block net = player.net();
      if (!net.isInitialized()) {
        Shape[] inputs = player.inputs(batchSize, data.inputShape());
        net.initialize(NDManager.newBaseManager(device), DataType.FLOAT32, inputs);
      }
    }
  }

  List<Seat> seats() {
    return seats;
  }

  /**
   * One step. Nothing here waits for the device, but see {@link Seat#update}.
   *
   * @param step its number, from 0
   * @param rates of the players
   */
  Outcome step(int step, Batch batch, ToDoubleFunction<Player> rates) {
    // For dropout and noise.
    return drawing(step, () -> learner.step(new Step(step, batch, data, this, rates)));
  }

  Gradients differentiate(Player player, Objective objective, Batch batch) {
    Seat seat =
        seats.stream()
            .filter(s -> s.player() == player)
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "player (%s) must be one of the learner's: %s"
                            .formatted(player, learner.players())));
    return workers.differentiate(seat, objective, batch);
  }

  /** Evaluates, with averages in place of weights where they are kept; draws the same each time. */
  Metrics evaluate(Batches batches) {
    List<WeightCopy> averages = seats.stream().map(Seat::average).toList();
    return drawing(EVALUATION, () -> Evaluator.of(learner, batches, averages).measure());
  }

  /**
   * Does what may draw from the engine's generator, which is seeded afresh, so that a resumed
   * training draws the same numbers, and so does one beside others on other threads.
   */
  private <T> T drawing(int step, Supplier<T> work) {
    long mixed = new SplittableRandom(seed).nextLong() + step;
    GENERATOR.lock();
    try {
      Engine.getEngine("PyTorch").setRandomSeed(new SplittableRandom(mixed).nextInt());
      return work.get();
    } finally {
      GENERATOR.unlock();
    }
  }

  /** All arrays that an exact resume needs, live, by their names in a checkpoint. */
  Map<String, NDArray> state() {
    Map<String, NDArray> state = new LinkedHashMap<>();
    seats.forEach(seat -> state.putAll(seat.state()));
    return state;
  }

  @Override
  public void close() {
    seats.forEach(Seat::close);
    workers.close();
  }
}
