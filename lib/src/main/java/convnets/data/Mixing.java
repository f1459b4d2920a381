package convnets.data;

import convnets.Checks;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * How the images of a batch are mixed with one another, and their labels with them. Each image gets
 * a partner, itself perhaps, by a random permutation of the batch.
 *
 * <p>It draws its random numbers from the generator that it is given, as a {@link Transform}.
 */
public sealed interface Mixing permits Mixup, CutMix, Either {

  /**
   * Mixes a batch.
   *
   * @param batch not mixed yet; its images are freed, and its manager owns what is new
   * @param classes how many there are
   * @param random where random numbers come from
   * @return mixed images, targets (N, classes) whose rows sum to 1, and for each image the label
   *     that has the larger share
   */
  Batch apply(Batch batch, int classes, SplittableRandom random);

  /**
   * Blends the images of each pair, λ of one and 1 − λ of the other, and their targets likewise.
   * Zhang et al. 2017, "mixup: Beyond Empirical Risk Minimization", arXiv:1710.09412.
   *
   * @param alpha λ is drawn from Beta(α, α), once a batch: near 0 or 1 if α is small, anything at
   *     1. The paper uses 0.1 to 0.4 for ImageNet, and 1 for CIFAR-10
   */
  static Mixing mixup(double alpha) {
    return new Mixup(Checks.positive("alpha", alpha));
  }

  /**
   * Pastes a rectangle of the partner into each image, at the same place; the targets are mixed by
   * area. Yun et al. 2019, "CutMix: Regularization Strategy to Train Strong Classifiers with
   * Localizable Features", arXiv:1905.04899.
   *
   * @param alpha the rectangle's area is 1 − λ of the image's before it is clipped at the border, λ
   *     drawn from Beta(α, α), once a batch. The paper uses 1
   */
  static Mixing cutMix(double alpha) {
    return new CutMix(Checks.positive("alpha", alpha));
  }

  /**
   * One of two, each batch by the toss of a coin, as torchvision's recipes mix.
   *
   * @param first one
   * @param second the other
   */
  static Mixing either(Mixing first, Mixing second) {
    return new Either(
        Objects.requireNonNull(first, "first must not be null"),
        Objects.requireNonNull(second, "second must not be null"));
  }
}
