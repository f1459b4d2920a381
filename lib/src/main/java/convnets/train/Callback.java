package convnets.train;

/**
 * Looks on while a network trains: a progress bar, live curves, a log. Override what is of
 * interest.
 *
 * <p>Called on the thread that trains, between steps; what takes long here makes training slow. An
 * exception ends the training.
 */
public interface Callback {

  /** Training starts, or goes on from a checkpoint. */
  default void fitStarted(Progress progress, History soFar) {}

  /** A batch was trained on. Called at every batch: whoever displays chooses when to do so. */
  default void batchEnded(Progress progress) {}

  /** An epoch was trained on and evaluated. */
  default void epochEnded(Progress progress, History soFar) {}

  /** The thread was interrupted: training ends early, {@link #fitEnded} follows. */
  default void interrupted(Progress progress) {}

  /** Training has ended; {@link History#interrupted} says whether early. */
  default void fitEnded(History history) {}

  /** Training fails: the exception reaches the caller of {@code fit} next. */
  default void fitFailed(RuntimeException problem) {}
}
