package convnets.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import convnets.data.Batch;

/** Adds up the losses and counts of a task. */
final class Counting implements Measure {

  private final Task task;
  private final Tally tally;

  /** The tally is freed with the manager. */
  Counting(Task task, NDManager manager) {
    this.task = task;
    tally = new Tally(manager, Sums.ZERO);
  }

  @Override
  public void add(NDList outputs, Batch batch) {
    NDArray loss = task.evaluationLoss(outputs, batch);
    tally.add(new Outcome(loss, task.counts(outputs, batch), batch.size()));
  }

  @Override
  public Metrics metrics() {
    tally.read();
    return tally.sums().metrics(task::metrics);
  }
}
