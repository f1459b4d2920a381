package convnets.gan;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import convnets.nn.Pass;
import convnets.nn.Unit;
import convnets.torch.TorchOps;
import java.util.Arrays;

/**
 * Tells a discriminator how much the samples of a batch differ: (N, C, …) -> (N, C + 1, …). The
 * deviation of each number over the batch, averaged over all of them, is one number, and the last
 * channel holds it everywhere. (Karras et al., "Progressive Growing of GANs", 2017,
 * arXiv:1710.10196, section 3; the simplified form of Salimans et al. 2016, section 3.2.)
 *
 * <p>A generator that makes the same sample again and again is then found out at once. The batch
 * counts in evaluation too: a sample by itself has deviation 0.
 */
public final class MinibatchStatistics extends Unit {

  /** For a derivative where all samples are the same; that of the authors. */
  private static final float TINY = 1e-8f;

  private MinibatchStatistics() {}

  /** A layer. */
  public static MinibatchStatistics create() {
    return new MinibatchStatistics();
  }

  @Override
  protected NDArray forward(Pass pass, NDArray x) {
    Shape shape = x.getShape();
    if (shape.dimension() < 2) {
      throw new IllegalArgumentException(describe() + " takes (N, C, …), but was given " + shape);
    }
    long[] one = shape.getShape().clone();
    one[1] = 1;
    if (pass.dry()) {
      long[] more = shape.getShape().clone();
      more[1]++;
      return pass.shaped(new Shape(more), x);
    }
    NDArray variance = x.sub(x.mean(new int[] {0}, true)).square().mean(new int[] {0});
    NDArray deviation = variance.add(TINY).sqrt().mean();
    long[] scalar = new long[one.length];
    Arrays.fill(scalar, 1);
    NDArray everywhere = deviation.reshape(new Shape(scalar)).broadcast(new Shape(one));
    return TorchOps.concat(new NDList(x, everywhere), 1);
  }

  @Override
  public String describe() {
    return "minibatch statistics";
  }
}
