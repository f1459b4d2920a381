package convnets.train;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/**
 * What was computed for some of a step's images, or for all.
 *
 * @param gradients of the learned parameters, in their order
 */
record Share(Outcome outcome, NDList gradients) {

  /** Has another manager own the arrays. */
  Share attach(NDManager manager) {
    outcome.attach(manager);
    gradients.attach(manager);
    return this;
  }
}
