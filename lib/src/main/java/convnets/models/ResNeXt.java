package convnets.models;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import convnets.Checks;
import convnets.nn.Seq;
import convnets.nn.Unit;
import java.util.List;

/**
 * Residual networks of many parallel paths.
 *
 * <p>S. Xie, R. Girshick, P. Dollár, Z. Tu, K. He, "Aggregated Residual Transformations for Deep
 * Neural Networks", 2016, arXiv:1611.05431. Parameters bear torchvision's names.
 *
 * <p>The paper writes C×<i>d</i>d for a cardinality of C and groups of <i>d</i> channels in the
 * first stage (twice as many in each later one): 32×4d is {@code imageNet(50, 32, 4)}, and 1×64d is
 * ResNet itself. Table 3 goes from the one to the other at equal complexity: 1×64d, 2×40d, 4×24d,
 * 8×14d, 32×4d.
 */
public final class ResNeXt extends Residual<ResNeXt> {

  private final int cardinality;
  private final int groupWidth;

  private ResNeXt(int cardinality, int groupWidth, int... blocks) {
    super(blocks);
    this.cardinality = Checks.positive("cardinality", cardinality);
    this.groupWidth = Checks.positive("groupWidth", groupWidth);
  }

  /**
   * The networks of tables 1, 3 and 4, for images of 224×224.
   *
   * @param depth 50 or 101 in the paper, or 152
   * @param cardinality how many groups of channels there are, C in the paper
   * @param groupWidth channels of a group in the first stage, d in the paper
   */
  public static ResNeXt imageNet(int depth, int cardinality, int groupWidth) {
    return new ResNeXt(cardinality, groupWidth, ResNet.bottlenecks(depth));
  }

  /**
   * The networks of section 5.3, for images of 32×32: three stages of n blocks, depth 9n + 2, 10
   * classes.
   *
   * @param depth 29 in the paper, or any other 9n + 2
   * @param cardinality how many groups of channels there are: 8 or 16 in the paper
   * @param groupWidth channels of a group in the first stage: 64 in the paper
   */
  public static ResNeXt cifar(int depth, int cardinality, int groupWidth) {
    if (depth < 11 || (depth - 2) % 9 != 0) {
      throw new IllegalArgumentException("depth (" + depth + ") must be 9n + 2: 11, 20, 29, 38 …");
    }
    int n = (depth - 2) / 9;
    return new ResNeXt(cardinality, groupWidth, n, n, n).smallImages().classes(10);
  }

  /** The networks that the catalogue lists. */
  static List<Variant> variants() {
    return List.of(
        new Variant("resnext50_1x64d", () -> imageNet(50, 1, 64)),
        new Variant("resnext50_2x40d", () -> imageNet(50, 2, 40)),
        new Variant("resnext50_4x24d", () -> imageNet(50, 4, 24)),
        new Variant("resnext50_8x14d", () -> imageNet(50, 8, 14)),
        new Variant("resnext50_32x4d", () -> imageNet(50, 32, 4)),
        new Variant("resnext101_1x64d", () -> imageNet(101, 1, 64)),
        new Variant("resnext101_2x40d", () -> imageNet(101, 2, 40)),
        new Variant("resnext101_4x24d", () -> imageNet(101, 4, 24)),
        new Variant("resnext101_8x14d", () -> imageNet(101, 8, 14)),
        new Variant("resnext101_32x4d", () -> imageNet(101, 32, 4)),
        new Variant("resnext101_64x4d", () -> imageNet(101, 64, 4)),
        new Variant("resnext101_32x8d", () -> imageNet(101, 32, 8)));
  }

  @Override
  Unit block(int stage, int in, int stride) {
    int inner = cardinality * groupWidth << stage;
    int out = EXPANSION * stageWidth(stage);
    return residual(body(in, inner, out, cardinality, stride), in, out, stride);
  }

  /**
   * Figure 3(c): a block whose 3×3 convolution is grouped, (N, in, H, W) -> (N, out, H / stride, W
   * / stride).
   *
   * @param inner channels of the 3×3 convolution, in all groups together
   * @param cardinality how many groups there are; it must divide {@code inner}
   */
  public static Unit block(int in, int inner, int out, int cardinality, int stride) {
    return residual(body(in, inner, out, cardinality, stride), in, out, stride, false);
  }

  /** Figure 3(c), without the shortcut. */
  static Seq body(int in, int inner, int out, int cardinality, int stride) {
    return seq(
        conv(in, inner, 1).bn().relu(),
        conv(inner, inner, 3).stride(stride).groups(cardinality).bn().relu(),
        conv(inner, out, 1).bn());
  }
}
