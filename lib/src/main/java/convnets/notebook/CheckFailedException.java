package convnets.notebook;

/** Thrown by the check of an exercise whose answer is wrong; the message says what and why. */
public final class CheckFailedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** Without a stack trace: a reader needs the message alone, below the cell. */
  CheckFailedException(String message) {
    super(message, null, false, false);
  }
}
