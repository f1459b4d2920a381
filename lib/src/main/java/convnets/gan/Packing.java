package convnets.gan;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import convnets.Checks;
import convnets.nn.Pass;
import convnets.nn.Unit;
import convnets.torch.ImageOps;
import java.util.stream.LongStream;

/**
 * Shows a discriminator several samples at once, one behind the other along the channels: (N, C, …)
 * -> (N / samples, samples · C, …), so that it sees whether they are too much alike. (Lin et al.,
 * "PacGAN: The power of two samples in generative adversarial networks", 2017, arXiv:1712.04086.)
 *
 * <p>Samples that are left over do not count; a batch of fewer than one pack is repeated.
 */
public final class Packing extends Unit {

  private final int samples;

  private Packing(int samples) {
    this.samples = Checks.positive("samples", samples);
  }

  /** A layer for the beginning of a discriminator. */
  public static Packing of(int samples) {
    return new Packing(samples);
  }

  @Override
  protected NDArray forward(Pass pass, NDArray x) {
    Shape shape = x.getShape();
    if (shape.dimension() < 2) {
      throw new IllegalArgumentException(describe() + " takes (N, C, …), but was given " + shape);
    }
    long n = shape.get(0);
    long packs = Math.max(1, n / samples);
    Shape packed = new Shape(packs, samples * shape.get(1)).addAll(shape.slice(2));
    if (pass.dry()) {
      return pass.shaped(packed, x);
    }
    NDArray whole =
        packs * samples == n
            ? x
            : ImageOps.select(x, LongStream.range(0, packs * samples).map(i -> i % n).toArray());
    return whole.reshape(packed);
  }

  @Override
  public String describe() {
    return "packs of " + samples;
  }
}
