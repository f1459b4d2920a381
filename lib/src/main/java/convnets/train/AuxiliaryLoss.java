package convnets.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.loss.Loss;
import convnets.Checks;
import java.util.Objects;

/**
 * A loss for DJL's own {@code Trainer}, for networks that have auxiliary heads in training: the
 * loss of the main output, and a share of that of each auxiliary one.
 *
 * <p>In evaluation, where the heads are silent, it is the loss of the main output.
 */
public final class AuxiliaryLoss extends Loss {

  private final Loss loss;
  private final double weight;

  /**
   * Weighs the heads.
   *
   * @param loss of one output
   * @param weight how much each auxiliary output adds, 0 or above: 0.3 for GoogLeNet, 0.4 for
   *     Inception-V3
   */
  public AuxiliaryLoss(Loss loss, double weight) {
    super(Objects.requireNonNull(loss, "loss must not be null").getName());
    this.loss = loss;
    this.weight = Checks.notNegative("weight", weight);
  }

  /**
   * The mean loss of a batch.
   *
   * @param labels as the loss of one output takes them
   * @param predictions (logits, auxiliary logits …)
   */
  @Override
  public NDArray evaluate(NDList labels, NDList predictions) {
    return Classification.total(
        predictions, weight, output -> loss.evaluate(labels, new NDList(output)));
  }
}
