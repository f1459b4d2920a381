package convnets.train;

import ai.djl.TrainingDivergedException;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/** How far a training has come: all that changes besides the network and the optimiser's state. */
final class Journal {

  /**
   * What a checkpoint keeps of it.
   *
   * @param history complete epochs, and all steps
   * @param batch how many batches of the next epoch are done
   * @param sums over these batches
   * @param seconds that they took
   */
  record Entry(History history, int batch, Sums sums, double seconds) {
    static final Entry START = new Entry(new History(List.of(), List.of(), false), 0, Sums.ZERO, 0);
  }

  private final NDManager manager;
  private final Learner learner;
  private final IntToDoubleFunction rates;
  private final int batches;

  private final List<History.Epoch> epochs;
  private final List<History.Step> steps;
  private int batch;
  private Tally tally;
  private double seconds;

  /**
   * Goes on from an entry.
   *
   * @param rates the learning rate of each step, from 0
   * @param batches in an epoch
   */
  Journal(NDManager manager, Learner learner, IntToDoubleFunction rates, int batches, Entry entry) {
    this.manager = manager;
    this.learner = learner;
    this.rates = rates;
    this.batches = batches;
    this.epochs = new ArrayList<>(entry.history().epochs());
    this.steps = new ArrayList<>(entry.history().steps());
    this.batch = entry.batch();
    this.tally = new Tally(manager, entry.sums());
    this.seconds = entry.seconds();
  }

  /** The current epoch, from 0. */
  int epoch() {
    return epochs.size();
  }

  /** How many batches of the current epoch are done. */
  int batch() {
    return batch;
  }

  /** How many steps are done. */
  int step() {
    return epoch() * batches + batch;
  }

  /** The learning rate of a step, from 0. */
  double rate(int step) {
    return rates.applyAsDouble(step);
  }

  /** How the current epoch went until the last reading. */
  Metrics metrics() {
    return tally.sums().metrics(learner::metrics);
  }

  /** How long the current epoch has taken, evaluation left out. */
  double seconds() {
    return seconds;
  }

  /** Adds a step; does not wait for the device. */
  void add(Outcome outcome) {
    tally.add(outcome);
    batch++;
  }

  /** Adds to the time that the epoch has taken. */
  void spend(double more) {
    seconds += more;
  }

  /**
   * Waits for the device and learns how the steps since the last reading went.
   *
   * @throws TrainingDivergedException if a loss is not a number
   */
  void read() {
    for (float loss : tally.read()) {
      int step = steps.size();
      if (!Float.isFinite(loss)) {
        throw diverged(step, loss);
      }
      steps.add(new History.Step(step + 1, rate(step), loss));
    }
  }

  private TrainingDivergedException diverged(int step, float loss) {
    String before = step == 0 ? "" : ", after " + steps.get(step - 1).loss();
    return new TrainingDivergedException(
        ("the loss was %s%s at step %d (epoch %d, batch %d), learning rate %s. Try a smaller rate"
                + " or a warm-up, and look whether the images are normalised. The network holds"
                + " numbers that are of no use: clear() it, and train again")
            .formatted(loss, before, step + 1, step / batches + 1, step % batches + 1, rate(step)));
  }

  /** Closes the current epoch, all of which has been read. */
  void endEpoch(Metrics test) {
    double rate = rate(step() - 1);
    epochs.add(new History.Epoch(epoch() + 1, rate, metrics(), test, seconds));
    batch = 0;
    seconds = 0;
    tally.close();
    tally = new Tally(manager, Sums.ZERO);
  }

  /** What has been read so far. */
  History history(boolean interrupted) {
    return new History(epochs, steps, interrupted);
  }

  /** For a checkpoint; all has been read. */
  Entry entry() {
    return new Entry(history(false), batch, tally.sums(), seconds);
  }
}
