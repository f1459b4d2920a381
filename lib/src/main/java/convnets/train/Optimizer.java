package convnets.train;

import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;

/** How gradients become changes of parameters: a recipe, immutable and without state. */
public interface Optimizer {

  /** Begins to train a block, all of whose parameters learn at the same rate. */
  default Updater start(Block block, NDManager manager) {
    return start(block, Rates.alike(), manager);
  }

  /**
   * Begins to train a block.
   *
   * @param block initialised; its parameters that take gradients are learned
   * @param rates how fast each of them learns
   * @param manager owns the state, on the device of the parameters
   * @return state that has seen no step yet
   */
  Updater start(Block block, Rates rates, NDManager manager);

  /** Its name and all its numbers, as in "SGD(momentum 0.9, decay 0.0005)". */
  @Override
  String toString();
}
