package convnets.train;

import convnets.data.Batch;
import convnets.data.Source;
import java.util.function.ToDoubleFunction;

/**
 * A step at hand: what a {@link Learner} takes its turns with.
 *
 * <pre>{@code
 * Gradients gradients = step.differentiate(player, (pass, batch) -> {
 *   NDList outputs = pass.predict(net, new NDList(batch.images()));
 *   return Outcome.of(loss(outputs, batch), batch);
 * });
 * Outcome outcome = step.update(gradients);
 * }</pre>
 */
public final class Step {

  private final int number;
  private final Batch batch;
  private final Source data;
  private final Game game;
  private final ToDoubleFunction<Player> rates;

  Step(int number, Batch batch, Source data, Game game, ToDoubleFunction<Player> rates) {
    this.number = number;
    this.batch = batch;
    this.data = data;
    this.game = game;
    this.rates = rates;
  }

  /** Its number in the training, from 0. */
  public int number() {
    return number;
  }

  /** All that the step sees, on the first device or on the CPU. */
  public Batch batch() {
    return batch;
  }

  /** What the batch was made of. */
  public Source data() {
    return data;
  }

  /**
   * Computes the gradients of a player's own weights, and of nothing else: weights, gradients and
   * running statistics of the others stay as they are, to the bit. Only the player's own running
   * statistics move.
   *
   * <p>Where there are several devices, or more images than a device should hold at once, each part
   * of the batch counts by its number of images.
   *
   * @return what {@link #update} takes; the caller closes it if it does not
   * @throws IllegalArgumentException if the player is none of the learner's
   */
  public Gradients differentiate(Player player, Objective objective) {
    return game.differentiate(player, objective, batch);
  }

  /**
   * Changes the player's weights by its optimiser, at its rate of this step, and closes the
   * gradients.
   *
   * @return what was measured on the way
   */
  public Outcome update(Gradients gradients) {
    try (gradients) {
      Seat seat = gradients.seat();
      seat.update(gradients.values(), rates.applyAsDouble(seat.player()), number);
      return gradients.outcome();
    }
  }
}
