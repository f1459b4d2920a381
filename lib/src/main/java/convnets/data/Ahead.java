package convnets.data;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import convnets.Futures;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * Has the examples of the coming batches made while the last one is worked at: two batches at most,
 * in Java's memory. Their order is that of the batches, whichever is ready first.
 *
 * <p>There is nothing to close. If no more batches are asked for, what was begun is brought to its
 * end, the threads end after a second of idleness, and the garbage collector finds the rest.
 */
final class Ahead {
  /** How many batches are made ahead. */
  static final int BATCHES = 2;

  /** What the names of the threads begin with. */
  static final String THREADS = "convnets-ahead";

  private static final int SECONDS_OF_IDLENESS = 1;

  private static final Executor EXECUTOR =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          SECONDS_OF_IDLENESS,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          Ahead::thread);

  private final HostSource source;
  private final IntFunction<int[]> indices;
  private final int count;
  private final Queue<CompletableFuture<Function<NDManager, NDList>>> coming = new ArrayDeque<>();
  private int asked;

  /**
   * Nothing is begun yet.
   *
   * @param indices of the examples of each batch
   * @param from the first batch's number
   * @param count how many batches there are, counted from 0
   */
  Ahead(HostSource source, IntFunction<int[]> indices, int from, int count) {
    this.source = source;
    this.indices = indices;
    this.asked = from;
    this.count = count;
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, THREADS);
    thread.setDaemon(true);
    return thread;
  }

  /** The next batch's examples; waits for them, also if the thread is interrupted. */
  Function<NDManager, NDList> next() {
    ask(1);
    CompletableFuture<Function<NDManager, NDList>> next = coming.remove();
    ask(BATCHES);
    return Futures.join(next);
  }

  private void ask(int least) {
    while (coming.size() < least && asked < count) {
      int[] chosen = indices.apply(asked++);
      coming.add(CompletableFuture.supplyAsync(() -> source.make(chosen), EXECUTOR));
    }
  }
}
