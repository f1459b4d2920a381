package convnets.models;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import convnets.Checks;
import convnets.nn.Conv;
import convnets.nn.Seq;
import convnets.nn.Unit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Xception: Inception taken to its extreme, a network of depthwise separable convolutions.
 *
 * <p>F. Chollet, "Xception: Deep Learning with Depthwise Separable Convolutions", 2016,
 * arXiv:1610.02357. Parameters bear timm's names ({@code legacy_xception}).
 */
public final class Xception extends Inception<Xception> {

  private int middle = 8;
  private boolean plain;
  private boolean intermediateRelu;

  private Xception() {}

  /** The network of figure 5, for images of 299×299: 1000 classes. */
  public static Xception imageNet() {
    return new Xception();
  }

  /** The networks that the catalogue lists. */
  static List<Variant> variants() {
    return List.of(new Variant("legacy_xception", Xception::imageNet));
  }

  /** Repeats the middle flow this often; figure 5 has 8. */
  public Xception middle(int blocks) {
    return with(d -> d.middle = Checks.notNegative("blocks", blocks));
  }

  /** Leaves the shortcuts out (section 4.6, figure 9). */
  public Xception plain() {
    return with(d -> d.plain = true);
  }

  /** Puts a ReLU between depthwise and pointwise convolution (section 4.7, figure 10). */
  public Xception intermediateRelu() {
    return with(d -> d.intermediateRelu = true);
  }

  /** A block of figure 5: the channels of its separable convolutions, and how it moves. */
  private record Block(int stride, int... channels) {}

  /** Figure 5: entry flow, middle flow, exit flow. Small images keep their size once longer. */
  private List<Block> figure5() {
    List<Block> blocks = new ArrayList<>();
    blocks.add(new Block(smallImages ? 1 : 2, 128, 128)); // (N, 128, 74, 74)
    blocks.add(new Block(2, 256, 256)); // (N, 256, 37, 37)
    blocks.add(new Block(2, 728, 728)); // (N, 728, 19, 19)
    blocks.addAll(Collections.nCopies(middle, new Block(1, 728, 728, 728)));
    blocks.add(new Block(2, 728, 1024)); // (N, 1024, 10, 10)
    return blocks;
  }

  @Override
  public Unit build() {
    Seq net = stem();
    int in = wide(64);
    int number = 1;
    for (Block block : figure5()) {
      net = net.then(named("block" + number, block(in, block, number > 1)));
      in = wide(block.channels[block.channels.length - 1]);
      number++;
    }
    return net.then(named("conv3", separable(in, wide(1536))))
        .then(batchNorm(wide(1536)).relu())
        .then(named("conv4", separable(wide(1536), wide(2048))))
        .then(batchNorm(wide(2048)).relu())
        .then(globalAvgPool())
        .then(flatten())
        .then(dropout(0.5))
        .then(named("fc", linear(wide(2048), classes)));
  }

  /** (N, channels, 299, 299) -> (N, 64, 147, 147); small images keep their size. */
  private Seq stem() {
    Conv first = conv(channels, wide(32), 3);
    Conv second = conv(wide(32), wide(64), 3);
    return smallImages
        ? seq(first.bn().relu(), second.bn().relu())
        : seq(first.stride(2).padding(0).bn().relu(), second.padding(0).bn().relu());
  }

  /** ReLU, separable convolution and batch norm, two or three times; max pooling; a shortcut. */
  private Unit block(int in, Block block, boolean startsWithRelu) {
    List<Unit> layers = new ArrayList<>();
    int out = in;
    for (int channels : block.channels) {
      if (startsWithRelu || !layers.isEmpty()) {
        layers.add(relu());
      }
      layers.add(separable(out, wide(channels)));
      out = wide(channels);
      layers.add(batchNorm(out));
    }
    if (block.stride > 1) {
      layers.add(maxPool(3, block.stride).padding(1));
    }
    Unit body = named("rep", seq(layers.toArray(Unit[]::new)).indexed());
    return plain ? body : add(body, shortcut(in, out, block.stride));
  }

  private static Unit shortcut(int in, int out, int stride) {
    return in == out && stride == 1
        ? identity()
        : seq(
            named("skip", conv(in, out, 1).stride(stride)), //
            named("skipbn", batchNorm(out)));
  }

  private Unit separable(int in, int out) {
    return intermediateRelu
        ? seq(depthwise(in, 3), relu(), named("pointwise", conv(in, out, 1)))
        : separable(in, out, 3);
  }

  /**
   * A depthwise separable convolution: each channel by itself in space, then all of them pixel by
   * pixel. (N, in, H, W) -> (N, out, H, W). Its layers are called {@code conv1} and {@code
   * pointwise}: give it a name or a number if another stands beside it.
   */
  public static Unit separable(int in, int out, int kernel) {
    return seq(depthwise(in, kernel), named("pointwise", conv(in, out, 1)));
  }
}
