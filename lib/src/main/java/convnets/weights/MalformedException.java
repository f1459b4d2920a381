package convnets.weights;

import java.io.IOException;

/** A file is not what a reader of its layout takes; says what is wrong, and what mends it. */
final class MalformedException extends IOException {
  private static final long serialVersionUID = 1L;

  private MalformedException(String message) {
    super(message);
  }

  /** The file may be in order, but holds what is not read here; the remedy is said with it. */
  static MalformedException unsupported(String whatAndRemedy, Object... arguments) {
    return new MalformedException(whatAndRemedy.formatted(arguments));
  }

  /** The bytes contradict themselves or the layout. */
  static MalformedException damaged(String what, Object... arguments) {
    return new MalformedException(
        what.formatted(arguments) + ". The file is damaged or was cut off: fetch or save it again");
  }

  /** The file may be in order, but holds more than weights. */
  static MalformedException foreign(String what, Object... arguments) {
    return new MalformedException(
        what.formatted(arguments)
            + ". Save the weights alone in PyTorch: torch.save(model.state_dict(), path)");
  }
}
