package convnets.notebook.reference;

import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.*;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import convnets.gan.LatentPath;
import convnets.gan.Manifolds;
import convnets.notebook.Expected;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The reference answers of chapter 25, DCGAN. */
public final class DCGANReference {

  private static final int TAPS = 16;

  private DCGANReference() {}

  /**
   * How many numbers a generator learns: from {@code latent} numbers to maps of {@code side} ×
   * {@code side}, then as many doublings with 4×4 kernels; batch norms behind all layers but the
   * last, which has no bias either.
   *
   * @param width channels before the last layer
   */
  public static Expected<Long> parameters(
      int latent, int width, int doublings, int side, int channels) {
    long wide = (long) width << (doublings - 1);
    long sum = latent * wide * side * side + 2 * wide;
    for (int i = 1; i < doublings; i++) {
      sum += TAPS * wide * (wide / 2) + wide;
      wide /= 2;
    }
    return Expected.of(sum + TAPS * wide * channels);
  }

  /** The discriminator of pictures of 32×32, by the rules. */
  public static Expected<Supplier<Block>> discriminator(int channels, int width) {
    return Expected.of(
        () -> {
          List<Block> blocks = new ArrayList<>();
          int in = channels;
          for (int out = width; out <= 4 * width; out *= 2) {
            blocks.add(conv(in, out, 4).stride(2).padding(1));
            if (out > width) {
              blocks.add(batchNorm(out));
            }
            blocks.add(leakyRelu(0.2));
            in = out;
          }
          blocks.add(conv(in, 1, 4).padding(0));
          blocks.add(flatten());
          return seq(blocks.toArray(Block[]::new));
        });
  }

  /** The Fréchet distance of normal distributions whose features do not hang together. */
  public static Expected<Double> independent(double[] m1, double[] v1, double[] m2, double[] v2) {
    double sum = 0;
    for (int i = 0; i < m1.length; i++) {
      double means = m1[i] - m2[i];
      double deviations = Math.sqrt(v1[i]) - Math.sqrt(v2[i]);
      sum += means * means + deviations * deviations;
    }
    return Expected.of(sum);
  }

  /** The share of real points within whose k-th neighbour a generated one lies. */
  public static Expected<Double> coverage(NDArray real, NDArray fake, int k) {
    return Expected.of(Manifolds.of(real, fake, k).coverage());
  }

  /** Points of a way on the sphere. */
  public static Expected<NDArray> way(NDArray a, NDArray b, int steps) {
    return Expected.of(LatentPath.spherical(a, b, steps));
  }

  /** The smallest limit whose coverage is at least this share of that of the largest limit. */
  public static Expected<Double> smallest(Map<Double, Manifolds> found, double share) {
    SortedMap<Double, Manifolds> sorted = new TreeMap<>(found);
    double without = sorted.get(sorted.lastKey()).coverage();
    double smallest = sorted.lastKey();
    for (Map.Entry<Double, Manifolds> entry : sorted.entrySet()) {
      if (entry.getValue().coverage() >= share * without) {
        smallest = Math.min(smallest, entry.getKey());
      }
    }
    return Expected.of(smallest);
  }

  /**
   * The variance of normal numbers of which only those from −limit to limit are left, over a unit.
   */
  public static Expected<Double> varianceWithin(double limit, double unit) {
    int steps = 20_000;
    double squares = 0;
    double all = 0;
    for (int i = 0; i < steps; i++) {
      double x = limit * (i + 0.5) / steps;
      double density = Math.exp(-x * x / 2);
      squares += density * x * x;
      all += density;
    }
    return Expected.of(squares / all / unit);
  }
}
