package convnets.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import convnets.torch.FusedActivation;

/**
 * A convolution for use, transposed or not, with the batch norm and the activation behind it: W ∗ x
 * + b, where γ / √(σ² + ε) is multiplied into W beforehand, and the activation is applied while the
 * sum is at hand.
 */
final class FusedConv extends Unit {

  private final Filters<?> filters;
  private final String name;
  private final FusedActivation activation;
  private final ConvKernel kernel;

  /**
   * Folds.
   *
   * @param norm behind the convolution, or null
   */
  FusedConv(Filters<?> filters, BatchNorm norm, FusedActivation activation, Fusion fusion) {
    this.filters = filters;
    this.activation = activation;
    name = filters.describe() + (norm == null ? "" : " + BN") + Fusion.suffix(activation);
    try (NDList folded = filters.folded(norm)) {
      kernel = filters.kernel(folded.get(0), folded.get(1), fusion);
    }
  }

  @Override
  protected NDArray forward(Pass pass, NDArray x) {
    if (pass.dry()) {
      return pass.shaped(filters.filtered(x.getShape()), x);
    }
    return kernel.convolve(filters.padded(x), activation);
  }

  /**
   * activation(W ∗ x + b + other) in one go, for a convolution without an activation of its own.
   *
   * @param over whether the result may be written over {@code other}
   */
  NDArray plus(NDArray x, NDArray other, FusedActivation activationOfSum, boolean over) {
    Add.checkAgreement(other.getShape(), filters.filtered(x.getShape()));
    return kernel.convolveAndAdd(filters.padded(x), activationOfSum, other, over);
  }

  /** Whether a sum can be computed along with the convolution. */
  boolean takesSum() {
    return activation == FusedActivation.NONE;
  }

  @Override
  public String describe() {
    return name;
  }
}
