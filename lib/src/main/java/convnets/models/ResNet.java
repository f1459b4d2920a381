package convnets.models;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import convnets.nn.Initializers;
import convnets.nn.Seq;
import convnets.nn.Unit;
import convnets.nn.Window;
import convnets.torch.TorchOps;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Residual networks.
 *
 * <p>K. He, X. Zhang, S. Ren, J. Sun, "Deep Residual Learning for Image Recognition", 2015,
 * arXiv:1512.03385. Parameters bear torchvision's names.
 *
 * <p>{@link #imageNet(int)} has the networks of table 1, {@link #cifar(int)} those of section 4.2.
 */
public final class ResNet extends Residual<ResNet> {

  /** What runs beside the body of a block (section 3.3 and table 3). */
  public enum Shortcut {
    /** Nothing: the plain network. */
    NONE,
    /** The identity; where the size changes, every second pixel and channels of zeros. */
    A,
    /** The identity; where the size changes, a projection (torchvision's choice). */
    B,
    /** A projection everywhere. */
    C
  }

  /** The two bodies of figure 5. */
  public enum Body {
    /** 3×3, 3×3. */
    BASIC(1),
    /** 1×1, 3×3, 1×1 with four times the width at its ends. */
    BOTTLENECK(EXPANSION);

    /** Output channels over width. */
    final int expansion;

    Body(int expansion) {
      this.expansion = expansion;
    }
  }

  /** A column of table 1: the blocks in conv2_x to conv5_x. */
  private record Column(int depth, Body body, int... blocks) {}

  private static final Column[] TABLE_1 = {
    new Column(18, Body.BASIC, 2, 2, 2, 2),
    new Column(34, Body.BASIC, 3, 4, 6, 3),
    new Column(50, Body.BOTTLENECK, 3, 4, 6, 3),
    new Column(101, Body.BOTTLENECK, 3, 4, 23, 3),
    new Column(152, Body.BOTTLENECK, 3, 8, 36, 3),
  };

  private final Body body;
  private Shortcut shortcut = Shortcut.B;
  private boolean strideInFirst;
  private boolean zeroGamma;

  private ResNet(Column column) {
    super(column.blocks);
    body = column.body;
  }

  /**
   * A column of table 1, for images of 224×224: 1000 classes, width 64, projections where the size
   * changes, and the stride in the 3×3 convolution, as torchvision has it.
   *
   * @param depth 18, 34, 50, 101 or 152
   */
  public static ResNet imageNet(int depth) {
    return new ResNet(column(depth, column -> true, "18, 34, 50, 101 or 152"));
  }

  /** The blocks of a bottleneck network of table 1, for descendants of the same depth. */
  static int[] bottlenecks(int depth) {
    return column(depth, column -> column.body == Body.BOTTLENECK, "50, 101 or 152").blocks;
  }

  private static Column column(int depth, Predicate<Column> fits, String depths) {
    return row(
        TABLE_1,
        fits.and(column -> column.depth == depth),
        "depth (" + depth + ") must be " + depths);
  }

  /**
   * The networks of section 4.2, for images of 32×32: three stages of n basic blocks, depth 6n + 2,
   * 10 classes, width 16 and parameter-free shortcuts.
   *
   * @param depth 20, 32, 44, 56, 110, 1202 or any other 6n + 2
   */
  public static ResNet cifar(int depth) {
    if (depth < 8 || (depth - 2) % 6 != 0) {
      throw new IllegalArgumentException(
          "depth (" + depth + ") must be 6n + 2: 20, 32, 44, 56, 110, 1202 …");
    }
    int n = (depth - 2) / 6;
    return new ResNet(new Column(depth, Body.BASIC, n, n, n))
        .smallImages()
        .classes(10)
        .width(16)
        .shortcut(Shortcut.A);
  }

  /** The networks that the catalogue lists. */
  static List<Variant> variants() {
    return List.of(
        new Variant("resnet18", () -> imageNet(18)),
        new Variant("resnet34", () -> imageNet(34)),
        new Variant("resnet50", () -> imageNet(50)),
        new Variant("resnet101", () -> imageNet(101)),
        new Variant("resnet152", () -> imageNet(152)));
  }

  /** Chooses what runs beside the body of each block. */
  public ResNet shortcut(Shortcut shortcut) {
    return with(d -> d.shortcut = shortcut);
  }

  /** The plain twin: the same layers, no shortcuts. */
  public ResNet plain() {
    return shortcut(Shortcut.NONE);
  }

  /**
   * Puts the stride of a bottleneck into its first 1×1 convolution, as the paper does. Weights load
   * either way: torchvision's and timm's are not for this one, those that come from Caffe are.
   */
  public ResNet strideInFirst() {
    return with(d -> d.strideInFirst = true);
  }

  /** Starts the last γ of each body at zero, so that each block starts as its shortcut. */
  public ResNet zeroGamma() {
    return with(d -> d.zeroGamma = true);
  }

  @Override
  int expansion() {
    return body.expansion;
  }

  @Override
  Unit block(int stage, int in, int stride) {
    int width = stageWidth(stage);
    Unit body =
        switch (this.body) {
          case BASIC -> basic(in, width, stride);
          case BOTTLENECK -> bottleneck(in, width, stride, strideInFirst);
        };
    if (zeroGamma) {
      String last = this.body == Body.BASIC ? "bn2.weight" : "bn3.weight";
      body.setInitializer(Initializers.constant(0), last);
    }
    return residual(body, shortcut(shortcut, in, expansion() * width, stride, averageDown));
  }

  /** Figure 2: a body and its shortcut, added; a body alone in a plain network. */
  private static Unit residual(Unit body, Optional<Unit> shortcut) {
    return seq(shortcut.map(skip -> add(body, skip)).orElse(body), relu());
  }

  /** A block of two 3×3 convolutions as it stands in the networks of this file. */
  public static Unit basicBlock(int in, int out, int stride, Shortcut shortcut) {
    return residual(basic(in, out, stride), shortcut(shortcut, in, out, stride, false));
  }

  /** A bottleneck block with the stride in its 3×3 convolution: (N, in, …) -> (N, 4 width, …). */
  public static Unit bottleneckBlock(int in, int width, int stride, Shortcut shortcut) {
    int out = EXPANSION * width;
    return residual(
        bottleneck(in, width, stride, false), shortcut(shortcut, in, out, stride, false));
  }

  /** Figure 5, left: the body of a basic block, without the shortcut. */
  private static Seq basic(int in, int out, int stride) {
    return seq(
        conv(in, out, 3).stride(stride).bn().relu(), //
        conv(out, out, 3).bn());
  }

  /** Figure 5, right: the body of a bottleneck block, without the shortcut. */
  static Seq bottleneck(int in, int width, int stride, boolean strideInFirst) {
    int out = EXPANSION * width;
    return seq(
        conv(in, width, 1).stride(strideInFirst ? stride : 1).bn().relu(),
        conv(width, width, 3).stride(strideInFirst ? 1 : stride).bn().relu(),
        conv(width, out, 1).bn());
  }

  /** What runs beside a body that maps {@code in} to {@code out} channels. */
  private static Optional<Unit> shortcut(
      Shortcut option, int in, int out, int stride, boolean averaged) {
    boolean sameSize = in == out && stride == 1;
    return switch (option) {
      case NONE -> Optional.empty();
      case A -> Optional.of(sameSize ? identity() : zeroPadded(in, out, stride));
      case B -> Optional.of(sameSize ? identity() : projection(in, out, stride, averaged));
      case C -> Optional.of(projection(in, out, stride, averaged));
    };
  }

  /** Option A: half of the new channels before the old ones, half behind them, all zero. */
  private static Unit zeroPadded(int in, int out, int stride) {
    if (out < in) {
      throw new IllegalArgumentException(
          "out (" + out + ") must be at least in (" + in + ") for shortcut A, which adds channels");
    }
    int before = (out - in) / 2;
    int after = out - in - before;
    Window everyStride = new Window(1, stride, 1);
    return lambda(
        "subsample, pad", everyStride, x -> TorchOps.subsamplePad(x, stride, before, after));
  }
}
