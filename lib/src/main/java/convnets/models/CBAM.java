package convnets.models;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import ai.djl.ndarray.types.Shape;
import convnets.Checks;
import convnets.nn.Initializers;
import convnets.nn.Seq;
import convnets.nn.Unit;
import java.util.List;

/**
 * Residual networks with attention over channels and then over pixels.
 *
 * <p>S. Woo, J. Park, J.-Y. Lee, I. S. Kweon, "CBAM: Convolutional Block Attention Module", 2018,
 * arXiv:1807.06521. Parameters bear the names of the authors' code.
 */
public final class CBAM extends Residual<CBAM> {

  private int reduction = 16;

  private CBAM(int... blocks) {
    super(blocks);
  }

  /**
   * ResNet with a CBAM in each block (table 4), for images of 224×224.
   *
   * @param depth 50, 101 or 152
   */
  public static CBAM resNet(int depth) {
    return new CBAM(ResNet.bottlenecks(depth));
  }

  /** The networks that the catalogue lists. */
  static List<Variant> variants() {
    return List.of(new Variant("cbam_resnet50", () -> resNet(50)));
  }

  /** Squeezes to one in so many channels: r in the paper, 16 by default. */
  public CBAM reduction(int reduction) {
    Checks.positive("reduction", reduction);
    return with(d -> d.reduction = reduction);
  }

  @Override
  Unit block(int stage, int in, int stride) {
    int width = stageWidth(stage);
    return residual(body(in, width, stride, reduction), in, EXPANSION * width, stride);
  }

  /** Figure 3: a bottleneck block with a CBAM, (N, in, …) -> (N, 4 width, …). */
  public static Unit bottleneckBlock(int in, int width, int stride, int reduction) {
    return residual(body(in, width, stride, reduction), in, EXPANSION * width, stride, false);
  }

  private static Seq body(int in, int width, int stride, int reduction) {
    Unit attention = attention(EXPANSION * width, reduction);
    return ResNet.bottleneck(in, width, stride, false).then(named("cbam", attention));
  }

  /**
   * Figure 1: the input scaled by {@link #channelAttention}, and that by {@link #spatialAttention}.
   */
  public static Unit attention(int channels, int reduction) {
    return seq(
        gate(identity(), named("ChannelGate", channelAttention(channels, reduction))),
        gate(identity(), named("SpatialGate", spatialAttention())));
  }

  /**
   * Equation 2: what one network of two layers makes of the channels' means and of their maxima,
   * added. (N, channels, H, W) -> (N, channels, 1, 1), from 0 to 1.
   *
   * @param reduction channels over those between the two layers, r in the paper
   */
  public static Unit channelAttention(int channels, int reduction) {
    Checks.divides("reduction", reduction, "channels", channels);
    int squeezed = channels / reduction;
    Unit shared =
        named(
            "mlp",
            seq(flatten(), linear(channels, squeezed), relu(), linear(squeezed, channels))
                .indexed());
    return seq(
        add(seq(globalMaxPool(), shared), seq(globalAvgPool(), shared)),
        sigmoid(),
        lambda("unflatten", x -> x.reshape(x.getShape().addAll(new Shape(1, 1)))));
  }

  /**
   * Equation 3: a 7×7 convolution over the maximum and the mean of the channels at each pixel. (N,
   * C, H, W) -> (N, 1, H, W), from 0 to 1.
   */
  public static Unit spatialAttention() {
    Unit convolution = seq(named("conv", conv(2, 1, 7)), named("bn", batchNorm(1, 1e-5, 0.01)));
    convolution.setInitializer(Initializers.constant(0), "bn.weight"); // as the authors start it
    return seq(
        concat(
            lambda("max over channels", x -> x.max(new int[] {1}, true)),
            lambda("mean over channels", x -> x.mean(new int[] {1}, true))),
        named("spatial", convolution),
        sigmoid());
  }
}
