package convnets.segment;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import ai.djl.ndarray.types.Shape;
import convnets.Checks;
import convnets.Options;
import convnets.nn.Backbone;
import convnets.nn.Unit;
import java.util.ArrayList;
import java.util.List;

/**
 * U-Net: down by an encoder, up again, and at each size what the encoder had is put beside what
 * comes from below.
 *
 * <p>O. Ronneberger, P. Fischer, T. Brox, "U-Net: Convolutional Networks for Biomedical Image
 * Segmentation", 2015, arXiv:1505.04597. {@link #paper} is figure 1, {@link #small} the same for
 * scenes of 64×64, {@link #of} has any backbone for its left half. Convolutions are padded, so that
 * the mask has the size of the image: the paper's are not, and it cuts the skips.
 */
public final class UNet extends Options<UNet> {

  /** Channels that the right half has at most, on a backbone. */
  private static final int WIDEST = 256;

  private final Encoder encoder;
  private final int classes;
  private boolean batchNorm = true;
  private boolean skips = true;
  private boolean interpolated;
  private int widest = WIDEST;

  private UNet(Encoder encoder, int classes) {
    this.encoder = encoder;
    this.classes = Checks.positive("classes", classes);
  }

  /**
   * Figure 1: five sizes, from 64 channels to 1024, without batch norm (23 convolutions).
   *
   * @param channels of the image: 1 in the paper
   * @param classes the background included: 2 in the paper
   */
  public static UNet paper(int channels, int classes) {
    return new UNet(Encoder.of(encoder(channels, 64, 5, false)), classes)
        .with(d -> d.batchNorm = false)
        .with(d -> d.widest = Integer.MAX_VALUE);
  }

  /**
   * For scenes of 64×64: five sizes, from 16 channels to 256, with batch norms.
   *
   * @param classes the background included
   */
  public static UNet small(int classes) {
    return of(encoder(3, 16, 5), classes);
  }

  /**
   * With the feature maps of a backbone on the left; the maps on the right have as many channels as
   * those beside them, 256 at most. If its finest map is coarser than the image, the scores are
   * interpolated.
   *
   * @param classes the background included
   */
  public static UNet of(Backbone backbone, int classes) {
    return new UNet(Encoder.of(backbone), classes);
  }

  /**
   * The left half alone, with batch norms: pairs of 3×3 convolutions, between them 2×2 maxima, the
   * channels doubled each time. Its maps have the strides 1, 2, 4 … {@link FCN} and {@link DeepLab}
   * on it are comparable to the U-Net.
   *
   * @param channels of the image
   * @param width channels of the first map
   * @param maps how many there are
   */
  public static Backbone encoder(int channels, int width, int maps) {
    return encoder(channels, width, maps, true);
  }

  private static Backbone encoder(int channels, int width, int maps, boolean batchNorm) {
    Checks.positive("channels", channels);
    Checks.positive("width", width);
    Checks.positive("maps", maps);
    List<Unit> stages = new ArrayList<>();
    int in = channels;
    int[] strides = new int[maps];
    for (int i = 0; i < maps; i++) {
      Unit pair = pair(in, width << i, batchNorm);
      stages.add(named("stage" + (i + 1), i == 0 ? pair : seq(maxPool(2, 2).ceil(), pair)));
      in = width << i;
      strides[i] = 1 << i;
    }
    int side = Math.max(64, 1 << maps);
    Unit net = seq(stages.toArray(Unit[]::new));
    return Backbone.of(net, new Shape(1, channels, side, side)).at(strides);
  }

  /** Leaves out what the encoder's maps bring across: the right half sees what is below alone. */
  public UNet withoutSkips() {
    return with(d -> d.skips = false);
  }

  /**
   * Enlarges by bilinear interpolation and a 3×3 convolution, in place of a transposed convolution,
   * which can leave a checkerboard. (Odena et al., "Deconvolution and Checkerboard Artifacts",
   * 2016.)
   */
  public UNet interpolatedUp() {
    return with(d -> d.interpolated = true);
  }

  /** Gives the maps on the right this many channels at most. */
  public UNet widest(int channels) {
    Checks.positive("channels", channels);
    return with(d -> d.widest = channels);
  }

  /** Builds the network: (N, channels, H, W) -> logits (N, classes, H, W). */
  public Unit build() {
    Unit score = named("score", Heads.score(width(0), classes));
    Unit net = seq(encoder.segments().get(0), level(0), score);
    int stride = encoder.strides()[0];
    return stride == 1 ? net : fitted(net.then(upsample(stride).bilinear()));
  }

  /** Channels of a map on the right; at the lowest the two halves are one. */
  private int width(int map) {
    int own = encoder.channels()[map];
    return map == encoder.last() ? own : Math.min(own, widest);
  }

  /** From a map on the left to the one beside it on the right: (N, C, H, W) -> (N, C', H, W). */
  private Unit level(int map) {
    if (map == encoder.last()) {
      return identity();
    }
    int below = map + 1;
    int out = width(map);
    Unit up = named("up" + below, up(width(below), out, encoder.step(below)));
    Unit across = fitted(seq(encoder.segments().get(below), level(below), up));
    Unit pair =
        named("decoder" + below, pair((skips ? encoder.channels()[map] : 0) + out, out, batchNorm));
    return skips ? seq(concat(identity(), across), pair) : seq(across, pair);
  }

  private Unit up(int in, int out, int factor) {
    if (factor == 1) {
      return conv(in, out, 1).bias();
    }
    return interpolated
        ? seq(upsample(factor).bilinear(), conv(in, out, 3).bias())
        : convTranspose(in, out, factor).stride(factor).bias();
  }

  /** Two 3×3 convolutions, each with a ReLU. */
  private static Unit pair(int in, int out, boolean batchNorm) {
    return batchNorm
        ? seq(conv(in, out, 3).bn().relu(), conv(out, out, 3).bn().relu())
        : seq(conv(in, out, 3).bias().relu(), conv(out, out, 3).bias().relu());
  }
}
