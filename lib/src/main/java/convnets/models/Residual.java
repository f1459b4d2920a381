package convnets.models;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import convnets.Checks;
import convnets.nn.Seq;
import convnets.nn.Unit;

/**
 * What {@link ResNet} and its descendants share, in torchvision's names: a stem ({@code conv1},
 * {@code bn1}), stages of blocks ({@code layer1}, {@code layer2} …), each with half the size and
 * twice the width of the one before it, and a classifier ({@code fc}). A family says what its block
 * is.
 *
 * @param <D> the family
 */
abstract class Residual<D extends Residual<D>> extends Design<D> {

  /** Output channels of a bottleneck block over its width. */
  static final int EXPANSION = 4;

  int[] blocks;
  int width = 64;

  /** 0: as it is usual, 2 for large images and 1 for small ones. */
  int stemStride;

  boolean averageDown;
  boolean tiny;

  /**
   * For the families.
   *
   * @param blocks how many each stage has
   */
  Residual(int... blocks) {
    this.blocks = blocks;
  }

  /** Has this many blocks in each stage, and as many stages as there are numbers. */
  public final D blocks(int... blocks) {
    if (blocks.length == 0) {
      throw new IllegalArgumentException("blocks must have a number for each stage, as in 2, 2, 2");
    }
    int[] copy = Checks.positive("blocks", blocks);
    return with(d -> d.blocks = copy);
  }

  /** Gives the first stage this width, 64 in the papers; each later stage has twice as much. */
  public final D width(int width) {
    Checks.positive("width", width);
    return with(d -> d.width = width);
  }

  /** Moves the first convolution of the network by this many pixels at a time. */
  public final D stemStride(int stride) {
    Checks.positive("stride", stride);
    return with(d -> d.stemStride = stride);
  }

  /**
   * Lets a projecting shortcut average 2×2 pixels before a 1×1 convolution, in place of a strided
   * convolution that sees one pixel of four (ResNet-D in He et al., "Bag of Tricks for Image
   * Classification", 2018, figure 2).
   */
  public final D averageDown() {
    return with(d -> d.averageDown = true);
  }

  /**
   * A tiny network for images of about 32×32, which trains on a CPU in minutes: a stem of one 3×3
   * convolution, three stages of two blocks that halve the image each, width 16, {@link
   * #averageDown()}. Its stem is twice as wide as its first stage.
   */
  public final D tiny() {
    return smallImages().blocks(2, 2, 2).width(16).averageDown().with(d -> d.tiny = true);
  }

  @Override
  public final Unit build() {
    Seq net = stem();
    int in = stemWidth();
    for (int stage = 0; stage < blocks.length; stage++) {
      Unit[] units = new Unit[blocks[stage]];
      for (int i = 0; i < units.length; i++) {
        boolean halves = i == 0 && (stage > 0 || tiny);
        units[i] = block(stage, in, halves ? 2 : 1);
        in = expansion() * stageWidth(stage);
      }
      net = net.then(named("layer" + (stage + 1), seq(units).indexed()));
    }
    return net.then(head(in));
  }

  /**
   * A block: (N, in, H, W) -> (N, {@link #expansion()} · {@link #stageWidth}, H / stride, W /
   * stride).
   *
   * @param stage counted from 0
   */
  abstract Unit block(int stage, int in, int stride);

  /** Output channels of a block over its width. */
  int expansion() {
    return EXPANSION;
  }

  /** The width of a stage, counted from 0. */
  final int stageWidth(int stage) {
    return width << stage;
  }

  /** Channels between the stem and the first stage. */
  int stemWidth() {
    return tiny ? 2 * width : width;
  }

  /** All before the first stage. */
  Seq stem() {
    return smallImages
        ? conv(channels, stemWidth(), 3).stride(usualStemStride(1)).bn().relu()
        : seq(conv(channels, stemWidth(), 7).stride(usualStemStride(2)).bn(), relu(), stemPool());
  }

  /** The pooling at the end of the stem. */
  Unit stemPool() {
    return maxPool(3, 2).padding(1);
  }

  /** The stride of the stem's first convolution, which is {@code usual} unless it was chosen. */
  final int usualStemStride(int usual) {
    return stemStride > 0 ? stemStride : usual;
  }

  /** All behind the last stage. */
  Unit head(int in) {
    return seq(globalAvgPool(), flatten(), named("fc", linear(in, classes)));
  }

  /** A body with the shortcut of this design beside it: identity where sizes agree. */
  final Unit residual(Unit body, int in, int out, int stride) {
    return residual(body, in, out, stride, averageDown);
  }

  /**
   * Equations 1 and 2 of the ResNet paper, and the ReLU behind them: a body and the identity, or a
   * projection where the size changes.
   *
   * @param averaged whether the projection averages 2×2 pixels: see {@link #averageDown()}
   */
  static Unit residual(Unit body, int in, int out, int stride, boolean averaged) {
    boolean sameSize = in == out && stride == 1;
    return add(body, sameSize ? identity() : projection(in, out, stride, averaged)).relu();
  }

  /** A 1×1 convolution to the size of the body's output. */
  static Unit projection(int in, int out, int stride, boolean averaged) {
    Seq projection =
        averaged
            ? seq(average(stride), conv(in, out, 1), batchNorm(out))
            : conv(in, out, 1).stride(stride).bn();
    return named("downsample", projection.indexed());
  }

  private static Unit average(int stride) {
    return stride == 1 ? identity() : avgPool(stride, stride).ceil().ignorePadding();
  }
}
