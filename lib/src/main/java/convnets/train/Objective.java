package convnets.train;

import convnets.data.Batch;
import convnets.nn.Pass;

/** What a player is to make smaller: predicts and measures. */
@FunctionalInterface
public interface Objective {

  /**
   * Predicts and measures, with a graph. Called once for each part of a batch, where several
   * devices compute side by side or a step sees several batches, perhaps on several threads.
   *
   * @param pass a pass of training through any of the players' networks ({@link Pass#predict})
   * @param batch the part, on the device
   * @return the mean loss over the part, a scalar, float32, and what is counted over it
   */
  Outcome measure(Pass pass, Batch batch);
}
