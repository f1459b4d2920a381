package convnets.train;

/** Time, as the loop needs it; in seconds. */
final class Stopwatch {

  private final long start = System.nanoTime();
  private long lap = start;

  /** Since it was made. */
  double total() {
    return (System.nanoTime() - start) / 1e9;
  }

  /** Since the last lap, and begins another. */
  double lap() {
    long now = System.nanoTime();
    double seconds = (now - lap) / 1e9;
    lap = now;
    return seconds;
  }
}
