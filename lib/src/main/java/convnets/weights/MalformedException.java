package convnets.weights;

import java.io.IOException;

/** A file is not what a reader of its layout takes; says what is wrong, and what mends it. */
final class MalformedException extends IOException {
  private static final long serialVersionUID = 1L;

  private static final int MAX_TEXT = 200;

  private MalformedException(String message) {
    super(message);
  }

  /** A text of the file as it can stand in a message: not long, and without control characters. */
  static String printable(String text) {
    String start = text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) + "…" : text;
    return start.replaceAll("\\p{Cntrl}", "?");
  }

  private static String format(String what, Object... arguments) {
    Object[] printable = arguments.clone();
    for (int i = 0; i < printable.length; i++) {
      if (printable[i] instanceof String text) {
        printable[i] = printable(text);
      }
    }
    return what.formatted(printable);
  }

  /** The file may be in order, but holds what is not read here; the remedy is said with it. */
  static MalformedException unsupported(String whatAndRemedy, Object... arguments) {
    return new MalformedException(format(whatAndRemedy, arguments));
  }

  /** The bytes contradict themselves or the layout. */
  static MalformedException damaged(String what, Object... arguments) {
    return new MalformedException(
        format(what, arguments) + ". The file is damaged or was cut off: fetch or save it again");
  }

  /** The file may be in order, but holds more than weights. */
  static MalformedException foreign(String what, Object... arguments) {
    return new MalformedException(
        format(what, arguments)
            + ". Save the weights alone in PyTorch: torch.save(model.state_dict(), path)");
  }
}
