package convnets.gan;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import convnets.Checks;
import convnets.Options;
import convnets.nn.ConvTranspose;
import convnets.nn.Layers;
import convnets.nn.Seq;
import convnets.nn.Unit;

/**
 * The generator of CycleGAN: two convolutions that halve, residual blocks, two transposed ones that
 * double.
 *
 * <p>J.-Y. Zhu, T. Park, P. Isola, A. A. Efros, "Unpaired Image-to-Image Translation using
 * Cycle-Consistent Adversarial Networks", 2017, arXiv:1703.10593, section 7.2, after J. Johnson, A.
 * Alahi, L. Fei-Fei, "Perceptual Losses for Real-Time Style Transfer and Super-Resolution", 2016,
 * arXiv:1603.08155. Parameters bear the names of the authors' pytorch-CycleGAN-and-pix2pix ({@code
 * resnet_9blocks} is {@code of(3, 3)}), whose weights load by name.
 *
 * <p>(N, in, H, W) from −1 to 1 -> (N, out, H, W) from −1 to 1; what a halving leaves of an odd
 * side is fitted to it again.
 */
public final class ResNetGenerator extends Options<ResNetGenerator> {

  private static final double RATE = 0.5;

  private final int in;
  private final int out;
  private int blocks = 9;
  private int halvings = 2;
  private int width = 64;
  private boolean batchNorm;
  private boolean dropout;

  private ResNetGenerator(int in, int out) {
    this.in = Checks.positive("in", in);
    this.out = Checks.positive("out", out);
  }

  /**
   * The authors' {@code resnet_9blocks}, for images of 256×256, with instance norms and without
   * dropout.
   *
   * @param in channels of the images it takes
   * @param out channels of those it makes
   */
  public static ResNetGenerator of(int in, int out) {
    return new ResNetGenerator(in, out);
  }

  /** How many residual blocks: 9 by default; the authors take 6 for images of 128×128. */
  public ResNetGenerator blocks(int blocks) {
    Checks.notNegative("blocks", blocks);
    return with(d -> d.blocks = blocks);
  }

  /** How often it halves the image: twice by default, as the authors always do. */
  public ResNetGenerator halvings(int halvings) {
    if (halvings < 0 || halvings > 8) {
      throw new IllegalArgumentException("halvings (" + halvings + ") must be from 0 to 8");
    }
    return with(d -> d.halvings = halvings);
  }

  /** Channels of the finest map, 64 by default; each halving doubles them. */
  public ResNetGenerator width(int channels) {
    Checks.positive("channels", channels);
    return with(d -> d.width = channels);
  }

  /** Normalises over the batch, in place of each image by itself. */
  public ResNetGenerator batchNorm() {
    return with(d -> d.batchNorm = true);
  }

  /** Drops half of the numbers within each residual block in training. */
  public ResNetGenerator dropout() {
    return with(d -> d.dropout = true);
  }

  /** Builds the network. */
  public Unit build() {
    Seq net =
        seq(
            reflectionPad(3),
            Norms.biased(conv(in, width, 7).padding(0), batchNorm),
            Norms.of(width, batchNorm),
            relu());
    int channels = width;
    for (int i = 0; i < halvings; i++) {
      net =
          net.then(Norms.biased(conv(channels, 2 * channels, 3).stride(2).padding(1), batchNorm))
              .then(Norms.of(2 * channels, batchNorm))
              .then(relu());
      channels *= 2;
    }
    for (int i = 0; i < blocks; i++) {
      net = net.then(block(channels));
    }
    for (int i = 0; i < halvings; i++) {
      ConvTranspose up = convTranspose(channels, channels / 2, 3).stride(2);
      net =
          net.then(batchNorm ? up : up.bias()).then(Norms.of(channels / 2, batchNorm)).then(relu());
      channels /= 2;
    }
    net = net.then(reflectionPad(3)).then(conv(width, out, 7).padding(0).bias()).then(tanh());
    return Norms.started(named("model", fitted(net.indexed())));
  }

  /** x + F(x), without an activation behind the sum. */
  private Unit block(int channels) {
    Seq body =
        seq(
            reflectionPad(1),
            Norms.biased(conv(channels, channels, 3).padding(0), batchNorm),
            Norms.of(channels, batchNorm),
            relu());
    if (dropout) {
      body = body.then(Layers.dropout(RATE));
    }
    body =
        body.then(reflectionPad(1))
            .then(Norms.biased(conv(channels, channels, 3).padding(0), batchNorm))
            .then(Norms.of(channels, batchNorm));
    return add(identity(), named("conv_block", body.indexed()));
  }

  @Override
  public String toString() {
    return "ResNet generator (%d to %d channels, %d blocks, %d times halved, width %d, %s norm%s)"
        .formatted(
            in,
            out,
            blocks,
            halvings,
            width,
            batchNorm ? "batch" : "instance",
            dropout ? ", dropout" : "");
  }
}
