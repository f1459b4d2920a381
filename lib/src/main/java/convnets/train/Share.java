package convnets.train;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/**
 * What was computed for some of a step's images, or for all.
 *
 * @param gradients of the learned parameters, in their order
 * @param owned whether the gradients go with the share; else a recording keeps them for the next
 */
record Share(Outcome outcome, NDList gradients, boolean owned) implements AutoCloseable {

  /** Has another manager own the arrays. */
  Share attach(NDManager manager) {
    outcome.attach(manager);
    gradients.attach(manager);
    return this;
  }

  /** Frees the gradients; the outcome stays. */
  @Override
  public void close() {
    if (owned) {
      gradients.close();
    }
  }
}
