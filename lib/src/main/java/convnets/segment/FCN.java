package convnets.segment;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import convnets.Checks;
import convnets.Options;
import convnets.nn.Backbone;
import convnets.nn.Initializers;
import convnets.nn.Unit;
import java.util.Arrays;

/**
 * Fully convolutional networks: a classifier scores each pixel of its last feature map, scores of
 * finer maps are added on the way up, and the sum is enlarged to the image.
 *
 * <p>J. Long, E. Shelhamer, T. Darrell, "Fully Convolutional Networks for Semantic Segmentation",
 * 2015, arXiv:1411.4038. {@link #of} is figure 3 on any backbone, {@link #vgg16} the paper's own;
 * {@link #dilated} is torchvision's FCN, which keeps a fine map in place of adding up scores.
 *
 * <pre>{@code
 * Unit net = FCN.of(Models.backbone("resnet18").at(8, 16, 32), 21).stride(16).build(); // FCN-16s
 * }</pre>
 */
public final class FCN extends Options<FCN> {

  private static final int HIDDEN = 4096;

  private final Encoder encoder;
  private final int classes;

  /** Of the finest map that is scored; 0 for the coarsest. */
  private int stride;

  /** Units of the two hidden layers of the classifier; 0 for none. */
  private int hidden;

  private boolean dilated;
  private boolean auxiliary;

  private FCN(Encoder encoder, int classes) {
    this.encoder = encoder;
    this.classes = Checks.positive("classes", classes);
  }

  /**
   * On the feature maps of a backbone: with the finest that it gives, all of them scored.
   *
   * @param classes the background included
   */
  public static FCN of(Backbone backbone, int classes) {
    Encoder encoder = Encoder.of(backbone);
    return new FCN(encoder, classes).stride(encoder.strides()[0]);
  }

  /**
   * The paper's FCN-8s, on VGG-16 with its two hidden layers as convolutions, 7×7 and 1×1. They see
   * zeros around the map where the paper has put 100 pixels around the image. Scored are the maps
   * behind the third, fourth and fifth pooling; a {@link Backbone} would give those before.
   *
   * @param classes the background included: 21 in the paper
   */
  public static FCN vgg16(int classes) {
    return new FCN(Encoder.vgg16(), classes).stride(8).hidden(HIDDEN);
  }

  /**
   * For scenes of 64×64, on the encoder of {@link UNet#small}, which has maps of strides 1 to 16:
   * with that of stride 2 as the finest that is scored. {@code stride(16)}, 8 and 4 leave finer
   * scores away.
   *
   * @param classes the background included
   */
  public static FCN small(int classes) {
    return of(UNet.encoder(3, 16, 5), classes).stride(2);
  }

  /**
   * torchvision's FCN: the last map, one hidden layer and the scores, interpolated to the image.
   * Its parameters are {@code backbone.…}, {@code classifier.…}, {@code aux_classifier.…}.
   *
   * @param backbone of which the last two maps are taken, dilated: {@code
   *     Models.backbone("resnet50").outputStride(8)} is torchvision's {@code fcn_resnet50}
   * @param classes the background included
   */
  public static FCN dilated(Backbone backbone, int classes) {
    return new FCN(Encoder.of(backbone), classes).with(d -> d.dilated = true);
  }

  /**
   * Adds the scores of all maps down to this stride: 32, 16 and 8 are the paper's.
   *
   * @throws IllegalArgumentException if the backbone gives no map of it
   */
  public FCN stride(int stride) {
    encoder.at(stride);
    return with(d -> d.stride = stride);
  }

  /**
   * Puts two hidden layers with this many units in front of the scores of the coarsest map, 7×7 and
   * 1×1, each with a ReLU and a dropout of 0.5, as the classifier of VGG has them.
   */
  public FCN hidden(int units) {
    Checks.positive("units", units);
    return with(d -> d.hidden = units);
  }

  /**
   * Scores the last map but one as well, in training only, for a second loss; {@link #dilated} has
   * it as an option.
   */
  public FCN auxiliary() {
    if (!dilated || encoder.last() < 1) {
      throw new IllegalArgumentException(
          "auxiliary is for FCN.dilated on a backbone of two maps or more: this one has strides %s"
              .formatted(Arrays.toString(encoder.strides())));
    }
    return with(d -> d.auxiliary = true);
  }

  /** Builds the network: (N, channels, H, W) -> logits (N, classes, H, W). */
  public Unit build() {
    if (dilated) {
      int last = encoder.last();
      Unit head = Heads.fcn(encoder.channels()[last], classes);
      return Heads.assembled(encoder, head, auxiliary, classes);
    }
    int finest = encoder.at(stride);
    return fitted(seq(encoder.series(0, finest), scores(finest), upsample(stride).bilinear()));
  }

  /** From a map to the scores of its pixels, those of all coarser maps added: figure 3, upwards. */
  private Unit scores(int map) {
    int coarser = map + 1;
    int in = encoder.channels()[map];
    if (coarser > encoder.last()) {
      return hidden == 0 ? named("score", zeroed(in)) : classifier(in);
    }
    Unit up = upscore(encoder.step(coarser));
    Unit below =
        seq(encoder.segments().get(coarser), scores(coarser), named(name("up", coarser), up));
    return add(named(name("score", map), zeroed(in)), fitted(below));
  }

  private String name(String what, int map) {
    return what + "_" + encoder.strides()[map];
  }

  /** Scores that start at 0, so that each finer map has to earn its say. */
  private Unit zeroed(int in) {
    return conv(in, classes, 1).initializer(Initializers.constant(0)).bias();
  }

  /**
   * Learned, from bilinear interpolation on. The last enlargement of all is fixed (section 4.3).
   */
  private Unit upscore(int factor) {
    return factor == 1
        ? identity()
        : convTranspose(classes, classes, 2 * factor - factor % 2)
            .stride(factor)
            .initializer(Initializers.bilinear());
  }

  private Unit classifier(int in) {
    return seq(
        named("fc6", conv(in, hidden, 7).bias()),
        relu(),
        dropout(0.5),
        named("fc7", conv(hidden, hidden, 1).bias()),
        relu(),
        dropout(0.5),
        named("score", zeroed(hidden)));
  }
}
