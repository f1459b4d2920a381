package convnets.inspect;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * How much memory native libraries hold in this process: PyTorch's arrays, what autograd keeps of
 * them, and all else that is taken from the C library. Java's own heap does not count.
 *
 * <pre>{@code
 * long before = NativeMemory.inUse();
 * NDArray y = …; // a pass that autograd records
 * long kept = NativeMemory.inUse() - before;
 * }</pre>
 *
 * <p>On Linux and macOS the C library tells what is in use, nearly to the byte. Windows tells what
 * the process has committed, in pages. Other work of the process, such as the compiler of the JVM,
 * is counted too: a megabyte says little. What lies on a GPU does not count.
 */
public final class NativeMemory {

  private static final long BETWEEN_LOOKS = 200_000; // nanoseconds

  private static final LongSupplier COUNTER = NativeHeap.counter();

  private NativeMemory() {}

  /** Bytes in use now. */
  public static long inUse() {
    return COUNTER.getAsLong();
  }

  /**
   * The most that is in use at once while work runs, beyond what was before. Another thread looks
   * some thousand times a second, so a shorter peak may escape.
   *
   * @return bytes, at least zero
   */
  public static long peak(Runnable work) {
    long before = inUse();
    Lookout lookout = new Lookout(before);
    lookout.start();
    try {
      work.run();
    } finally {
      lookout.end();
    }
    return lookout.highest - before;
  }

  /** Looks again and again, until it is told to end. */
  private static final class Lookout extends Thread {

    private volatile boolean ending;
    private volatile long highest;

    Lookout(long before) {
      super("native memory");
      setDaemon(true);
      highest = before;
    }

    @Override
    public void run() {
      while (!ending) {
        highest = Math.max(highest, inUse());
        LockSupport.parkNanos(BETWEEN_LOOKS);
      }
    }

    void end() {
      ending = true;
      boolean interrupted = false;
      while (isAlive()) {
        try {
          join();
        } catch (InterruptedException e) {
          interrupted = true; // it ends at once, and the caller is told afterwards
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
