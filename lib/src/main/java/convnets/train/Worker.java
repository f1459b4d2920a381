package convnets.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.ParameterStore;
import convnets.data.Batch;
import convnets.nn.Pass;
import convnets.torch.GradMode;
import convnets.torch.TorchOps;

/** Computes gradients on one device: predicts, measures, differentiates. */
final class Worker {

  private final Recipe recipe;
  private final ParameterStore store;
  private final NDList learned;
  private final Device device;

  /**
   * For a network.
   *
   * @param store where its weights are on the device
   * @param learned those weights that take gradients
   */
  Worker(Recipe recipe, ParameterStore store, NDList learned, Device device) {
    this.recipe = recipe;
    this.store = store;
    this.learned = learned;
    this.device = device;
  }

  /**
   * Computes the gradients of the mean loss over a batch.
   *
   * @param weight what the gradients are multiplied by: the batch's share of the step, times the
   *     scale of the loss
   */
  Share work(Batch batch, double weight) {
    Batch here = batch.on(device);
    return GradMode.on(
        () -> {
          NDList outputs = outputs(here.images());
          recipe.task.check(outputs, recipe.train);
          NDArray loss = recipe.task.loss(outputs, here);
          NDArray weighted = weight == 1 ? loss : TorchOps.scale(loss, weight);
          NDList gradients = TorchOps.gradients(weighted, learned);
          return new Share(outcome(outputs, here, loss), gradients, true);
        });
  }

  /** The outputs in single precision, whatever the network computes in. */
  private NDList outputs(NDArray images) {
    Pass pass = Pass.of(store, true).precision(recipe.precision);
    NDList outputs = pass.run(recipe.net, new NDList(images));
    if (recipe.precision != DataType.FLOAT32) {
      outputs.replaceAll(output -> TorchOps.convert(output, DataType.FLOAT32));
    }
    return outputs;
  }

  private Outcome outcome(NDList outputs, Batch batch, NDArray loss) {
    return GradMode.off(
        () -> Outcome.of(loss.stopGradient(), recipe.task.counts(outputs, batch), batch));
  }
}
