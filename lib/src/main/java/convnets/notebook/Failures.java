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

  /** The exception to be shown in place of {@code thrown}, often itself. */
  Throwable explain(Throwable thrown) {
    if (printCauses) {
      printCauses(thrown);
    }
    return withoutTraceback(thrown);
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

  /** An error in one of our scripted operators comes with a screenful of TorchScript's source. */
  private static Throwable withoutTraceback(Throwable thrown) {
    if (thrown.getClass() != EngineException.class || message(thrown).equals(thrown.getMessage())) {
      return thrown;
    }
    EngineException shorter = new EngineException(message(thrown), thrown.getCause());
    shorter.setStackTrace(thrown.getStackTrace());
    return shorter;
  }

  /** The message; of a traceback of TorchScript what its last line says. */
  static String message(Throwable thrown) {
    String message = String.valueOf(thrown.getMessage());
    String error = "\nRuntimeError: ";
    int at = message.lastIndexOf(error);
    return thrown instanceof EngineException && at >= 0
        ? message.substring(at + error.length()).strip()
        : message;
  }
}
