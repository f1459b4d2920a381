package convnets.models;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import convnets.Checks;
import convnets.nn.Seq;
import convnets.nn.Unit;
import java.util.List;

/**
 * Split-attention networks.
 *
 * <p>H. Zhang, C. Wu, Z. Zhang, Y. Zhu, H. Lin, Z. Zhang, Y. Sun, T. He, J. Mueller, R. Manmatha,
 * M. Li, A. Smola, "ResNeSt: Split-Attention Networks", 2020, arXiv:2004.08955. Parameters bear the
 * names of the authors' code, which are timm's.
 *
 * <p>The paper writes 2s1x64d for radix 2, cardinality 1 and groups of 64 channels in the first
 * stage: see {@link #ablation}.
 */
public final class ResNeSt extends Residual<ResNeSt> {

  /**
   * A network of the paper.
   *
   * @param stem channels of the first two convolutions; the third has twice as many
   * @param dropout before the classifier
   */
  private record Row(int depth, int stem, double dropout, int... blocks) {}

  private static final Row[] NETWORKS = {
    new Row(50, 32, 0, 3, 4, 6, 3),
    new Row(101, 64, 0, 3, 4, 23, 3),
    new Row(200, 64, 0.2, 3, 24, 36, 3),
    new Row(269, 64, 0.2, 3, 30, 48, 8),
  };

  private final int deepStem;
  private final double dropout;
  private int radix = 2;
  private int cardinality = 1;
  private int groupWidth;
  private boolean fast;

  private ResNeSt(Row row) {
    super(row.blocks);
    deepStem = row.stem;
    dropout = row.dropout;
  }

  /**
   * ResNeSt with radix 2 and cardinality 1. The paper's images are of 224×224 for 50 and 101, of
   * 320×320 for 200, and of 416×416 for 269.
   *
   * @param depth 50, 101, 200 or 269
   */
  public static ResNeSt imageNet(int depth) {
    String otherwise = "depth (" + depth + ") must be 50, 101, 200 or 269";
    return new ResNeSt(row(NETWORKS, row -> row.depth == depth, otherwise)).averageDown();
  }

  /**
   * The networks of the ablation study, for images of 224×224: ResNeSt-50-fast. 2s1x64d is {@code
   * ablation(2, 1, 64)}.
   *
   * @param radix versions of each group; 1 is squeeze-and-excitation, 0 no attention
   * @param cardinality how many groups of channels there are
   * @param groupWidth channels of a group in the first stage
   */
  public static ResNeSt ablation(int radix, int cardinality, int groupWidth) {
    return imageNet(50).fast().radix(radix).cardinality(cardinality).groupWidth(groupWidth);
  }

  /** The networks that the catalogue lists. */
  static List<Variant> variants() {
    return List.of(
        new Variant("resnest50", () -> imageNet(50)),
        new Variant("resnest101", () -> imageNet(101)),
        new Variant("resnest200", () -> imageNet(200)),
        new Variant("resnest269", () -> imageNet(269)),
        new Variant("resnest50_fast_0s1x64d", () -> ablation(0, 1, 64)),
        new Variant("resnest50_fast_1s1x64d", () -> ablation(1, 1, 64)),
        new Variant("resnest50_fast_2s1x64d", () -> ablation(2, 1, 64)),
        new Variant("resnest50_fast_4s1x64d", () -> ablation(4, 1, 64)),
        new Variant("resnest50_fast_1s2x40d", () -> ablation(1, 2, 40)),
        new Variant("resnest50_fast_2s2x40d", () -> ablation(2, 2, 40)),
        new Variant("resnest50_fast_4s2x40d", () -> ablation(4, 2, 40)),
        new Variant("resnest50_fast_1s4x24d", () -> ablation(1, 4, 24)));
  }

  /** Splits each group so many ways for the attention; 0 is a plain grouped convolution. */
  public ResNeSt radix(int radix) {
    Checks.notNegative("radix", radix);
    return with(d -> d.radix = radix);
  }

