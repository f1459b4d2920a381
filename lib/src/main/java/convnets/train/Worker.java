package convnets.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import convnets.data.Batch;
import convnets.nn.Pass;
import convnets.torch.GradMode;
import convnets.torch.LentNumbers;
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
    LentNumbers.keep(here.images().getManager());
    try (store) {
      return GradMode.on(
          () -> {
            Outcome measured = objective.measure(Pass.of(store, true).precision(precision), here);
            NDArray loss = checked(measured.loss());
            NDArray weighted = weight == 1 ? loss : TorchOps.scale(loss, weight);
            NDList gradients = TorchOps.gradients(weighted, learned);
            return new Gradients(seat, measured.detached(), gradients, true);
          });
    }
  }

  /**
   * What is of another type or shape would be found out at the next reading, far from its cause.
   */
  private static NDArray checked(NDArray loss) {
    if (loss.getDataType() != DataType.FLOAT32 || loss.size() != 1) {
      throw new IllegalArgumentException(
          ("loss (%s %s) must be a scalar, float32: take its mean, and multiply by numbers with"
                  + " TorchOps.scale, as mul with a double makes float64")
              .formatted(loss.getDataType(), loss.getShape()));
    }
    return loss;
  }
}
