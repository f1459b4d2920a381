package convnets.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import convnets.torch.ImageOps;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Who is mixed with whom in a batch. */
final class Pairing {

  private final Batch batch;
  private final long[] partners;

  /** Draws a permutation of the batch. */
  Pairing(Batch batch, SplittableRandom random) {
    this.batch = batch;
    this.partners =
        Arrays.stream(ImageDataset.permutation(batch.size(), random)).asLongStream().toArray();
  }

  /** The place of each image's partner. */
  long[] partners() {
    return partners;
  }

  /**
   * The batch in its new form; the old images are freed.
   *
   * @param images mixed ones
   * @param share of each image itself; the rest is its partner's
   */
  Batch mixed(NDArray images, double share, int classes) {
    batch.images().close();
    try (NDArray own = ImageOps.oneHot(batch.labels(), classes)) {
      NDArray shares = ImageOps.mixup(own, partners, share);
      NDArray labels = share < 0.5 ? ImageOps.select(batch.labels(), partners) : batch.labels();
      return new Batch(images, new NDList(labels, shares), batch.manager());
    }
  }

  /**
   * A number between 0 and 1 from Beta(α, α), without rejection, from two uniform ones: Devroye
   * 1996, "Random variate generation in one line of code", section 3. (A t-distributed number of 2α
   * degrees of freedom by Bailey's polar method, bent into the interval.)
   *
   * @param alpha above 0
   */
  static double beta(double alpha, SplittableRandom random) {
    // StrictMath: the same on every machine.
    double spread = StrictMath.pow(random.nextDouble(), -1 / alpha) - 1;
    double cosine = StrictMath.cos(2 * Math.PI * random.nextDouble());
    return (1 + Math.signum(cosine) / Math.sqrt(1 + 1 / (spread * cosine * cosine))) / 2;
  }
}
