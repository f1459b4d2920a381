package convnets.io;

/** A file that is missing, damaged, or cannot be fetched; the message says what mends it. */
public final class FileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  FileException(String message) {
    super(message);
  }

  FileException(String message, Throwable cause) {
    super(message, cause);
  }
}
