package convnets.train;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/** The weights of a network once more, on another device, and a worker that learns with them. */
final class Replica {

  private final WeightCopy weights;
  private final Worker worker;

  /**
   * Copies the weights.
   *
   * @param learned the originals of those that take gradients
   * @param manager owns the copies
   */
  Replica(Recipe recipe, NDList learned, NDManager manager, Device device) {
    weights = WeightCopy.of(recipe.net, manager, device);
    NDList copies = weights.of(learned);
    copies.forEach(copy -> copy.setRequiresGradient(true));
    worker = new Worker(recipe, weights.store(manager), copies, device);
  }

  Worker worker() {
    return worker;
  }

  /** Takes over the weights of the original. */
  void refresh() {
    weights.take();
  }
}
