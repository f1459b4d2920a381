package convnets.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import convnets.data.Batch;
import convnets.data.Batches;
import convnets.torch.GradMode;
import java.util.function.Function;

/** A walk of a network over data; it waits for the device at its end only. */
final class Evaluator {

  private final Block net;
  private final Batches batches;
  private final WeightCopy weights;
  private final boolean mirrors;

  private Evaluator(Block net, Batches batches, WeightCopy weights, boolean mirrors) {
    if (batches.count() == 0) {
      throw new IllegalArgumentException("batches (0) must hold an image to evaluate on");
    }
    this.net = net;
    this.batches = batches;
    this.weights = weights;
    this.mirrors = mirrors;
  }

  static Evaluator of(Block net, Batches batches) {
    return new Evaluator(net, batches, WeightCopy.none(), false);
  }

  /**
   * With copies of the network's weights in place of its own.
   *
   * @param weights if empty, its own
   */
  Evaluator with(WeightCopy weights) {
    return new Evaluator(net, batches, weights, mirrors);
  }

  /** With the mean of the probabilities of each image and of its mirror image. */
  Evaluator mirrored() {
    return new Evaluator(net, batches, weights, true);
  }

  /** Has a task's own measure look at every batch. */
  Metrics measure(Task task) {
    return walk(task, task::measure, Measure::metrics);
  }

  /**
   * Has a measure look at every batch.
   *
   * @param task checks the outputs
   * @param start takes the manager of the device, which lives as long as the walk
   * @param end what is asked of the measure afterwards
   */
  <M extends Measure, T> T walk(Task task, Function<NDManager, M> start, Function<M, T> end) {
    Device device = Parameters.device(net);
    return GradMode.off(
        () -> {
          try (NDManager manager = NDManager.newBaseManager(device)) {
            M measure = start.apply(manager);
            ParameterStore store = weights.store(manager);
            for (Batch batch : batches) {
              try (batch) {
                Batch here = batch.on(device);
                NDList outputs = outputs(store, here.images());
                task.check(outputs, batches.data());
                measure.add(outputs, here);
              }
            }
            return end.apply(measure);
          }
        });
  }

  private NDList outputs(ParameterStore store, NDArray images) {
    NDList outputs = net.forward(store, new NDList(images), false);
    if (!mirrors) {
      return outputs;
    }
    NDArray mirrored = net.forward(store, new NDList(images.flip(3)), false).head();
    NDArray probabilities = outputs.head().softmax(1).add(mirrored.softmax(1)).div(2);
    return new NDList(probabilities.log()); // whose softmax they are again
  }
}
