package convnets.data;

import java.util.SplittableRandom;

/**
 * Random numbers that are the same on every machine and in every release of Java: of {@link
 * SplittableRandom} only {@code nextLong} is used, and the rest is exact arithmetic.
 */
final class Dice {
  private static final long EVEN_BYTES = 0x00ff00ff00ff00ffL;
  private static final long ONES = 0x0001000100010001L;

  /** Mean and deviation of the sum of eight uniform bytes. */
  private static final float MEAN = 1020;

  private static final float DEVIATION = (float) StrictMath.sqrt(8 * (256 * 256 - 1) / 12.0);

  private final SplittableRandom random;

  Dice(long seed) {
    random = new SplittableRandom(seed);
  }

  /** A generator of its own for each seed and index. */
  static Dice at(long seed, long index) {
    return new Dice(new SplittableRandom(seed).nextLong() + index);
  }

  /** A generator apart: what it draws leaves this one's next numbers as they are. */
  Dice split() {
    return new Dice(random.nextLong());
  }

  /** A number from 0 to less than 1. */
  double share() {
    return (random.nextLong() >>> 11) * 0x1p-53;
  }

  /** A number between two. */
  double between(double low, double high) {
    return low + (high - low) * share();
  }

  /** A whole number from 0 to {@code n - 1}. */
  int below(int n) {
    return (int) (n * share());
  }

  /**
   * A number of mean 0 and deviation 1, distributed almost normally: the sum of eight uniform
   * bytes, all of them from one draw.
   */
  float bell() {
    long bytes = random.nextLong();
    long pairs = (bytes & EVEN_BYTES) + (bytes >>> 8 & EVEN_BYTES);
    // The product's uppermost 16 bits hold the sum of the four pairs.
    return ((pairs * ONES >>> 48) - MEAN) / DEVIATION;
  }

  /** The numbers from 0 to n - 1 in a random order (Fisher and Yates). */
  int[] permutation(int n) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      int j = below(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
