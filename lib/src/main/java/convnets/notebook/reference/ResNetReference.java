package convnets.notebook.reference;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import convnets.models.ResNet;
import convnets.models.ResNet.Shortcut;
import convnets.nn.Initializers;
import convnets.nn.TorchOps;
import convnets.nn.Unit;
import convnets.notebook.Expected;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** The reference answers of chapter 5, residual networks. */
public final class ResNetReference {

  private ResNetReference() {}

  /** Every second pixel, between two halves of new channels of zeros. */
  public static Expected<UnaryOperator<NDArray>> shortcutA(int in, int out) {
    int before = (out - in) / 2;
    return Expected.of(x -> TorchOps.subsamplePad(x, 2, before, out - in - before));
  }

  /** Two 3×3 convolutions behind batch norm and ReLU, beside the identity. */
  public static Expected<Supplier<Block>> preActivation(int channels) {
    return Expected.of(
        () -> {
          Unit body =
              seq(
                  batchNorm(channels),
                  relu(),
                  conv(channels, channels, 3),
                  batchNorm(channels),
                  relu(),
                  conv(channels, channels, 3));
          return add(body, identity());
        });
  }

  /** A basic block whose last γ starts at zero. */
  public static Expected<Supplier<Block>> startAsCopy(int channels) {
    return Expected.of(
        () -> {
          Unit block = ResNet.basicBlock(channels, channels, 1, Shortcut.A);
          block.setInitializer(Initializers.constant(0), "bn2.weight");
          return block;
        });
  }
}
