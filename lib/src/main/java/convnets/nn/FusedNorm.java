package convnets.nn;

import ai.djl.ndarray.NDArray;
import convnets.torch.FusedActivation;
import convnets.torch.FusedOps;
import java.util.Arrays;

/** A batch norm for use that no convolution can take in, with the activation behind it. */
final class FusedNorm extends Unit {

  private final BatchNorm norm;
  private final FusedActivation activation;
  private final NDArray[] parameters;

  FusedNorm(BatchNorm norm, FusedActivation activation, Fusion fusion) {
    this.norm = norm;
    this.activation = activation;
    parameters = Arrays.stream(norm.values()).map(fusion::copy).toArray(NDArray[]::new);
  }

  @Override
  protected NDArray forward(Pass pass, NDArray x) {
    return pass.dry()
        ? pass.shaped(x.getShape(), x)
        : FusedOps.normFused(x, parameters, norm.epsilon(), activation);
  }

  @Override
  public String describe() {
    return norm.describe() + Fusion.suffix(activation);
  }
}
