package convnets;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What properties allow besides the right answer: a message for people, and soon. */
public final class Refusals {
  private static final Duration HANGS = Duration.ofSeconds(60);

  /** Faults are many in some files; each of their lines is one of these. */
  private static final int LONGEST_LINE = 500;

  private static final ExecutorService WORKER =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread thread = new Thread(work, "property");
            thread.setDaemon(true);
            return thread;
          });

  private Refusals() {}

  /** What is made; null where it is refused, in the only way that it may be. */
  public static <T> T orRefused(Class<? extends Exception> refusal, Callable<T> made) {
    try {
      return made.call();
    } catch (Exception e) {
      assertThat(e).isInstanceOf(refusal);
      readable(e);
      return null;
    }
  }

  /** The same for slips in arguments. */
  public static <T> T orRefused(Callable<T> made) {
    return orRefused(IllegalArgumentException.class, made);
  }

  /** A message for people: some lines of words, nothing of the engine's or of Java's insides. */
  public static void readable(Exception e) {
    assertThat(e.getMessage())
        .as(e.toString())
        .isNotBlank()
        .doesNotContain("Exception raised from", "Traceback", "TorchScript", "c10::")
        .doesNotContain("Cannot invoke", "ClassCastException", "NullPointerException");
    assertThat(e.getMessage().lines()).allSatisfy(l -> assertThat(l).hasSizeLessThan(LONGEST_LINE));
  }

  /** Does something on another thread, which must be done in time. */
  public static <T> T soon(Callable<T> work) throws Exception {
    Future<T> future = WORKER.submit(work);
    try {
      return future.get(HANGS.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("it hangs", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw (Error) e.getCause();
    }
  }
}
