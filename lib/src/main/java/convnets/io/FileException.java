package convnets.io;

/**
 * A file or folder that is missing, damaged, or cannot be fetched; the message names it, and says
 * what mends it.
 */
public final class FileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Of what was found to be wrong. */
  public FileException(String message) {
    super(message);
  }

  /** Of what failed. */
  public FileException(String message, Throwable cause) {
    super(message, cause);
  }
}
