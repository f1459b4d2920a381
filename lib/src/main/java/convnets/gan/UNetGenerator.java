package convnets.gan;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import convnets.Checks;
import convnets.Options;
import convnets.nn.ConvTranspose;
import convnets.nn.Unit;

/**
 * The generator of pix2pix: down to a few numbers and up again, by 4×4 convolutions that halve and
 * transposed ones that double, and at each size what was there on the way down is put beside what
 * comes up.
 *
 * <p>P. Isola, J.-Y. Zhu, T. Zhou, A. A. Efros, "Image-to-Image Translation with Conditional
 * Adversarial Networks", 2017, arXiv:1611.07004, section 6.1.1. Parameters bear the names of the
 * authors' pytorch-CycleGAN-and-pix2pix ({@code unet_256} is {@code of(3, 3)}), whose weights load
 * by name.
 *
 * <p>(N, in, H, W) from −1 to 1 -> (N, out, H, W) from −1 to 1. A side must have 2^downs pixels at
 * least; where 2^downs does not divide it, what comes up is fitted to what went down.
 */
public final class UNetGenerator extends Options<UNetGenerator> {

  /** From the fifth level on there is dropout on the way up. */
  private static final int FIRST_DROPPED = 4;

  private static final double RATE = 0.5;
  private static final double SLOPE = 0.2;

  private final int in;
  private final int out;
  private int downs = 8;
  private int width = 64;
  private boolean batchNorm = true;
  private boolean dropout = true;

  private UNetGenerator(int in, int out) {
    this.in = Checks.positive("in", in);
    this.out = Checks.positive("out", out);
  }

  /**
   * The authors' {@code unet_256}: eight times down, for images of 256×256, with batch norms, and
   * dropout in three levels.
   *
   * @param in channels of the images it takes
   * @param out channels of those it makes
   */
  public static UNetGenerator of(int in, int out) {
    return new UNetGenerator(in, out);
  }

  /** How often it halves the image: 8 by default; 7 is the authors' {@code unet_128}. */
  public UNetGenerator downs(int downs) {
    if (downs < 2 || downs > 16) {
      throw new IllegalArgumentException("downs (" + downs + ") must be from 2 to 16");
    }
    return with(d -> d.downs = downs);
  }

  /** Channels of the finest map, 64 by default; they double three times. */
  public UNetGenerator width(int channels) {
    Checks.positive("channels", channels);
    return with(d -> d.width = channels);
  }

  /** Normalises each image by itself, in place of batch norms; convolutions then have a bias. */
  public UNetGenerator instanceNorm() {
    return with(d -> d.batchNorm = false);
  }

  /** Leaves out the dropout. */
  public UNetGenerator withoutDropout() {
    return with(d -> d.dropout = false);
  }

  /** Builds the network. */
  public Unit build() {
    Unit inner = level(downs - 1, null);
    for (int level = downs - 2; level > 0; level--) {
      inner = level(level, inner);
    }
    Unit outermost =
        seq(
                Norms.biased(conv(in, channels(0), 4).stride(2).padding(1), batchNorm),
                inner,
                relu(),
                convTranspose(2 * channels(0), out, 4).stride(2).bias(),
                tanh())
            .indexed();
    return Norms.started(named("model", fitted(named("model", outermost))));
  }

  /** Channels of the map that a level makes on the way down. */
  private int channels(int level) {
    return width * Math.min(1 << level, 8);
  }

  /**
   * The image beside what a level makes of it: (N, C, H, W) -> (N, 2C, H, W).
   *
   * @param inner the next level; null for the innermost
   */
  private Unit level(int level, Unit inner) {
    int outer = channels(level - 1);
    int own = channels(level);
    var down = Norms.biased(conv(outer, own, 4).stride(2).padding(1), batchNorm);
    ConvTranspose up = convTranspose((inner == null ? 1 : 2) * own, outer, 4).stride(2);
    up = batchNorm ? up : up.bias();
    Unit norm = Norms.of(outer, batchNorm);
    Unit body;
    if (inner == null) {
      body = seq(leakyRelu(SLOPE), down, relu(), up, norm).indexed();
    } else {
      var series = seq(leakyRelu(SLOPE), down, Norms.of(own, batchNorm), inner, relu(), up, norm);
      body = (dropout && level >= FIRST_DROPPED ? series.then(dropout(RATE)) : series).indexed();
    }
    return concat(identity(), fitted(named("model", body)));
  }

  @Override
  public String toString() {
    return "U-Net generator (%d to %d channels, %d times down, width %d, %s norm%s)"
        .formatted(
            in, out, downs, width, batchNorm ? "batch" : "instance", dropout ? ", dropout" : "");
  }
}
