package convnets.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * A convolution for use, with the batch norm and the activation behind it: W ∗ x + b, where γ /
 * √(σ² + ε) is multiplied into W beforehand, and the activation is applied while the sum is at
 * hand.
 */
final class FusedConv extends Unit {

  private final Conv conv;
  private final String name;
  private final int activation;
  private final PackedWeights weight;
  private final NDArray bias;

  /**
   * Folds.
   *
   * @param norm behind the convolution, or null
   * @param activation its code in {@link Fusion}
   */
  FusedConv(Conv conv, BatchNorm norm, int activation, Fusion fusion) {
    this.conv = conv;
    this.activation = activation;
    name = conv.describe() + (norm == null ? "" : " + BN") + Fusion.suffix(activation);
    try (NDList folded = conv.folded(norm)) {
      weight = new PackedWeights(fusion.copy(folded.get(0)), conv.geometry(), fusion);
      bias = fusion.copy(folded.get(1));
    }
  }

  @Override
  protected NDArray forward(Pass pass, NDArray x) {
    if (pass.dry()) {
      return pass.shaped(conv.convolved(x.getShape()), x);
    }
    NDArray padded = conv.padded(x);
    return FusedOps.convFused(padded, weight.forInput(padded), bias, conv.geometry(), activation);
  }

  /**
   * activation(W ∗ x + b + other) in one go, for a convolution without an activation of its own.
   *
   * @param over whether the result may be written over {@code other}
   */
  NDArray plus(NDArray x, NDArray other, int activationOfSum, boolean over) {
    Add.checkAgreement(other.getShape(), conv.convolved(x.getShape()));
    NDArray padded = conv.padded(x);
    return FusedOps.convFusedAdd(
        padded, weight.forInput(padded), bias, conv.geometry(), activationOfSum, other, over);
  }

  /** Whether a sum can be computed along with the convolution. */
  boolean takesSum() {
    return activation == 0;
  }

  @Override
  public String describe() {
    return name;
  }
}
