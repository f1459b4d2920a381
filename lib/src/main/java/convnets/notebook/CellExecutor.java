package convnets.notebook;

import ai.djl.pytorch.jni.JniUtils;
import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The pool in which a notebook's statements run, one after the other but not all in one thread.
 *
 * <p><b>Why.</b> PyTorch keeps its grad mode by thread, and it is on in every new thread. DJL
 * expects it off, and switches it off in the one thread that loads the engine. The kernels run
 * statements in a cached pool: threads end after a minute of idleness, and a statement may get
 * another thread without any pause, when the first has not yet come back to the pool. In such a
 * thread, writing over a parameter fails and inference silently records graphs and keeps their
 * memory. Tests never pause, readers do.
 *
 * <p><b>What.</b> Here grad mode belongs to the notebook: each statement starts in the mode in
 * which the one before ended, whatever their threads. A statement that fails leaves the mode as it
 * found it; DJL's gradient collector would leave it on when its constructor throws.
 *
 * <p>Keeping one thread for ever would not do: an interrupted computation may run on in its thread,
 * and a statement may evaluate another. But idle threads end soon: OpenMP gives each thread that
 * has computed a team of its own, and while there are more of these than cores, they no longer wait
 * for each other by spinning, which makes every small operator 0.1 ms slower. Threads that a
 * reader's own code starts are the reader's.
 */
final class CellExecutor extends ThreadPoolExecutor {

  /** Makes the pool that takes the place of a kernel's own. */
  @FunctionalInterface
  interface Factory {
    CellExecutor replacing(ThreadPoolExecutor old);
  }

  private static final int SECONDS_OF_IDLENESS = 1;

  private final Failures failures;
  private volatile boolean gradMode;

  /**
   * A pool like {@link java.util.concurrent.Executors#newCachedThreadPool}, less patient.
   *
   * @param threads the kernel's own factory: JJava knows its threads by their names
   * @param failures told of what statements throw
   */
  CellExecutor(ThreadFactory threads, Failures failures) {
    super(
        0,
        Integer.MAX_VALUE,
        SECONDS_OF_IDLENESS,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        threads);
    this.failures = failures;
  }

  @Override
  public <T> Future<T> submit(Callable<T> statement) {
    return super.submit(() -> run(statement));
  }

  private <T> T run(Callable<T> statement) throws Exception {
    JniUtils.setGradMode(gradMode);
    try {
      T result = statement.call();
      gradMode = JniUtils.isGradMode();
      return result;
    } catch (InvocationTargetException e) { // the kernels call statements by reflection
      throw new InvocationTargetException(failures.explain(e.getCause()));
    }
  }
}
