package convnets.models;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import ai.djl.nn.Parameter;
import convnets.Checks;
import convnets.nn.Initializers;
import convnets.nn.Seq;
import convnets.nn.Unit;
import java.util.Arrays;
import java.util.List;

/**
 * ShuffleNet: 1×1 convolutions in groups, with a shuffle of the channels between them so that the
 * groups hear of each other.
 *
 * <p>X. Zhang, X. Zhou, M. Lin, J. Sun, "ShuffleNet: An Extremely Efficient Convolutional Neural
 * Network for Mobile Devices", 2017, arXiv:1707.01083. Parameters bear the names of pytorchcv,
 * whose classifier has a bias, unlike that of the authors' code.
 */
public final class ShuffleNetV1 extends Design<ShuffleNetV1> {

  /** A column of table 1: the output channels of stages 2 to 4 for a number of groups. */
  private record Column(int groups, int... channels) {}

  private static final Column[] TABLE_1 = {
    new Column(1, 144, 288, 576),
    new Column(2, 200, 400, 800),
    new Column(3, 240, 480, 960),
    new Column(4, 272, 544, 1088),
    new Column(8, 384, 768, 1536),
  };

  private int groups;
  private int[] widths;
  private int[] blocks = {4, 8, 4};
  private double scale = 1;
  private boolean shuffles = true;

  private ShuffleNetV1(int groups, int... widths) {
    this.groups = groups;
    this.widths = widths;
  }

  /**
   * A column of table 1, for images of 224×224 and 1000 classes.
   *
   * @param groups of the 1×1 convolutions: 1, 2, 3, 4 or 8
   */
  public static ShuffleNetV1 imageNet(int groups) {
    String otherwise = "groups (" + groups + ") must be 1, 2, 3, 4 or 8";
    return new ShuffleNetV1(groups, row(TABLE_1, c -> c.groups == groups, otherwise).channels);
  }

  /**
   * A network that trains in minutes on images of 28×28 or 32×32, not in the paper: three stages of
   * two units of 48, 96 and 192 channels, of which the bottlenecks have a quarter, 10 classes.
   *
   * @param groups of the 1×1 convolutions; it must divide 12
   */
  public static ShuffleNetV1 tiny(int groups) {
    Checks.positive("groups", groups);
    Checks.divides("groups", groups, "the channels of the narrowest bottleneck", 12);
    return new ShuffleNetV1(groups, 48, 96, 192).smallImages().classes(10).blocks(2, 2, 2);
  }

  /** The networks that the catalogue lists. */
  static List<Variant> variants() {
    return List.of(
        new Variant("shufflenet_v1_g1_x1_0", () -> imageNet(1)),
        new Variant("shufflenet_v1_g2_x1_0", () -> imageNet(2)),
        new Variant("shufflenet_v1_g3_x1_0", () -> imageNet(3)),
        new Variant("shufflenet_v1_g4_x1_0", () -> imageNet(4)),
        new Variant("shufflenet_v1_g8_x1_0", () -> imageNet(8)),
        new Variant("shufflenet_v1_g3_x0_25", () -> imageNet(3).scale(0.25)),
        new Variant("shufflenet_v1_g3_x0_5", () -> imageNet(3).scale(0.5)),
        new Variant("shufflenet_v1_g3_x1_5", () -> imageNet(3).scale(1.5)),
        new Variant("shufflenet_v1_g3_x2_0", () -> imageNet(3).scale(2)));
  }

  /** Gives each stage this many units, of which the first halves the image. */
  public ShuffleNetV1 blocks(int... blocks) {
    if (blocks.length != widths.length) {
      throw new IllegalArgumentException(
          "blocks (" + Arrays.toString(blocks) + ") must be one number for each of three stages");
    }
    int[] copy = Checks.positive("blocks", blocks);
    return with(d -> d.blocks = copy);
  }

  /**
   * The scale factor s of section 3.3: so many times the channels in every stage. Where the groups
   * do not divide what it makes, the channels are rounded up until they do. The stem has 12, 24 or
   * 48 channels, for scales from 0, 1 and 2.
   */
  public ShuffleNetV1 scale(double factor) {
    Checks.positive("factor", factor);
    return with(d -> d.scale = factor);
  }

  /** Leaves the shuffles out, for table 3. */
  public ShuffleNetV1 withoutShuffle() {
    return with(d -> d.shuffles = false);
  }

  @Override
  public Unit build() {
    int in = multiple(stemChannels(), groups);
    Seq features = seq(named("init_block", stem(in)));
    for (int stage = 0; stage < widths.length; stage++) {
      int out = multiple(scale * widths[stage], 4 * groups);
      Seq units = seq();
      for (int i = 0; i < blocks[stage]; i++) {
        // The stem has too few channels for groups.
        int firstGroups = stage == 0 && i == 0 ? 1 : groups;
        Unit unit = unit(in, out, firstGroups, groups, i == 0 ? 2 : 1, shuffles);
        units = units.then(named("unit" + (i + 1), unit));
        in = out;
      }
      features = features.then(named("stage" + (stage + 1), units));
    }
    // He's fan-out would make the depthwise filters smaller the more channels there are.
    features.setInitializer(Initializers.heFanIn(), Parameter.Type.WEIGHT);
    return seq(
        named("features", features),
        globalAvgPool(),
        flatten(),
        named("output", linear(in, classes)));
  }

  /** As in the authors' code; the paper's multiply-adds of scales 0.25 and 1.5 come out so. */
  private int stemChannels() {
    return scale < 1 ? 12 : scale < 2 ? 24 : 48;
  }

  private Seq stem(int out) {
    Seq convolution =
        seq(
            named("conv", conv(channels, out, 3).stride(smallImages ? 1 : 2)),
            named("bn", batchNorm(out)),
            relu());
    return smallImages ? convolution : convolution.then(maxPool(3, 2).padding(1));
  }

  /**
   * A unit, figure 2 (b) with stride 1 and (c) with stride 2: (N, in, H, W) -> (N, out, H / stride,
   * W / stride). Its bottleneck has out / 4 channels.
   *
   * @param groups of both 1×1 convolutions
   * @param stride 1, which needs as many channels out as in, or 2, which needs more
   */
  public static Unit unit(int in, int out, int groups, int stride) {
    return unit(in, out, groups, groups, stride, true);
  }

  private static Unit unit(
      int in, int out, int firstGroups, int groups, int stride, boolean shuffles) {
    if (stride == 1 ? out != in : out <= in) {
      throw new IllegalArgumentException(
          "out (%d) must be %s in (%d) for stride %d"
              .formatted(out, stride == 1 ? "equal to" : "above", in, stride));
    }
    int bottleneck = out / 4;
    int made = stride == 1 ? out : out - in; // the rest of the output is the pooled input
    Unit body =
        seq(
            named("compress_conv1", conv(in, bottleneck, 1).groups(firstGroups)),
            named("compress_bn1", batchNorm(bottleneck)),
            relu(),
            shuffles ? channelShuffle(groups) : identity(),
            named("dw_conv2", depthwise(bottleneck, 3).stride(stride)),
            named("dw_bn2", batchNorm(bottleneck)),
            named("expand_conv3", conv(bottleneck, made, 1).groups(groups)),
            named("expand_bn3", batchNorm(made)));
    Unit joined = stride == 1 ? add(body, identity()) : concat(body, avgPool(3, stride).padding(1));
    return joined.relu();
  }

  /** The smallest multiple of a number that is at least {@code channels}. */
  private static int multiple(double channels, int of) {
    return (int) Math.ceil(channels / of) * of;
  }
}
