package convnets.train;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/** The gradients of a player's own weights: what {@link Step#differentiate} gives. */
public final class Gradients implements AutoCloseable {

  private final Seat seat;
  private final Outcome outcome;
  private final NDList values;
  private final boolean owned;

  /**
   * What was computed for some of a step's images, or for all.
   *
   * @param values of the weights that the seat's player learns, in their order, times the seat's
   *     {@linkplain LossScale scale}
   * @param owned whether the arrays go with this object; else a recording keeps them for the next
   */
  Gradients(Seat seat, Outcome outcome, NDList values, boolean owned) {
    this.seat = seat;
    this.outcome = outcome;
    this.values = values;
    this.owned = owned;
  }

  Seat seat() {
    return seat;
  }

  /** What the objective measured, without a graph. */
  public Outcome outcome() {
    return outcome;
  }

  NDList values() {
    return values;
  }

  /** Has another manager own the arrays. */
  Gradients attach(NDManager manager) {
    outcome.attach(manager);
    values.attach(manager);
    return this;
  }

  /** Frees the gradients; the outcome stays. Closing twice does no harm. */
  @Override
  public void close() {
    if (owned) {
      values.close();
    }
  }
}
