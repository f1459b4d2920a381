package convnets.train;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import convnets.data.Batch;
import convnets.data.Source;
import convnets.nn.Pass;
import java.util.List;
import java.util.Map;

/**
 * What a step of training does: whose turn it is, and what each player is to make smaller. The
 * usual learner has one player, a network, and a {@link Task}; a generator and a discriminator are
 * two. The loop, its callbacks, checkpoints, averages, devices and interruption are the same for
 * all.
 *
 * <p>A learner is immutable, and says by {@link #toString} what it is, with all its options: a
 * checkpoint is resumed only by a learner that says the same. What it draws at random comes from
 * the engine's generator, which is seeded afresh for each step.
 */
public interface Learner {

  /**
   * Those who learn, the same objects at every call, each with a name of its own. Progress and
   * history tell the learning rate of the first.
   */
  List<Player> players();

  /**
   * Takes a step: differentiates and updates for one player after the other, or for all at once.
   *
   * @return what the history keeps of it
   */
  Outcome step(Step step);

  /**
   * Whether every step is the same computation for all batches of a shape, decided by nothing but
   * the batch. A GPU may then record a step and repeat it. For learners of one player only.
   */
  default boolean repeats() {
    return false;
  }

  /**
   * The metrics of training, from the sums of {@link Outcome#counts}.
   *
   * @param counts as many as are counted in a step
   * @param images over how many images, at least 1
   * @return in their order, the leading one first; empty: the loss leads
   */
  default Map<Metric, Double> metrics(double[] counts, int images) {
    return Map.of();
  }

  /**
   * What evaluation looks at: the outputs of a network, or what a generator makes.
   *
   * @param pass in evaluation mode, with averages in place of weights where they are kept
   * @param batch on the device
   */
  NDList predict(Pass pass, Batch batch);

  /**
   * Who judges the predictions.
   *
   * @param manager of the device that computes; owns what is kept
   */
  Measure measure(NDManager manager);

  /**
   * Refuses predictions that do not suit the data.
   *
   * @throws IllegalArgumentException if they do not
   */
  default void check(NDList predictions, Source data) {}
}
