package convnets.models;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import ai.djl.nn.Parameter;
import convnets.Checks;
import convnets.nn.Conv;
import convnets.nn.Initializers;
import convnets.nn.Seq;
import convnets.nn.Unit;
import java.util.Arrays;
import java.util.List;

/**
 * ShuffleNetV2: half of the channels pass a unit untouched, and a shuffle mixes the halves.
 *
 * <p>N. Ma, X. Zhang, H.-T. Zheng, J. Sun, "ShuffleNet V2: Practical Guidelines for Efficient CNN
 * Architecture Design", 2018, arXiv:1807.11164. Parameters bear torchvision's names.
 */
public final class ShuffleNetV2 extends Design<ShuffleNetV2> {

  /** A column of table 5: the output channels of stages 2 to 4 and of conv5. */
  private record Column(double scale, int stage2, int stage3, int stage4, int conv5) {}

  private static final Column[] TABLE_5 = {
    new Column(0.5, 48, 96, 192, 1024),
    new Column(1, 116, 232, 464, 1024),
    new Column(1.5, 176, 352, 704, 1024),
    new Column(2, 244, 488, 976, 2048),
  };

  private int stem;
  private int[] widths;
  private int head;
  private int[] blocks = {4, 8, 4};

  private ShuffleNetV2(int stem, Column column) {
    this.stem = stem;
    this.widths = new int[] {column.stage2, column.stage3, column.stage4};
    this.head = column.conv5;
  }

  /**
   * A column of table 5, for images of 224×224 and 1000 classes.
   *
   * @param scale 0.5, 1, 1.5 or 2
   */
  public static ShuffleNetV2 imageNet(double scale) {
    String otherwise = "scale (" + scale + ") must be 0.5, 1, 1.5 or 2";
    return new ShuffleNetV2(24, row(TABLE_5, column -> column.scale == scale, otherwise));
  }

  /**
   * A network that trains in minutes on images of 28×28 or 32×32, not in the paper: three stages of
   * two units, 10 classes.
   *
   * @param width the output channels of the first stage, an even number, 48 for instance; the later
   *     stages have twice and four times as many
   */
  public static ShuffleNetV2 tiny(int width) {
    even("width", Checks.positive("width", width));
    return new ShuffleNetV2(24, new Column(1, width, 2 * width, 4 * width, 4 * width))
        .smallImages()
        .classes(10)
        .blocks(2, 2, 2);
  }

  /** The networks that the catalogue lists. */
  static List<Variant> variants() {
    return List.of(
        new Variant("shufflenet_v2_x0_5", () -> imageNet(0.5)),
        new Variant("shufflenet_v2_x1_0", () -> imageNet(1)),
        new Variant("shufflenet_v2_x1_5", () -> imageNet(1.5)),
        new Variant("shufflenet_v2_x2_0", () -> imageNet(2)));
  }

  /** Gives each stage this many units, of which the first halves the image. */
  public ShuffleNetV2 blocks(int... blocks) {
    if (blocks.length != widths.length) {
      throw new IllegalArgumentException(
          "blocks (" + Arrays.toString(blocks) + ") must be one number for each of three stages");
    }
    int[] copy = Checks.positive("blocks", blocks);
    return with(d -> d.blocks = copy);
  }

  @Override
  public Unit build() {
    Seq net = seq(named("conv1", convolution(conv(channels, stem, 3).stride(smallImages ? 1 : 2))));
    if (!smallImages) {
      net = net.then(maxPool(3, 2).padding(1));
    }
    int in = stem;
    for (int stage = 0; stage < widths.length; stage++) {
      int out = widths[stage];
      Seq units = seq();
      for (int i = 0; i < blocks[stage]; i++) {
        units = units.then(unit(in, out, i == 0 ? 2 : 1));
        in = out;
      }
      net = net.then(named("stage" + (stage + 2), units.indexed()));
    }
    net =
        net.then(
            head(
                named("conv5", convolution(conv(in, head, 1))),
                globalAvgPool(),
                flatten(),
                named("fc", linear(head, classes))));
    net.setInitializer(Initializers.pytorchUniform(), Parameter.Type.WEIGHT);
    return net;
  }

  /**
   * A unit, figure 3 (c) with stride 1 and (d) with stride 2: (N, in, H, W) -> (N, out, H / stride,
   * W / stride).
   *
   * @param out an even number; equal to in for stride 1
   */
  public static Unit unit(int in, int out, int stride) {
    even("out", Checks.positive("out", out));
    if (stride == 1 && in != out) {
      throw new IllegalArgumentException(
          "out (" + out + ") must be equal to in (" + in + ") for stride 1");
    }
    int half = out / 2;
    Unit right = named("branch2", right(stride == 1 ? half : in, half, stride));
    Unit joined =
        stride == 1
            ? split(identity(), right)
            : concat(named("branch1", left(in, half, stride)), right);
    return joined.then(channelShuffle(2));
  }

  private static Unit left(int in, int out, int stride) {
    return seq(
            depthwise(in, 3).stride(stride),
            batchNorm(in),
            conv(in, out, 1),
            batchNorm(out),
            relu())
        .indexed();
  }

  private static Unit right(int in, int out, int stride) {
    return seq(
            conv(in, out, 1),
            batchNorm(out),
            relu(),
            depthwise(out, 3).stride(stride),
            batchNorm(out),
            conv(out, out, 1),
            batchNorm(out),
            relu())
        .indexed();
  }

  private static Unit convolution(Conv conv) {
    return conv.bn().relu().indexed();
  }

  private static void even(String name, int value) {
    if (value % 2 != 0) {
      throw new IllegalArgumentException(name + " (" + value + ") must be even");
    }
  }
}
