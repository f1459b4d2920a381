package convnets.notebook;

import ai.djl.engine.EngineException;
import java.util.ArrayList;
import java.util.List;

/** Makes what a cell throws say what a reader needs to know. */
final class Failures {

  private final boolean printCauses;

  /**
   * @param printCauses whether the causes are to be printed, for a kernel that drops them
   */
  Failures(boolean printCauses) {
    this.printCauses = printCauses;
  }

  /** Returns the exception to be shown in place of {@code thrown}, often itself. */
  Throwable explain(Throwable thrown) {
    if (printCauses) {
      printCauses(thrown);
    }
    return withoutNativeFrames(thrown);
  }

  /** The message of the cause of all. */
  static String root(Throwable thrown) {
    List<Throwable> chain = chain(thrown);
    return message(chain.get(chain.size() - 1));
  }

  private static void printCauses(Throwable thrown) {
    chain(thrown).stream()
        .skip(1)
        .forEach(
            c -> System.err.println("Caused by: " + c.getClass().getName() + ": " + message(c)));
  }

  /** An exception and its causes, each once: a chain may bite its tail. */
  private static List<Throwable> chain(Throwable thrown) {
    List<Throwable> chain = new ArrayList<>();
    for (Throwable t = thrown; t != null && !chain.contains(t); t = t.getCause()) {
      chain.add(t);
    }
    return chain;
  }

  /** DJL puts the C++ stack into the message, a screenful of it; the first lines say it all. */
  private static Throwable withoutNativeFrames(Throwable thrown) {
    if (thrown.getClass() != EngineException.class || message(thrown).equals(thrown.getMessage())) {
      return thrown;
    }
    EngineException shorter = new EngineException(message(thrown), thrown.getCause());
    shorter.setStackTrace(thrown.getStackTrace());
    return shorter;
  }

  /** The message without its C++ stack, and of a TorchScript traceback the last line. */
  static String message(Throwable thrown) {
    String message = String.valueOf(thrown.getMessage());
    if (!(thrown instanceof EngineException)) {
      return message;
    }
    int stack = message.indexOf("\nException raised from");
    if (stack >= 0) {
      message = message.substring(0, stack);
    }
    int error = message.lastIndexOf("\nRuntimeError: ");
    if (error >= 0) {
      message = message.substring(error + 1);
    }
    return message.strip();
  }
}
