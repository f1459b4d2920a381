package convnets.notebook;

/** Thrown by the place of an exercise where an answer is to be written. */
public final class TodoException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** Without a stack trace: a reader needs the message alone, below the cell. */
  TodoException(String id) {
    super(
        "Not started: exercise " + id + ". Replace this line by your answer.", null, false, false);
  }
}
