package convnets.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import convnets.data.Batch;
import convnets.data.Batches;
import convnets.data.Source;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;

/**
 * What a network is trained for: its loss, and the metrics by which it is judged. The loop, its
 * callbacks, checkpoints, averages and everything else are the same for all tasks.
 *
 * <p>A task is immutable, and says by {@link #toString} what it is, with all its options: a
 * checkpoint is resumed only by a task that says the same.
 */
public interface Task {

  /**
   * The mean loss over a batch in training.
   *
   * @param outputs of the network in training mode, float32
   * @param batch what it saw, on the device of the outputs
   * @return a scalar, float32, from which gradients flow
   */
  NDArray loss(NDList outputs, Batch batch);

  /**
   * What the network is given in training: the images. A network that learns from more than it will
   * be asked about is given more, as the second stage of a detector, which looks into the boxes of
   * the truth as well; in evaluation it gets images alone.
   *
   * @param batch on the device
   */
  default NDList inputs(Batch batch) {
    return new NDList(batch.images());
  }

  /**
   * The mean loss over a batch in evaluation, of a network in evaluation mode: the same, unless
   * training adds something to it.
   */
  default NDArray evaluationLoss(NDList outputs, Batch batch) {
    return loss(outputs, batch);
  }

  /**
   * Refuses outputs that do not suit the data, such as classes without an output. On a GPU a label
   * without an output is found too late to say so, and CUDA computes nothing more in the process.
   *
   * @param outputs of the network
   * @param data that it is for
   * @throws IllegalArgumentException if they do not
   */
  default void check(NDList outputs, Source data) {}

  /**
   * Whether loss and counts are the same computation for every batch of a shape, decided by nothing
   * but the outputs and the batch. A GPU may then record a step and repeat it. A loss that changes
   * from step to step must say no, as all do that say nothing.
   */
  default boolean repeats() {
    return false;
  }

  /**
   * Whether the loss understands mixed images: a second target with the share of each class, (N,
   * classes).
   */
  default boolean takesMixed() {
    return false;
  }

  /**
   * What is counted over a batch, for metrics of training and evaluation. Counts stay on the device
   * until the loss is read, and are added up in double precision, in the order of the batches.
   *
   * @return (K), int64 or of floating point, without a graph; nothing if nothing is counted
   */
  default Optional<NDArray> counts(NDList outputs, Batch batch) {
    return Optional.empty();
  }

  /**
   * The metrics, from sums of {@link #counts}.
   *
   * @param counts as many as are counted over a batch
   * @param images over how many images, at least 1
   * @return in their order, the leading one first; empty: the loss leads
   */
  default Map<Metric, Double> metrics(double[] counts, int images) {
    return Map.of();
  }

  /**
   * Who measures a network in evaluation. The usual one adds up losses and {@link #counts}; a task
   * whose metrics are no sums over images, as those of detection, has one of its own.
   *
   * @param manager of the device that computes; owns what is kept
   */
  default Measure measure(NDManager manager) {
    return new Counting(this, manager);
  }

  /**
   * Evaluates a network as it is. Its running statistics stay as they are, and no graph is built.
   *
   * @param net initialised
   * @param batches what the network expects
   * @throws IllegalArgumentException if there is no batch
   */
  default Metrics evaluate(Block net, Batches batches) {
    return Evaluator.of(net, this, batches).measure();
  }

  /**
   * To give each input its target.
   *
   * @param name of the loss, by which checkpoints know it: "squared error"
   * @param loss the mean loss from (output, target), a scalar
   */
  static Task regression(String name, BinaryOperator<NDArray> loss) {
    return new Regression(name, loss);
  }
}
