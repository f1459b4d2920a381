package convnets.gan;

import static convnets.nn.Layers.batchNorm;
import static convnets.nn.Layers.instanceNorm;

import ai.djl.nn.Parameter;
import convnets.nn.Conv;
import convnets.nn.Initializers;
import convnets.nn.Unit;

/** What the networks of pytorch-CycleGAN-and-pix2pix have in common. */
final class Norms {

  private static final double DEVIATION = 0.02;

  private Norms() {}

  static Unit of(int channels, boolean batchNorm) {
    return batchNorm ? batchNorm(channels) : instanceNorm(channels);
  }

  /** A bias, where no batch norm follows that has one. */
  static Conv biased(Conv conv, boolean batchNorm) {
    return batchNorm ? conv : conv.bias();
  }

  /** Weights start normal with deviation 0.02, biases at 0, and γ at 1 ± 0.02. */
  static Unit started(Unit net) {
    net.setInitializer(Initializers.normal(DEVIATION), Parameter.Type.WEIGHT);
    net.setInitializer(Initializers.constant(0), Parameter.Type.BIAS);
    net.setInitializer(
        (manager, shape, type) -> manager.randomNormal(1, (float) DEVIATION, shape, type),
        Parameter.Type.GAMMA);
    return net;
  }
}
