package convnets.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import convnets.data.Batch;
import convnets.nn.TorchOps;

/** Computes gradients on one device: predicts, measures, differentiates. */
final class Worker {

  private final Recipe recipe;
  private final ParameterStore store;
  private final Device device;

  /**
   * For a network.
   *
   * @param store where its weights are on the device
   */
  Worker(Recipe recipe, ParameterStore store, Device device) {
    this.recipe = recipe;
    this.store = store;
    this.device = device;
  }

  /**
   * Adds the gradients of the mean loss over a batch to those that are there.
   *
   * @param weight what they count, 1 if the batch is all there is in a step
   */
  Outcome work(Batch batch, double weight) {
    Batch here = batch.on(device);
    return GradMode.on(
        () -> {
          NDList logits = recipe.net.forward(store, new NDList(here.images()), true);
          NDArray loss = loss(logits, here.targets());
          NDArray one = loss.onesLike();
          NDArray seed = weight == 1 ? one : TorchOps.scale(one, weight);
          JniUtils.backward((PtNDArray) loss, (PtNDArray) seed, false, false);
          return Outcome.of(logits.head(), here.labels(), loss);
        });
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
