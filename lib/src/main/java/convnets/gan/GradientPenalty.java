package convnets.gan;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import convnets.Checks;
import convnets.torch.TorchOps;
import java.util.Arrays;

/**
 * What a discriminator pays for steep slopes: its gradients by its input, differentiated once more.
 *
 * <p>A batch norm in the discriminator mixes the samples of a batch, so that the slope at a sample
 * is not its own: use networks without.
 *
 * @param form where and how slopes are measured
 * @param weight what the penalty is multiplied by
 */
public record GradientPenalty(Form form, double weight) {

  /** Where and how slopes are measured. */
  public enum Form {
    /** At real samples: their squared lengths. */
    R1,
    /** Between real and generated samples: their squared distances from a length of 1. */
    GRADIENT
  }

  /** For a derivative at slope 0. */
  private static final float TINY = 1e-12f;

  /** Checks the weight. */
  public GradientPenalty {
    Checks.positive("weight", weight);
  }

  /**
   * weight / 2 · E ‖∇D(x)‖² at real samples. (Mescheder et al., "Which Training Methods for GANs do
   * actually Converge?", 2018, arXiv:1801.04406, equation 9, with γ the weight.)
   */
  public static GradientPenalty r1(double weight) {
    return new GradientPenalty(Form.R1, weight);
  }

  /**
   * weight · E (‖∇D(x)‖ − 1)² at points drawn evenly between a real and a generated sample.
   * (Gulrajani et al., "Improved Training of Wasserstein GANs", 2017, arXiv:1704.00028, equation 3,
   * with a weight of 10.)
   */
  public static GradientPenalty gradient(double weight) {
    return new GradientPenalty(Form.GRADIENT, weight);
  }

  /** Whether slopes are measured at real samples, where the discriminator is run anyway. */
  boolean atReal() {
    return form == Form.R1;
  }

  /** A place to measure slopes at: a leaf of the graph. */
  static NDArray place(NDArray x) {
    NDArray place = x.duplicate();
    place.setRequiresGradient(true);
    return place;
  }

  /** Points drawn evenly between pairs of samples. */
  static NDArray between(NDArray real, NDArray fake) {
    long[] each = new long[real.getShape().dimension()];
    Arrays.fill(each, 1);
    each[0] = real.getShape().get(0);
    NDArray share = real.getManager().randomUniform(0, 1, new Shape(each));
    return fake.sub(real).mul(share).add(real);
  }

  /**
   * The penalty.
   *
   * @param scores of the samples, recorded
   * @param place the samples, as {@link #place} made them
   * @return a scalar that can be differentiated
   */
  NDArray of(NDArray scores, NDArray place) {
    NDArray slopes = TorchOps.differentiableGradients(scores.sum(), new NDList(place)).head();
    NDArray squares =
        slopes.reshape(place.getShape().get(0), -1).square().sum(new int[] {1}); // (N)
    return form == Form.R1
        ? TorchOps.scale(squares.mean(), weight / 2)
        : TorchOps.scale(squares.add(TINY).sqrt().sub(1).square().mean(), weight);
  }

  /** As in "R1 10.0". */
  @Override
  public String toString() {
    return (form == Form.R1 ? "R1 " : "gradient penalty ") + weight;
  }
}
