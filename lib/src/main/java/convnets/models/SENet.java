package convnets.models;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import convnets.nn.Unit;

/**
 * Squeeze-and-excitation networks.
 *
 * <p>J. Hu, L. Shen, S. Albanie, G. Sun, E. Wu, "Squeeze-and-Excitation Networks", 2017,
 * arXiv:1709.01507.
 */
public final class SENet {

  private SENet() {}

  /**
   * Figures 1 and 2: the input, each channel scaled by a number from 0 to 1 that depends on the
   * means of all channels. (N, channels, H, W) -> the same. Its layers are called {@code fc1} and
   * {@code fc2}; both are 1×1 convolutions with a bias, as in torchvision and timm.
   *
   * @param squeezed channels between the two layers: channels / r in the paper
   * @param activation what follows the first layer: ReLU in the paper
   * @param gate what follows the second: a sigmoid in the paper
   */
  public static Unit squeezeExcite(int channels, int squeezed, Unit activation, Unit gate) {
    return gate(
        identity(),
        seq(
            globalAvgPool(),
            named("fc1", conv(channels, squeezed, 1).bias()),
            activation,
            named("fc2", conv(squeezed, channels, 1).bias()),
            gate));
  }
}
