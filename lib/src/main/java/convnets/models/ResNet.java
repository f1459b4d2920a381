package convnets.models;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import convnets.nn.Initializers;
import convnets.nn.Options;
import convnets.nn.Seq;
import convnets.nn.TorchOps;
import convnets.nn.Unit;
import convnets.nn.Window;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Residual networks.
 *
 * <p>K. He, X. Zhang, S. Ren, J. Sun, "Deep Residual Learning for Image Recognition", 2015,
 * arXiv:1512.03385. Parameters bear torchvision's names.
 *
 * <p>{@link #resnet50(int)} and its like are the networks as torchvision has them. {@link
 * #imageNet(int)} and {@link #cifar(int)} are designs: change one, then {@link #build()} it. A
 * design is immutable, every method returns a new one.
 */
public final class ResNet {

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
    BOTTLENECK(4);

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

  /** What may be changed in a design. */
  private static final class Design extends Options<Design> {
    Column column;
    boolean smallImages;
    int stemStride;
    int width;
    int channels = 3;
    int classes;
    Shortcut shortcut;
    boolean strideInFirst;
    boolean zeroGamma;
  }

  private final Design design;

  private ResNet(Design design) {
    this.design = design;
  }

  /** ResNet-18 for images of 224×224. */
  public static Unit resnet18(int classes) {
    return imageNet(18).classes(classes).build();
  }

  /** ResNet-34 for images of 224×224. */
  public static Unit resnet34(int classes) {
    return imageNet(34).classes(classes).build();
  }

  /** ResNet-50 for images of 224×224. */
  public static Unit resnet50(int classes) {
    return imageNet(50).classes(classes).build();
  }

  /** ResNet-101 for images of 224×224. */
  public static Unit resnet101(int classes) {
    return imageNet(101).classes(classes).build();
  }

  /** ResNet-152 for images of 224×224. */
  public static Unit resnet152(int classes) {
    return imageNet(152).classes(classes).build();
  }

  /**
   * A column of table 1, for images of 224×224: 1000 classes, width 64, projections where the size
   * changes, and the stride in the 3×3 convolution, as torchvision has it.
   *
   * @param depth 18, 34, 50, 101 or 152
   */
  public static ResNet imageNet(int depth) {
    Design design = new Design();
    design.column =
        Arrays.stream(TABLE_1)
            .filter(column -> column.depth == depth)
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "depth (" + depth + ") must be 18, 34, 50, 101 or 152"));
    design.stemStride = 2;
    design.width = 64;
    design.classes = 1000;
    design.shortcut = Shortcut.B;
    return new ResNet(design);
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
    Design design = new Design();
    design.column = new Column(depth, Body.BASIC, n, n, n);
    design.smallImages = true;
    design.stemStride = 1;
    design.width = 16;
    design.classes = 10;
    design.shortcut = Shortcut.A;
    return new ResNet(design);
  }

  private ResNet with(Consumer<Design> change) {
    return new ResNet(design.with(change));
  }

  /** Tells this many classes apart. */
  public ResNet classes(int classes) {
    return with(d -> d.classes = classes);
  }

  /** Takes images of this many channels: 1 for grey, 3 for colour. */
  public ResNet channels(int channels) {
    return with(d -> d.channels = channels);
  }

  /** Gives the first stage this many channels; each later stage has twice those before it. */
  public ResNet width(int width) {
    return with(d -> d.width = width);
  }

  /** Chooses what runs beside the body of each block. */
  public ResNet shortcut(Shortcut shortcut) {
    return with(d -> d.shortcut = shortcut);
  }

  /** The plain twin: the same layers, no shortcuts. */
  public ResNet plain() {
    return shortcut(Shortcut.NONE);
  }

  /** Moves the first convolution of the network by this many pixels at a time. */
  public ResNet stemStride(int stride) {
    return with(d -> d.stemStride = stride);
  }

  /** Puts the stride of a bottleneck into its first 1×1 convolution, as the paper does. */
  public ResNet strideInFirst() {
    return with(d -> d.strideInFirst = true);
  }

  /** Starts the last γ of each body at zero, so that each block starts as its shortcut. */
  public ResNet zeroGamma() {
    return with(d -> d.zeroGamma = true);
  }

  /** Builds the network: (N, channels, H, W) -> (N, classes). */
  public Unit build() {
    Design d = design;
    Seq net = stem();
    int in = d.width;
    for (int stage = 0; stage < d.column.blocks.length; stage++) {
      int width = d.width << stage;
      Unit[] blocks = new Unit[d.column.blocks[stage]];
      for (int i = 0; i < blocks.length; i++) {
        blocks[i] = block(in, width, i == 0 && stage > 0 ? 2 : 1);
        in = width * d.column.body.expansion;
      }
      net = net.then(named("layer" + (stage + 1), seq(blocks).indexed()));
    }
    return net.then(seq(globalAvgPool(), flatten(), named("fc", linear(in, d.classes))));
  }

  private Seq stem() {
    Design d = design;
    return d.smallImages
        ? conv(d.channels, d.width, 3).stride(d.stemStride).bn().relu()
        : seq(
            conv(d.channels, d.width, 7).stride(d.stemStride).bn(),
            relu(),
            maxPool(3, 2).padding(1));
  }

  private Unit block(int in, int width, int stride) {
    Unit body =
        switch (design.column.body) {
          case BASIC -> basic(in, width, stride);
          case BOTTLENECK -> bottleneck(in, width, stride, design.strideInFirst);
        };
    if (design.zeroGamma) {
      String last = design.column.body == Body.BASIC ? "bn2.weight" : "bn3.weight";
      body.setInitializer(Initializers.constant(0), last);
    }
    int out = width * design.column.body.expansion;
    return residual(body, shortcut(design.shortcut, in, out, stride));
  }

  /** Figure 2: a body and its shortcut, added; a body alone in a plain network. */
  private static Unit residual(Unit body, Optional<Unit> shortcut) {
    return seq(shortcut.map(skip -> add(body, skip)).orElse(body), relu());
  }

  /** A block of two 3×3 convolutions as it stands in the networks of this file. */
  public static Unit basicBlock(int in, int out, int stride, Shortcut shortcut) {
    return residual(basic(in, out, stride), shortcut(shortcut, in, out, stride));
  }

  /** A bottleneck block with the stride in its 3×3 convolution: (N, in, …) -> (N, 4 width, …). */
  public static Unit bottleneckBlock(int in, int width, int stride, Shortcut shortcut) {
    int out = width * Body.BOTTLENECK.expansion;
    return residual(bottleneck(in, width, stride, false), shortcut(shortcut, in, out, stride));
  }

  /** Figure 5, left: the body of a basic block, without the shortcut. */
  private static Seq basic(int in, int out, int stride) {
    return seq(
        conv(in, out, 3).stride(stride).bn().relu(), //
        conv(out, out, 3).bn());
  }

  /** Figure 5, right: the body of a bottleneck block, without the shortcut. */
  private static Seq bottleneck(int in, int width, int stride, boolean strideInFirst) {
    int out = Body.BOTTLENECK.expansion * width;
    return seq(
        conv(in, width, 1).stride(strideInFirst ? stride : 1).bn().relu(),
        conv(width, width, 3).stride(strideInFirst ? 1 : stride).bn().relu(),
        conv(width, out, 1).bn());
  }

  /** What runs beside a body that maps {@code in} to {@code out} channels. */
  private static Optional<Unit> shortcut(Shortcut option, int in, int out, int stride) {
    boolean sameSize = in == out && stride == 1;
    return switch (option) {
      case NONE -> Optional.empty();
      case A -> Optional.of(sameSize ? identity() : zeroPadded(in, out, stride));
      case B -> Optional.of(sameSize ? identity() : projection(in, out, stride));
      case C -> Optional.of(projection(in, out, stride));
    };
  }

  private static Unit projection(int in, int out, int stride) {
    return named("downsample", conv(in, out, 1).stride(stride).bn().indexed());
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
