package convnets.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.ParameterStore;
import convnets.data.Batch;
import convnets.nn.Pass;
import convnets.nn.TorchOps;

/** Computes gradients on one device: predicts, measures, differentiates. */
final class Worker {

  private final Recipe recipe;
  private final ParameterStore store;
  private final NDList learned;
  private final Device device;

  /** Of the labels to learn. */
  private final int highestLabel;

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
    highestLabel = recipe.train.highestLabel();
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
          NDList logits = logits(here.images());
          if (device.isGpu()) {
            logits.forEach(output -> Outputs.check(output, highestLabel));
          }
          NDArray loss = loss(logits, here.targets());
          NDArray weighted = weight == 1 ? loss : TorchOps.scale(loss, weight);
          NDList gradients = TorchOps.gradients(weighted, learned);
          return new Share(Outcome.of(logits.head(), here.labels(), loss), gradients, true);
        });
  }

  /** The outputs in single precision, whatever the network computes in. */
  private NDList logits(NDArray images) {
    Pass pass = Pass.of(store, true).precision(recipe.precision);
    NDList logits = pass.run(recipe.net, new NDList(images));
    if (recipe.precision != DataType.FLOAT32) {
      logits.replaceAll(output -> TorchOps.convert(output, DataType.FLOAT32));
    }
    return logits;
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
}
