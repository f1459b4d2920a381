package convnets.train;

import ai.djl.ndarray.NDManager;
import convnets.data.Batch;
import convnets.data.Batches;
import convnets.torch.GradMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** The training loop. A fit is made of epochs, an epoch is made of steps. */
final class Loop {

  /** How often the loss is read from the device, which must be waited for. */
  private static final double SECONDS_BETWEEN_READINGS = 0.25;

  private final Recipe recipe;
  private final Batches batches;
  private final Game game;
  private final Best best;
  private final Journal journal;
  private final Stopwatch stopwatch = new Stopwatch();
  private final int firstStep;
  private double secondsSinceReading;

  /**
   * Trains, on any thread, and leaves its grad mode as it was.
   *
   * @param recipe with a training set
   */
  static History run(Recipe recipe) {
    Checkpoint saved = savedBefore(recipe.checkpoint); // if damaged, nothing has been touched
    try (NDManager manager = NDManager.newBaseManager(recipe.devices().get(0))) {
      return GradMode.off(
          () -> {
            try (Game game = new Game(recipe, manager)) {
              return new Loop(recipe, game, saved, manager).fit();
            }
          });
    }
  }

  /**
   * Goes on from a checkpoint.
   *
   * @param saved null: none
   * @param manager of the first device; owns what is kept
   */
  private Loop(Recipe recipe, Game game, Checkpoint saved, NDManager manager) {
    this.recipe = recipe;
    this.game = game;
    batches = recipe.trainingBatches();
    game.seats().forEach(seat -> seat.keepAverage(manager));
    best = new Best(game.seats(), recipe.patience, manager);
    Journal.Entry entry =
        saved == null ? Journal.Entry.START : saved.restore(recipe, game.state(), manager);
    journal = new Journal(manager, recipe.learner, recipe::rate, batches.count(), entry);
    firstStep = journal.step();
  }

  private History fit() {
    tell(callback -> callback.fitStarted(progress(), history()));
    try {
      boolean interrupted = false;
      while (!interrupted && journal.epoch() < recipe.epochs && !best.givesUp(history())) {
        interrupted = !epoch();
      }
      interrupted |= Thread.interrupted(); // in the last evaluation
      History history = journal.history(interrupted);
      game.seats().forEach(seat -> seat.average().give());
      best.give(history);
      tell(callback -> callback.fitEnded(history));
      return history;
    } catch (RuntimeException e) {
      tell(callback -> callback.fitFailed(e));
      throw e;
    }
  }

  /**
   * Trains for the rest of an epoch, then evaluates.
   *
   * @return false if the thread was interrupted before the epoch's end
   */
  private boolean epoch() {
    stopwatch.lap();
    for (Batch batch : batches.epoch(journal.epoch(), journal.batch())) {
      try (batch) {
        if (Thread.interrupted()) {
          journal.read();
          save();
          tell(callback -> callback.interrupted(progress()));
          return false;
        }
        step(batch);
      }
      report();
    }
    Metrics test = evaluate();
    Progress progress = progress();
    journal.endEpoch(test);
    best.look(history());
    save();
    tell(callback -> callback.epochEnded(progress, history()));
    return true;
  }

  /** One step. Nothing here waits for the device, but see {@link Seat#update}. */
  private void step(Batch batch) {
    int step = journal.step();
    journal.add(game.step(step, batch, player -> recipe.rate(player, step)));
  }

  private Metrics evaluate() {
    return recipe.test == null ? Metrics.NONE : game.evaluate(recipe.testBatches());
  }

  /** Reads the loss from the device now and then, and tells the callbacks. */
  private void report() {
    boolean edge = journal.batch() == 1 || journal.batch() == batches.count();
    if (edge || secondsSinceReading > SECONDS_BETWEEN_READINGS) {
      journal.read();
      secondsSinceReading = 0;
    }
    double seconds = stopwatch.lap();
    secondsSinceReading += seconds;
    journal.spend(seconds);
    tell(callback -> callback.batchEnded(progress()));
  }

  private History history() {
    return journal.history(false);
  }

  private Progress progress() {
    int done = journal.step() - firstStep;
    int left = recipe.epochs * batches.count() - journal.step();
    int images =
        journal.batch() == batches.count()
            ? recipe.train.size()
            : journal.batch() * recipe.stepSize();
    return new Progress(
        Math.min(journal.epoch() + 1, recipe.epochs),
        recipe.epochs,
        journal.batch(),
        batches.count(),
        journal.rate(Math.max(0, journal.step() - 1)),
        journal.metrics(),
        images / journal.seconds(),
        done == 0 ? Double.NaN : stopwatch.total() / done * left);
  }

  private void tell(Consumer<Callback> event) {
    recipe.callbacks.forEach(event);
  }

  private static Checkpoint savedBefore(Path file) {
    return file != null && Files.exists(file) ? Checkpoint.read(file) : null;
  }

  private void save() {
    if (recipe.checkpoint != null) {
      Checkpoint.write(recipe.checkpoint, recipe, game.state(), journal.entry());
    }
  }
}
