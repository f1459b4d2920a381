package convnets.models;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import convnets.Checks;
import convnets.nn.Seq;
import convnets.nn.Unit;
import java.util.List;

/**
 * Squeeze-and-excitation networks.
 *
 * <p>J. Hu, L. Shen, S. Albanie, G. Sun, E. Wu, "Squeeze-and-Excitation Networks", 2017,
 * arXiv:1709.01507. Parameters bear timm's names.
 *
 * <p>{@link #resNet(int)} and {@link #resNeXt(int, int, int)} are the networks of table 2, the
 * residual ones with a squeeze-and-excitation at the end of each body.
 */
public final class SENet extends Residual<SENet> {

  /** What a network is before squeeze-and-excitation: the body of a block. */
  @FunctionalInterface
  private interface Bodies {
    Seq body(SENet design, int stage, int in, int stride);
  }

  private final Bodies bodies;
  private int reduction = 16;
  private boolean caffe;

  private SENet(int depth, Bodies bodies) {
    super(ResNet.bottlenecks(depth));
    this.bodies = bodies;
  }

  /**
   * SE-ResNet, for images of 224×224.
   *
   * @param depth 50, 101 or 152
   */
  public static SENet resNet(int depth) {
    return new SENet(
        depth,
        (design, stage, in, stride) ->
            ResNet.bottleneck(in, design.stageWidth(stage), stride, design.caffe));
  }

  /**
   * SE-ResNeXt, for images of 224×224.
   *
   * @param depth 50 or 101 in the paper, or 152
   * @param cardinality how many groups of channels there are: 32 in the paper
   * @param groupWidth channels of a group in the first stage: 4 in the paper
   */
  public static SENet resNeXt(int depth, int cardinality, int groupWidth) {
    Checks.positive("cardinality", cardinality);
    Checks.positive("groupWidth", groupWidth);
    return new SENet(
        depth,
        (design, stage, in, stride) -> {
          int inner = cardinality * groupWidth << stage;
          int out = EXPANSION * design.stageWidth(stage);
          return ResNeXt.body(in, inner, out, cardinality, stride);
        });
  }

  /** The networks that the catalogue lists. */
  static List<Variant> variants() {
    return List.of(
        new Variant("legacy_seresnet50", () -> resNet(50).caffe()),
        new Variant("legacy_seresnet101", () -> resNet(101).caffe()),
        new Variant("seresnet50", () -> resNet(50)),
        new Variant("seresnet101", () -> resNet(101)),
        new Variant("seresnext50_32x4d", () -> resNeXt(50, 32, 4)));
  }

  /** Squeezes to one in so many channels: r in the paper, 16 by default (table 10). */
  public SENet reduction(int reduction) {
    Checks.positive("reduction", reduction);
    return with(d -> d.reduction = reduction);
  }

  /**
   * As the authors' models for Caffe: SE-ResNet has its stride in the first 1×1 convolution, and
   * the pooling of the stem lets its last window hang over the edge instead of padding.
   */
  public SENet caffe() {
    return with(d -> d.caffe = true);
  }

  @Override
  Unit stemPool() {
    return caffe ? maxPool(3, 2).ceil() : super.stemPool();
  }

  @Override
  Unit block(int stage, int in, int stride) {
    int out = EXPANSION * stageWidth(stage);
    Unit body = bodies.body(this, stage, in, stride).then(squeezeExcite(out, reduction));
    return residual(body, in, out, stride);
  }

  /** Figure 3: a bottleneck block with squeeze-and-excitation, (N, in, …) -> (N, 4 width, …). */
  public static Unit bottleneckBlock(int in, int width, int stride, int reduction) {
    int out = EXPANSION * width;
    Unit body = ResNet.bottleneck(in, width, stride, false).then(squeezeExcite(out, reduction));
    return residual(body, in, out, stride, false);
  }

  private static Unit squeezeExcite(int channels, int reduction) {
    Checks.divides("reduction", reduction, "channels", channels);
    return named("se", squeezeExcite(channels, channels / reduction, relu(), sigmoid()));
  }

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
