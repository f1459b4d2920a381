package convnets.data;

import ai.djl.ndarray.NDArray;
import convnets.torch.ImageOps;
import java.util.SplittableRandom;

/**
 * Draws λ, then the permutation.
 *
 * @param alpha of Beta(α, α)
 */
record Mixup(double alpha) implements Mixing {

  @Override
  public Batch apply(Batch batch, int classes, SplittableRandom random) {
    double lambda = Pairing.beta(alpha, random);
    Pairing pairing = new Pairing(batch, random);
    NDArray images = ImageOps.mixup(batch.images(), pairing.partners(), lambda);
    return pairing.mixed(images, lambda, classes);
  }
}
