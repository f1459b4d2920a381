package convnets.gan;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import convnets.Checks;
import convnets.nn.Unit;
import java.util.Arrays;
import java.util.Objects;

/**
 * Draws from a generator as it is: in evaluation mode, a few hundred samples at a time, without a
 * graph. The generator stays as it was.
 *
 * <pre>{@code
 * Sampler sampler = Sampler.of(generator, Latent.normal(64)).pixels();
 * NDArray pictures = sampler.draw(manager, 1000); // (1000, 1, 28, 28), from 0 to 1
 * NDArray bags = sampler.labelled(manager, 8, 8, 8);
 * }</pre>
 */
public final class Sampler {

  /** How many samples are made at once. */
  private static final int PORTION = 256;

  private final Block generator;
  private final Latent latent;
  private final boolean pixels;

  private Sampler(Block generator, Latent latent, boolean pixels) {
    this.generator = generator;
    this.latent = latent;
    this.pixels = pixels;
  }

  /**
   * Of a generator.
   *
   * @param generator initialised, at the latest when it is drawn from
   * @param latent what it starts from
   */
  public static Sampler of(Block generator, Latent latent) {
    Objects.requireNonNull(generator, "generator must not be null");
    Objects.requireNonNull(latent, "latent must not be null");
    return new Sampler(generator, latent, false);
  }

  /** Gives pictures from 0 to 1, of a generator that makes them from −1 to 1: {@link Pixels}. */
  public Sampler pixels() {
    return new Sampler(generator, latent, true);
  }

  /** What the generator starts from. */
  public Latent latent() {
    return latent;
  }

  /**
   * Samples of fresh noise.
   *
   * @param manager owns the samples, and decides their device
   * @param n how many, at least 1
   */
  public NDArray draw(NDManager manager, int n) {
    Checks.positive("n", n);
    try (NDManager scratch = NDManager.newBaseManager(Unit.deviceOf(generator))) {
      return from(manager, latent.draw(scratch, n), null);
    }
  }

  /**
   * Samples of fresh noise, of a generator that takes classes.
   *
   * @param manager owns the samples, and decides their device
   * @param labels the class of each, at least one
   */
  public NDArray labelled(NDManager manager, int... labels) {
    Checks.positive("labels", labels.length);
    try (NDManager scratch = NDManager.newBaseManager(Unit.deviceOf(generator))) {
      return from(manager, latent.draw(scratch, labels.length), labels);
    }
  }

  /**
   * What the generator makes of this noise; the samples belong to its manager.
   *
   * @param noise (N, latent)
   */
  public NDArray from(NDArray noise) {
    return from(noise.getManager(), noise, null);
  }

  /**
   * What a generator that takes classes makes of this noise; the samples belong to its manager.
   *
   * @param noise (N, latent)
   * @param labels the class of each
   */
  public NDArray from(NDArray noise, int... labels) {
    return from(noise.getManager(), noise, labels);
  }

  private NDArray from(NDManager owner, NDArray noise, int[] labels) {
    check(noise, labels);
    try (NDManager scratch = NDManager.newBaseManager(Unit.deviceOf(generator))) {
      NDArray z = noise.toDevice(scratch.getDevice(), false);
      if (z != noise) {
        z.attach(scratch);
      }
      int n = (int) z.getShape().get(0);
      NDArray all =
          Portions.of(
              scratch, n, PORTION, (own, start, end) -> portion(own, z, labels, start, end));
      NDArray there = all.toDevice(owner.getDevice(), false);
      there.attach(owner);
      return there;
    }
  }

  private NDArray portion(NDManager own, NDArray z, int[] labels, int start, int end) {
    NDList inputs = new NDList(z.get(own, new NDIndex().addSliceDim(start, end)));
    if (labels != null) {
      inputs.add(own.create(longs(Arrays.copyOfRange(labels, start, end))));
    }
    ParameterStore store = new ParameterStore(own, false);
    NDArray made = generator.forward(store, inputs, false, new PairList<>()).singletonOrThrow();
    return pixels ? Pixels.toUnit(made) : made;
  }

  private void check(NDArray noise, int[] labels) {
    if (noise.getShape().dimension() != 2 || noise.getShape().get(1) != latent.size()) {
      throw new IllegalArgumentException(
          "noise %s must be (N, %d)".formatted(noise.getShape(), latent.size()));
    }
    if (labels != null && labels.length != noise.getShape().get(0)) {
      throw new IllegalArgumentException(
          "labels (%d) must be one for each of the %d samples"
              .formatted(labels.length, noise.getShape().get(0)));
    }
  }

  private static long[] longs(int[] numbers) {
    return Arrays.stream(numbers).asLongStream().toArray();
  }
}
