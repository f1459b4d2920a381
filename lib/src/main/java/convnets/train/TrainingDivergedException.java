package convnets.train;

/** The loss is no longer a number; the message says where, at what rate, and what may help. */
public final class TrainingDivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TrainingDivergedException(String message) {
    super(message);
  }
}
