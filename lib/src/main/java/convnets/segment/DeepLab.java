package convnets.segment;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import convnets.Checks;
import convnets.Options;
import convnets.nn.Backbone;
import convnets.nn.Seq;
import convnets.nn.Unit;

/**
 * DeepLab: a backbone that keeps its resolution by dilation, and a pyramid of atrous convolutions
 * that sees its last map at several scales.
 *
 * <p>L.-C. Chen, G. Papandreou, F. Schroff, H. Adam, "Rethinking Atrous Convolution for Semantic
 * Image Segmentation", 2017, arXiv:1706.05587 (V3); with {@link #decoder}, L.-C. Chen et al.,
 * "Encoder-Decoder with Atrous Separable Convolution for Semantic Image Segmentation", 2018,
 * arXiv:1802.02611 (V3+). Parameters of V3 bear torchvision's names.
 *
 * <pre>{@code
 * Unit net = DeepLab.of(Models.backbone("resnet50").outputStride(8), 21).build();
 * }</pre>
 */
public final class DeepLab extends Options<DeepLab> {

  /** Of an output stride of 8, in both papers and in torchvision. */
  private static final int[] RATES = {12, 24, 36};

  private static final int WIDTH = 256;

  /** Channels that a fine map is projected to (V3+, section 4.1). */
  private static final int PROJECTED = 48;

  private final Encoder encoder;
  private final int classes;
  private int[] rates = RATES;
  private int width = WIDTH;
  private boolean auxiliary;
  private int decoded;

  private DeepLab(Encoder encoder, int classes) {
    this.encoder = encoder;
    this.classes = Checks.positive("classes", classes);
  }

  /**
   * V3 on the last feature map of a backbone, with rates of 12, 24 and 36 and a width of 256.
   *
   * @param backbone usually with {@link Backbone#outputStride} 8 or 16: {@code
   *     Models.backbone("resnet50").outputStride(8)} is torchvision's {@code deeplabv3_resnet50}
   * @param classes the background included
   */
  public static DeepLab of(Backbone backbone, int classes) {
    return new DeepLab(Encoder.of(backbone), classes);
  }

  /** torchvision's {@code deeplabv3_mobilenet_v3_large}. */
  public static DeepLab mobileNetV3Large(int classes) {
    return new DeepLab(Encoder.mobileNetV3Large(), classes);
  }

  /**
   * For scenes of 64×64: the encoder of {@link UNet#small}, its last map of stride 8, rates of 1, 2
   * and 4, a width of 64.
   *
   * @param classes the background included
   */
  public static DeepLab small(int classes) {
    return of(UNet.encoder(3, 16, 5).outputStride(8), classes).rates(1, 2, 4).width(64);
  }

  /** Dilates the convolutions of the pyramid by these: 6, 12, 18 for an output stride of 16. */
  public DeepLab rates(int... rates) {
    int[] copy = Checks.positive("rates", rates);
    return with(d -> d.rates = copy);
  }

  /** Gives each branch of the pyramid, and what follows it, this many channels. */
  public DeepLab width(int channels) {
    Checks.positive("channels", channels);
    return with(d -> d.width = channels);
  }

  /** Scores the last map but one as well, in training only, for a second loss. */
  public DeepLab auxiliary() {
    if (encoder.last() < 1) {
      throw new IllegalArgumentException(
          "auxiliary needs a backbone of two maps or more, and this one has one");
    }
    return with(d -> d.auxiliary = true);
  }

  /**
   * Puts a finer map, projected to few channels, beside the pyramid, and two 3×3 convolutions over
   * both: V3+.
   *
   * @param stride of the map: 4 in the paper
   * @throws IllegalArgumentException if the backbone gives none of it before its last
   */
  public DeepLab decoder(int stride) {
    if (encoder.at(stride) == encoder.last()) {
      throw new IllegalArgumentException(
          "stride (%d) must be finer than the map that the pyramid stands on".formatted(stride));
    }
    return with(d -> d.decoded = stride);
  }

  /** Builds the network: (N, channels, H, W) -> logits (N, classes, H, W). */
  public Unit build() {
    Unit pyramid = Heads.pyramid(encoder.channels()[encoder.last()], width, rates);
    if (decoded > 0) {
      return decoding(pyramid);
    }
    Seq head =
        seq(pyramid, conv(width, width, 3), batchNorm(width), relu(), Heads.score(width, classes));
    return Heads.assembled(encoder, head.indexed(), auxiliary, classes);
  }

  /** Figure 2 of V3+. */
  private Unit decoding(Unit pyramid) {
    int fine = encoder.at(decoded);
    int projected = Math.min(PROJECTED, encoder.channels()[fine]);
    Unit project = conv(encoder.channels()[fine], projected, 1).bn().relu();
    Unit coarse = seq(encoder.series(fine + 1, encoder.last()), named("aspp", pyramid));
    Unit classifier =
        seq(
            conv(projected + width, width, 3).bn().relu(),
            conv(width, width, 3).bn().relu(),
            Heads.score(width, classes));
    return interpolated(
        seq(
            encoder.series(0, fine),
            concat(named("project", project), interpolated(coarse)),
            named("classifier", classifier)));
  }
}
