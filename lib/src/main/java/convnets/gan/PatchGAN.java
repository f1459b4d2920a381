package convnets.gan;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import convnets.Checks;
import convnets.Options;
import convnets.nn.Seq;
import convnets.nn.Unit;

/**
 * A discriminator that judges patches: each of its scores sees a part of the image alone, 70×70
 * pixels of it by default, and what is further apart counts as independent.
 *
 * <p>P. Isola, J.-Y. Zhu, T. Zhou, A. A. Efros, "Image-to-Image Translation with Conditional
 * Adversarial Networks", 2017, arXiv:1611.07004, sections 3.2.2 and 6.1.2. Parameters bear the
 * names of the authors' pytorch-CycleGAN-and-pix2pix ({@code basic}, {@code n_layers}, {@code
 * pixel}).
 *
 * <p>(N, in, H, W) -> scores (N, 1, H', W'), without a sigmoid.
 */
public final class PatchGAN extends Options<PatchGAN> {

  private static final double SLOPE = 0.2;

  private final int in;
  private int layers = 3;
  private int width = 64;
  private boolean batchNorm = true;

  private PatchGAN(int in) {
    this.in = Checks.positive("in", in);
  }

  /**
   * The authors' {@code basic}: patches of 70×70, with batch norms.
   *
   * @param in channels of what it judges: those of the image, and in pix2pix those of its input
   *     besides
   */
  public static PatchGAN of(int in) {
    return new PatchGAN(in);
  }

  /**
   * How many convolutions halve the image: 3 by default. Patches have 1, 16, 34, 70, 142 … pixels a
   * side for 0, 1, 2, 3, 4 … of them; with 0 it is the authors' {@code pixel}, of 1×1 convolutions.
   */
  public PatchGAN layers(int layers) {
    Checks.notNegative("layers", layers);
    return with(d -> d.layers = layers);
  }

  /** Channels of the first map, 64 by default; they double three times at most. */
  public PatchGAN width(int channels) {
    Checks.positive("channels", channels);
    return with(d -> d.width = channels);
  }

  /** Normalises each image by itself, as CycleGAN does; convolutions then have a bias. */
  public PatchGAN instanceNorm() {
    return with(d -> d.batchNorm = false);
  }

  /** Builds the network. */
  public Unit build() {
    return Norms.started(layers == 0 ? pixels() : patches());
  }

  private Unit patches() {
    Seq net = seq(conv(in, width, 4).stride(2).padding(1).bias(), leakyRelu(SLOPE));
    int channels = width;
    for (int i = 1; i <= layers; i++) {
      int wider = width * Math.min(1 << i, 8);
      net =
          net.then(
                  Norms.biased(
                      conv(channels, wider, 4).stride(i < layers ? 2 : 1).padding(1), batchNorm))
              .then(Norms.of(wider, batchNorm))
              .then(leakyRelu(SLOPE));
      channels = wider;
    }
    return named("model", net.then(conv(channels, 1, 4).padding(1).bias()).indexed());
  }

  private Unit pixels() {
    return named(
        "net",
        seq(
                conv(in, width, 1).bias(),
                leakyRelu(SLOPE),
                Norms.biased(conv(width, 2 * width, 1), batchNorm),
                Norms.of(2 * width, batchNorm),
                leakyRelu(SLOPE),
                Norms.biased(conv(2 * width, 1, 1), batchNorm))
            .indexed());
  }

  @Override
  public String toString() {
    return "PatchGAN (%d channels, %d layers, width %d, %s norm)"
        .formatted(in, layers, width, batchNorm ? "batch" : "instance");
  }
}
