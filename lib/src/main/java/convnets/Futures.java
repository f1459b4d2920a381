package convnets;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Waiting for work of other threads. */
public final class Futures {

  private Futures() {}

  /**
   * Waits for work, also if the thread is interrupted, and throws what it threw, as if this thread
   * had done it.
   */
  public static <T> T join(CompletableFuture<T> work) {
    try {
      return work.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }
}
