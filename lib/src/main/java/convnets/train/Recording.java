package convnets.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import convnets.data.Batch;
import convnets.torch.CudaGraph;
import convnets.torch.TorchOps;
import java.util.Arrays;

/** What a worker does for a batch, recorded as a graph of the GPU and done again for others. */
final class Recording implements AutoCloseable {

  private final NDManager manager;
  private final Batch input;
  private final Gradients output;
  private final CudaGraph graph;

  private Recording(NDManager manager, Batch input, Gradients output, CudaGraph graph) {
    this.manager = manager;
    this.input = input;
    this.output = output;
    this.graph = graph;
  }

  /**
   * Records; nothing is computed.
   *
   * @param batch like those to come
   * @param weight what the gradients are multiplied by
   * @param parent of the device
   * @throws RuntimeException if the work cannot be recorded
   */
  static Recording of(
      Worker worker, Objective objective, Batch batch, double weight, NDManager parent) {
    NDManager manager = parent.newSubManager();
    try (NDManager scratch = manager.newSubManager()) {
      NDList targets = new NDList();
      batch.targets().forEach(target -> targets.add(copy(target, scratch)));
      Batch input = new Batch(copy(batch.images(), scratch), targets, scratch);
      Gradients[] output = new Gradients[1];
      CudaGraph graph = CudaGraph.record(() -> output[0] = worker.work(objective, input, weight));
      output[0].attach(manager);
      input.images().attach(manager);
      targets.attach(manager);
      return new Recording(manager, input, output[0], graph);
    } catch (RuntimeException | Error e) {
      manager.close();
      throw e;
    }
  }

  private static NDArray copy(NDArray array, NDManager owner) {
    NDArray copy = array.duplicate();
    copy.attach(owner);
    return copy;
  }

  /** Whether a batch has the shapes of the recorded one. */
  boolean fits(Batch batch) {
    return batch.images().getShape().equals(input.images().getShape())
        && Arrays.equals(batch.targets().getShapes(), input.targets().getShapes());
  }

  /**
   * Does the recorded work for a batch.
   *
   * @param batch that fits, on the device
   * @return its gradients hold until the next batch, and are not the caller's to close
   */
  Gradients work(Batch batch) {
    TorchOps.copy(batch.images(), input.images());
    for (int i = 0; i < input.targets().size(); i++) {
      TorchOps.copy(batch.targets().get(i), input.targets().get(i));
    }
    graph.replay();
    Outcome recorded = output.outcome();
    NDManager owner = batch.manager();
    Outcome outcome =
        new Outcome(
            copy(recorded.loss(), owner),
            recorded.counts().map(counts -> copy(counts, owner)),
            recorded.size());
    return new Gradients(output.seat(), outcome, output.values(), false);
  }

  @Override
  public void close() {
    graph.close();
    manager.close();
  }
}
