package convnets.weights;

/**
 * Weights that cannot be read, written or fetched, or do not fit; the message names the file, what
 * is wrong and what mends it.
 */
public final class WeightsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  WeightsException(String message) {
    super(message);
  }

  WeightsException(String message, Throwable cause) {
    super(message, cause);
  }
}