  /** Divides the channels into groups that do not see each other, K in the paper. */
  public ResNeSt cardinality(int cardinality) {
    Checks.positive("cardinality", cardinality);
    return with(d -> d.cardinality = cardinality);
  }

  /** Gives each group this many channels in the first stage: as many as its width by default. */
  public ResNeSt groupWidth(int groupWidth) {
    Checks.positive("groupWidth", groupWidth);
    return with(d -> d.groupWidth = groupWidth);
  }

  /** Averages before the 3×3 convolution, which so sees a quarter of the pixels. */
  public ResNeSt fast() {
    return with(d -> d.fast = true);
  }

  @Override
  int stemWidth() {
    return smallImages ? super.stemWidth() : 2 * deepStem;
  }

  /** Three 3×3 convolutions in place of one of 7×7, as in ResNet-D. */
  @Override
  Seq stem() {
    if (smallImages) {
      return super.stem();
    }
    Unit convolutions =
        seq(
                conv(channels, deepStem, 3).stride(usualStemStride(2)),
                batchNorm(deepStem),
                relu(),
                conv(deepStem, deepStem, 3),
                batchNorm(deepStem),
                relu(),
                conv(deepStem, 2 * deepStem, 3))
            .indexed();
    return seq(named("conv1", convolutions), batchNorm(2 * deepStem), relu(), stemPool());
  }

  @Override
  Unit head(int in) {
    return seq(globalAvgPool(), flatten(), dropout(dropout), named("fc", linear(in, classes)));
  }

  @Override
  Unit block(int stage, int in, int stride) {
    int out = EXPANSION * stageWidth(stage);
    int inner = cardinality * (groupWidth > 0 ? groupWidth << stage : stageWidth(stage));
    return residual(body(in, inner, out, radix, cardinality, stride, fast), in, out, stride);
  }

  /**
   * A block, (N, in, H, W) -> (N, out, H / stride, W / stride), which averages behind its
   * convolution where it has a stride.
   *
   * @param inner channels of the split attention, in all groups together
   */
  public static Unit block(int in, int inner, int out, int radix, int cardinality, int stride) {
    Unit body = body(in, inner, out, radix, cardinality, stride, false);
    return residual(body, in, out, stride, true);
  }

  private static Seq body(
      int in, int inner, int out, int radix, int cardinality, int stride, boolean averageFirst) {
    Unit middle =
        radix == 0
            ? seq(
                named("conv2", conv(inner, inner, 3).groups(cardinality)),
                named("bn2", batchNorm(inner)),
                relu())
            : named("conv2", splitAttention(inner, radix, cardinality));
    Unit average = stride == 1 ? identity() : avgPool(3, stride).padding(1);
    return seq(
        conv(in, inner, 1).bn().relu(),
        averageFirst ? seq(average, middle) : seq(middle, average),
        named("conv3", conv(inner, out, 1)),
        named("bn3", batchNorm(out)));
  }

  /**
   * Figures 1 and 2: {@code radix} versions of each group of channels, added up with weights that
   * an attention chooses for each image, group and channel. (N, channels, H, W) -> the same.
   *
   * @param radix how many versions there are: R in the paper
   * @param cardinality how many groups there are, K in the paper; it must divide the channels
   */
  public static Unit splitAttention(int channels, int radix, int cardinality) {
    Checks.positive("radix", radix);
    int split = radix * channels;
    int squeezed = Math.max(split / 4, 32);
    Unit attention =
        seq(
            named("fc1", conv(channels, squeezed, 1).groups(cardinality).bias()),
            named("bn1", batchNorm(squeezed)),
            relu(),
            named("fc2", conv(squeezed, split, 1).groups(cardinality).bias()));
    return seq(
        named("conv", conv(channels, split, 3).groups(radix * cardinality)),
        named("bn0", batchNorm(split)),
        relu(),
        new BranchAttention(radix, cardinality, attention));
  }
}
