package convnets.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import convnets.nn.TorchOps;

/** The weights of a network once more, on another device, and a worker that learns with them. */
final class Replica {

  private final WeightCopy weights;
  private final Worker worker;
  private final NDList originals = new NDList();
  private final NDList copies = new NDList();

  /**
   * Copies the weights.
   *
   * @param manager owns the copies
   */
  Replica(Recipe recipe, NDManager manager, Device device) {
    weights = WeightCopy.of(recipe.net, manager, device);
    worker = new Worker(recipe, weights.store(manager), device);
    weights
        .byParameter()
        .forEach(
            (parameter, copy) -> {
              if (parameter.requiresGradient()) {
                copy.setRequiresGradient(true);
                originals.add(parameter.getArray());
                copies.add(copy);
              }
            });
  }

  Worker worker() {
    return worker;
  }

  /** Takes over the weights of the original. */
  void refresh() {
    weights.take();
  }

  /** Adds its gradients to those of the original, and clears its own. */
  void deliver() {
    try (NDList own = gradients(copies);
        NDList theirs = gradients(originals)) {
      TorchOps.collect(own, theirs);
    }
  }

  /** New handles. */
  private static NDList gradients(NDList values) {
    NDList gradients = new NDList(values.size());
    values.stream().map(NDArray::getGradient).forEach(gradients::add);
    return gradients;
  }
}
