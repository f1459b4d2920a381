package convnets.data;

import convnets.io.FileException;

/** A data set that is missing or damaged; the message names the file and what mends it. */
public final class DataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DataException(String message) {
    super(message);
  }

  /** Of a file that could not be fetched, read or trusted. */
  DataException(FileException cause) {
    super(cause.getMessage(), cause);
  }

  DataException(String message, Throwable cause) {
    super(message, cause);
  }
}
