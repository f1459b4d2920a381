package convnets.train;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import convnets.data.Batch;
import convnets.data.Batches;
import convnets.nn.TorchOps;
import java.nio.file.Files;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** The training loop. A fit is made of epochs, an epoch is made of steps. */
final class Loop {

  /** How often the loss is read from the device, which must be waited for. */
  private static final double SECONDS_BETWEEN_READINGS = 0.25;

  private final Recipe recipe;
  private final Block net;
  private final Batches batches;
  private final Device device;
  private final ParameterStore store;
  private final Updater updater;
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
    Device device = recipe.device == null ? Devices.best() : recipe.device;
    try (NDManager manager = NDManager.newBaseManager(device)) {
      return GradMode.off(() -> new Loop(recipe, manager).fit());
    }
  }

  private Loop(Recipe recipe, NDManager manager) {
    this.recipe = recipe;
    net = recipe.net;
    batches = recipe.trainingBatches();
    device = manager.getDevice();
    store = new ParameterStore(manager, false);
    Checkpoint saved = savedBefore();
    initialize();
    updater = recipe.optimizer.start(net, manager);
    updater.clearGradients(); // which an interrupted backward pass may have left
    Journal.Entry entry =
        saved == null ? Journal.Entry.START : saved.restore(recipe, updater, manager);
    journal = new Journal(manager, recipe::rate, batches.count(), entry);
    firstStep = journal.step();
  }

  private History fit() {
    tell(callback -> callback.fitStarted(progress(), journal.history(false)));
    try {
      boolean interrupted = false;
      while (!interrupted && journal.epoch() < recipe.epochs) {
        interrupted = !epoch();
      }
      History history = journal.history(interrupted);
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
    save();
    tell(callback -> callback.epochEnded(progress, journal.history(false)));
    return true;
  }

  /** One step: predict, measure, differentiate, update. Nothing here waits for the device. */
  private void step(Batch batch) {
    int step = journal.step();
    seed(step); // for dropout
    NDArray images = batch.images().toDevice(device, false);
    NDArray labels = batch.labels().toDevice(device, false);
    NDArray targets = batch.targets().toDevice(device, false);
    Outcome outcome =
        GradMode.on(
            () -> {
              NDList logits = net.forward(store, new NDList(images), true);
              NDArray loss = loss(logits, targets);
              JniUtils.backward((PtNDArray) loss, (PtNDArray) loss.onesLike(), false, false);
              return new Outcome(logits.head(), loss);
            });
    updater.step(journal.rate(step));
    journal.add(outcome.logits, labels, outcome.loss);
  }

  /** The cross-entropy of the main output, and a share of that of each auxiliary one. */
  private NDArray loss(NDList logits, NDArray targets) {
    NDArray total = TorchOps.crossEntropy(logits.head(), targets, recipe.smoothing);
    for (NDArray auxiliary : logits.subNDList(1)) {
      NDArray own = TorchOps.crossEntropy(auxiliary, targets, recipe.smoothing);
      total = total.add(TorchOps.scale(own, recipe.auxiliary));
    }
    return total;
  }

  /** What a step leaves to look at. */
  private record Outcome(NDArray logits, NDArray loss) {}

  private Metrics evaluate() {
    return recipe.test == null ? Metrics.NONE : Evaluation.of(net, recipe.testBatches()).metrics();
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

  private Progress progress() {
    int done = journal.step() - firstStep;
    int left = recipe.epochs * batches.count() - journal.step();
    int images = Math.min(journal.batch() * recipe.batchSize, recipe.train.size());
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

  private Checkpoint savedBefore() {
    boolean exists = recipe.checkpoint != null && Files.exists(recipe.checkpoint);
    return exists ? Checkpoint.read(recipe.checkpoint) : null;
  }

  private void save() {
    if (recipe.checkpoint != null) {
      Checkpoint.write(recipe.checkpoint, recipe, updater, journal.entry());
    }
  }

  private void initialize() {
    if (!net.isInitialized()) {
      seed(-1);
      Shape input = new Shape(recipe.batchSize).addAll(recipe.train.imageShape());
      net.initialize(NDManager.newBaseManager(device), DataType.FLOAT32, input);
    }
    Parameters.prepare(net, device);
  }

  /** Seeds the engine's generator afresh, so that a resumed training draws the same numbers. */
  private void seed(int step) {
    long mixed = new SplittableRandom(recipe.seed).nextLong() + step;
    Engine.getEngine("PyTorch").setRandomSeed(new SplittableRandom(mixed).nextInt());
  }
}
