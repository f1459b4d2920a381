package convnets.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import convnets.data.Batch;
import convnets.data.Batches;
import convnets.nn.Pass;
import convnets.torch.GradMode;
import java.util.List;
import java.util.function.Function;

/** A walk of a learner's networks over data; it waits for the device at its end only. */
final class Evaluator {

  private final Learner learner;
  private final Batches batches;
  private final List<WeightCopy> weights;
  private final boolean mirrors;

  private Evaluator(Learner learner, Batches batches, List<WeightCopy> weights, boolean mirrors) {
    if (batches.count() == 0) {
      throw new IllegalArgumentException("batches (0) must hold an image to evaluate on");
    }
    this.learner = learner;
    this.batches = batches;
    this.weights = weights;
    this.mirrors = mirrors;
  }

  /** Of a network as it is. */
  static Evaluator of(Block net, Task task, Batches batches) {
    return of(new Supervised(Player.of(net), task), batches, List.of());
  }

  /**
   * With copies of the networks' weights in place of their own.
   *
   * @param weights of those that are empty, their own
   */
  static Evaluator of(Learner learner, Batches batches, List<WeightCopy> weights) {
    return new Evaluator(learner, batches, weights, false);
  }

  /** With the mean of the probabilities of each image and of its mirror image. */
  Evaluator mirrored() {
    return new Evaluator(learner, batches, weights, true);
  }

  /** Has the learner's own measure look at every batch. */
  Metrics measure() {
    return walk(learner::measure, Measure::metrics);
  }

  /**
   * Has a measure look at every batch.
   *
   * @param start takes the manager of the device, which lives as long as the walk
   * @param end what is asked of the measure afterwards
   */
  <M extends Measure, T> T walk(Function<NDManager, M> start, Function<M, T> end) {
    Device device = Parameters.device(learner.players().get(0).net());
    return GradMode.off(
        () -> {
          try (NDManager manager = NDManager.newBaseManager(device)) {
            M measure = start.apply(manager);
            Pass pass = Pass.of(new Store(manager, weights), false);
            for (Batch batch : batches) {
              try (batch) {
                Batch here = batch.on(device);
                NDList predictions = predictions(pass, here);
                learner.check(predictions, batches.data());
                measure.add(predictions, here);
              }
            }
            return end.apply(measure);
          }
        });
  }

  private NDList predictions(Pass pass, Batch batch) {
    NDList predictions = learner.predict(pass, batch);
    if (!mirrors) {
      return predictions;
    }
    Batch mirrored = new Batch(batch.images().flip(3), batch.targets(), batch.manager());
    NDArray others = learner.predict(pass, mirrored).head();
    NDArray probabilities = predictions.head().softmax(1).add(others.softmax(1)).div(2);
    return new NDList(probabilities.log()); // whose softmax they are again
  }
}
