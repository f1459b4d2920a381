package convnets.notebook;

import ai.djl.ndarray.types.Shape;
import convnets.Checks;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Sizes to try an answer on: random, so that no constant passes, and never without those on which
 * answers go wrong.
 */
public final class Sizes {

  private static final int MOST_STEPS = 6;

  private Sizes() {}

  /**
   * Channels before and after a layer.
   *
   * @param in before
   * @param out after
   */
  public record Channels(int in, int out) {}

  /** A random number from {@code low} to {@code high}, both included. */
  public static int between(int low, int high) {
    if (low > high) {
      throw new IllegalArgumentException("low (" + low + ") must not be above high (" + high + ")");
    }
    return ThreadLocalRandom.current().nextInt(low, high + 1);
  }

  /** Channels that rise, fall and stay, in this order. */
  public static List<Channels> channels() {
    return channels(1);
  }

  /**
   * Channels that rise, fall and stay, in this order.
   *
   * @param divisor of all of them
   */
  public static List<Channels> channels(int divisor) {
    Checks.positive("divisor", divisor);
    int few = divisor * between(2, MOST_STEPS);
    int many = few + divisor * between(1, MOST_STEPS);
    int same = divisor * between(2, MOST_STEPS);
    return List.of(new Channels(few, many), new Channels(many, few), new Channels(same, same));
  }

  /**
   * Shapes (N, C, H, W) of images: a batch with an odd height, a batch of one with an odd width,
   * and a small square. No two have the same size.
   */
  public static Shape[] images(int channels) {
    Checks.positive("channels", channels);
    int half = between(3, 5);
    return new Shape[] {
      new Shape(between(2, 4), channels, 2 * half + 1, 2 * half + 4),
      new Shape(1, channels, 2 * half + 2, 2 * half - 1),
      new Shape(2, channels, half, half)
    };
  }
}
