package convnets.gan;

import ai.djl.ndarray.NDArray;
import convnets.torch.TorchOps;

/**
 * What a discriminator and a generator are to make smaller, from the discriminator's raw scores:
 * any shape, averaged over all of them. Computed so that no score is too large for it.
 *
 * <p>With s the score, σ(s) = 1 / (1 + e⁻ˢ) and softplus(s) = log(1 + eˢ), so that −log σ(s) =
 * softplus(−s) and −log(1 − σ(s)) = softplus(s):
 *
 * <table>
 * <caption>Losses, each the mean over the scores</caption>
 * <tr><th>loss</th><th>discriminator</th><th>generator</th></tr>
 * <tr><td>minimax</td><td>softplus(−real) + softplus(fake)</td><td>−softplus(fake)</td></tr>
 * <tr><td>non-saturating</td><td>the same</td><td>softplus(−fake)</td></tr>
 * <tr><td>least squares</td><td>½ (real − 1)² + ½ fake²</td><td>½ (fake − 1)²</td></tr>
 * <tr><td>hinge</td><td>max(0, 1 − real) + max(0, 1 + fake)</td><td>−fake</td></tr>
 * <tr><td>Wasserstein</td><td>fake − real</td><td>−fake</td></tr>
 * </table>
 */
public final class GanLoss {

  private enum Kind {
    MINIMAX("minimax"),
    NON_SATURATING("non-saturating"),
    LEAST_SQUARES("least squares"),
    HINGE("hinge"),
    WASSERSTEIN("Wasserstein");

    private final String text;

    Kind(String text) {
      this.text = text;
    }
  }

  private final Kind kind;
  private final double realLabel;

  private GanLoss(Kind kind, double realLabel) {
    this.kind = kind;
    this.realLabel = realLabel;
  }

  private static GanLoss of(Kind kind) {
    return new GanLoss(kind, 1);
  }

  /**
   * The game as it was first written: the generator makes the discriminator's gain log(1 − σ(fake))
   * smaller. Its gradient vanishes where the discriminator is sure. (Goodfellow et al., "Generative
   * Adversarial Nets", 2014, arXiv:1406.2661, equation 1.)
   */
  public static GanLoss minimax() {
    return of(Kind.MINIMAX);
  }

  /**
   * The generator makes −log σ(fake) smaller instead: the same fixed point, and strong gradients
   * where it is bad. (The same, section 3.)
   */
  public static GanLoss nonSaturating() {
    return of(Kind.NON_SATURATING);
  }

  /**
   * Squared distance from 1 and 0. (Mao et al., "Least Squares Generative Adversarial Networks",
   * 2016, arXiv:1611.04076, equation 9: a = 0, b = c = 1.)
   */
  public static GanLoss leastSquares() {
    return of(Kind.LEAST_SQUARES);
  }

  /**
   * Real scores beyond 1 and fake ones below −1 count nothing. (Lim and Ye, "Geometric GAN", 2017,
   * arXiv:1705.02894; Miyato et al. 2018, arXiv:1802.05957, equations 16 and 17.)
   */
  public static GanLoss hinge() {
    return of(Kind.HINGE);
  }

  /**
   * The difference of the mean scores: for a discriminator that is held smooth, by {@link
   * Gan#clipWeights}, by {@link GradientPenalty#gradient} or by spectral norms. (Arjovsky et al.,
   * "Wasserstein GAN", 2017, arXiv:1701.07875, equation 2 and algorithm 1.)
   */
  public static GanLoss wasserstein() {
    return of(Kind.WASSERSTEIN);
  }

  /**
   * One-sided label smoothing: the discriminator is told that real is this, in place of 1; fake
   * stays 0. (Salimans et al., "Improved Techniques for Training GANs", 2016, arXiv:1606.03498,
   * section 3.4, with 0.9.)
   *
   * @param label above ½, at most 1
   * @throws IllegalStateException of a loss that knows no label: hinge, Wasserstein
   */
  public GanLoss realLabel(double label) {
    if (!(label > 0.5 && label <= 1)) {
      throw new IllegalArgumentException(
          "label (" + label + ") must be above 0.5 and at most 1, as 0.9");
    }
    if (kind == Kind.HINGE || kind == Kind.WASSERSTEIN) {
      throw new IllegalStateException(
          kind.text + " knows no labels to be smoothed: call realLabel on another loss");
    }
    return new GanLoss(kind, label);
  }

  /**
   * The discriminator's loss.
   *
   * @param real its scores of real samples, of any shape
   * @param fake its scores of generated ones
   * @return a scalar
   */
  public NDArray discriminator(NDArray real, NDArray fake) {
    return switch (kind) {
      case MINIMAX, NON_SATURATING -> judged(real).add(softplus(fake).mean());
      case LEAST_SQUARES ->
          half(real.sub((float) realLabel).square().mean()).add(half(fake.square().mean()));
      case HINGE -> relu(real.neg().add(1)).mean().add(relu(fake.add(1)).mean());
      case WASSERSTEIN -> fake.mean().sub(real.mean());
    };
  }

  /** Cross-entropy between the label and σ(real): softplus(−real) + (1 − label) real. */
  private NDArray judged(NDArray real) {
    NDArray sure = softplus(real.neg()).mean();
    return realLabel == 1 ? sure : sure.add(TorchOps.scale(real.mean(), 1 - realLabel));
  }

  /**
   * The generator's loss.
   *
   * @param fake the discriminator's scores of generated samples, of any shape
   * @return a scalar
   */
  public NDArray generator(NDArray fake) {
    return switch (kind) {
      case MINIMAX -> softplus(fake).mean().neg();
      case NON_SATURATING -> softplus(fake.neg()).mean();
      case LEAST_SQUARES -> half(fake.sub(1).square().mean());
      case HINGE, WASSERSTEIN -> fake.mean().neg();
    };
  }

  /** What scores say of samples: the probability of being real where they have one, or they. */
  NDArray opinion(NDArray scores) {
    return switch (kind) {
      case MINIMAX, NON_SATURATING -> scores.getNDArrayInternal().sigmoid();
      default -> scores;
    };
  }

  private static NDArray softplus(NDArray x) {
    return x.getNDArrayInternal().softPlus();
  }

  private static NDArray relu(NDArray x) {
    return x.getNDArrayInternal().relu();
  }

  private static NDArray half(NDArray x) {
    return TorchOps.scale(x, 0.5);
  }

  /** As in "non-saturating, real label 0.9". */
  @Override
  public String toString() {
    return realLabel == 1 ? kind.text : kind.text + ", real label " + realLabel;
  }
}
