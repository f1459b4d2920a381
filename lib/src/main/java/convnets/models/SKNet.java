package convnets.models;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import convnets.Checks;
import convnets.nn.Conv;
import convnets.nn.Seq;
import convnets.nn.Unit;
import java.util.List;

/**
 * Selective kernel networks: ResNeXt whose neurons choose the size of their kernels.
 *
 * <p>X. Li, W. Wang, X. Hu, J. Yang, "Selective Kernel Networks", 2019, arXiv:1903.06586.
 * Parameters bear timm's names.
 *
 * <p>{@code imageNet(50)} is SKNet-50 of table 1, with SK[M = 2, G = 32, r = 16].
 */
public final class SKNet extends Residual<SKNet> {

  /** Channels between the two layers of the attention, at least: L in the paper. */
  private static final int LEAST = 32;

  private int[] kernels = {3, 5};
  private int groups = 32;
  private int reduction = 16;
  private boolean splitInput;

  private SKNet(int... blocks) {
    super(blocks);
  }

  /**
   * SKNet, for images of 224×224.
   *
   * @param depth 50 or 101 in the paper, or 152
   */
  public static SKNet imageNet(int depth) {
    return new SKNet(ResNet.bottlenecks(depth));
  }

  /** The networks that the catalogue lists. */
  static List<Variant> variants() {
    return List.of(
        new Variant("sknet50", () -> imageNet(50)),
        new Variant("sknet101", () -> imageNet(101)),
        new Variant("skresnet50", () -> imageNet(50).splitInput()));
  }

  /**
   * Has a branch for each of these sizes (M branches in the paper; table 7 tries 3, 5 and 7): 3×3
   * kernels with so much dilation that they span that many pixels.
   */
  public SKNet kernels(int... kernels) {
    checkKernels(kernels);
    return with(d -> d.kernels = kernels.clone());
  }

  /** Splits the channels of each branch into groups: G in the paper, 32 by default. */
  public SKNet groups(int groups) {
    Checks.positive("groups", groups);
    return with(d -> d.groups = groups);
  }

  /** Squeezes to one in so many channels: r in the paper, 16 by default. */
  public SKNet reduction(int reduction) {
    Checks.positive("reduction", reduction);
    return with(d -> d.reduction = reduction);
  }

  /**
   * The light form of timm's {@code skresnet50}, which is not in the paper: blocks are as narrow as
   * ResNet's, without groups, and each branch sees a chunk of its own of the channels.
   */
  public SKNet splitInput() {
    return groups(1).with(d -> d.splitInput = true);
  }

  @Override
  Unit block(int stage, int in, int stride) {
    int inner = (splitInput ? 1 : 2) * stageWidth(stage);
    int out = EXPANSION * stageWidth(stage);
    Unit kernel =
        splitInput
            ? selected(
                split(paths(inner / kernels.length, inner, stride, groups, kernels)),
                MobileNetV2.divisible((double) inner / reduction),
                inner,
                kernels.length)
            : selectiveKernel(inner, stride, groups, reduction, kernels);
    return residual(body(in, inner, out, kernel), in, out, stride);
  }

  /**
   * A block as in table 1, (N, in, …) -> (N, 4 width, …), with a selective kernel of 2 width
   * channels.
   */
  public static Unit block(
      int in, int width, int stride, int groups, int reduction, int... kernels) {
    Unit kernel = selectiveKernel(2 * width, stride, groups, reduction, kernels);
    int out = EXPANSION * width;
    return residual(body(in, 2 * width, out, kernel), in, out, stride, false);
  }

  private static Seq body(int in, int inner, int out, Unit kernel) {
    return seq(
        named("conv1", normed(conv(in, inner, 1), inner).relu()),
        named("conv2", kernel),
        named("conv3", normed(conv(inner, out, 1), out)));
  }

  /**
   * Figure 1: branches with kernels of different sizes, added up with weights that an attention
   * chooses for each image and channel. (N, channels, H, W) -> (N, channels, H / stride, W /
   * stride).
   *
   * @param groups how many each branch has, G in the paper
   * @param reduction channels over those within the attention, r in the paper, which are 32 at
   *     least
   * @param kernels a size for each branch: 3, 5
   */
  public static Unit selectiveKernel(
      int channels, int stride, int groups, int reduction, int... kernels) {
    checkKernels(kernels);
    Unit paths = concat(paths(channels, channels, stride, groups, kernels));
    return selected(paths, Math.max(channels / reduction, LEAST), channels, kernels.length);
  }

  /** Split, in figure 1: a branch for each size of kernel. */
  private static Unit[] paths(int in, int out, int stride, int groups, int... kernels) {
    Unit[] paths = new Unit[kernels.length];
    for (int i = 0; i < paths.length; i++) {
      Conv path = conv(in, out, 3).dilation((kernels[i] - 1) / 2);
      paths[i] = named("" + i, normed(path.stride(stride).groups(groups), out).relu());
    }
    return paths;
  }

  /** Fuse and select, in figure 1. */
  private static Unit selected(Unit paths, int squeezed, int channels, int branches) {
    Unit attention =
        seq(
            named("fc_reduce", conv(channels, squeezed, 1)),
            named("bn", batchNorm(squeezed)),
            relu(),
            named("fc_select", conv(squeezed, branches * channels, 1)));
    return seq(named("paths", paths), new BranchAttention(branches, 1, named("attn", attention)));
  }

  /** A convolution and its batch norm, in timm's names for the two. */
  private static Seq normed(Conv conv, int out) {
    return seq(named("conv", conv), named("bn", batchNorm(out)));
  }

  private static void checkKernels(int... kernels) {
    if (kernels.length < 2) {
      throw new IllegalArgumentException("kernels must be two sizes or more, as in 3, 5");
    }
    for (int kernel : kernels) {
      if (kernel < 3 || kernel % 2 == 0) {
        throw new IllegalArgumentException("kernels (" + kernel + ") must be odd and at least 3");
      }
    }
  }
}
