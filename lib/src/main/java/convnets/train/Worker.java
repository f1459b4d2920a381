package convnets.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import convnets.data.Batch;
import convnets.nn.Pass;
import convnets.torch.GradMode;
import convnets.torch.TorchOps;

/** Computes the gradients of one player on one device: predicts, measures, differentiates. */
final class Worker {

  private final Seat seat;
  private final Store store;
  private final NDList learned;
  private final DataType precision;
  private final Device device;

  /**
   * For a player.
   *
   * @param store where the weights of all players are on the device
   * @param learned those weights that the player learns, there
   */
  Worker(Seat seat, Store store, NDList learned, DataType precision, Device device) {
    this.seat = seat;
    this.store = store;
    this.learned = learned;
    this.precision = precision;
    this.device = device;
  }

  /**
   * Computes the gradients of the mean loss over a batch.
   *
   * @param weight what the gradients are multiplied by: how much of the step the batch is, times
   *     the scale of the loss
   */
  Gradients work(Objective objective, Batch batch, double weight) {
    Batch here = batch.on(device);
    try (store) {
      return GradMode.on(
          () -> {
            Outcome measured = objective.measure(Pass.of(store, true).precision(precision), here);
            NDArray loss = measured.loss();
            NDArray weighted = weight == 1 ? loss : TorchOps.scale(loss, weight);
            NDList gradients = TorchOps.gradients(weighted, learned);
            return new Gradients(seat, measured.detached(), gradients, true);
          });
    }
  }
}
