package convnets.models;

import static convnets.models.MobileNetV2.divisible;
import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import ai.djl.nn.Parameter;
import convnets.Checks;
import convnets.models.InvertedResidual.Names;
import convnets.nn.Conv;
import convnets.nn.Initializers;
import convnets.nn.Layers;
import convnets.nn.Seq;
import convnets.nn.Unit;
import java.util.List;
import java.util.stream.Stream;

/**
 * EfficientNet: a network found by search, and a rule to scale its depth, width and resolution
 * together.
 *
 * <p>M. Tan, Q. V. Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks",
 * 2019, arXiv:1905.11946. Parameters bear torchvision's names.
 */
public final class EfficientNet extends Design<EfficientNet> {

  /**
   * A row of table 1: blocks of the same width.
   *
   * @param fused whether the blocks are those of {@link EfficientNetV2} instead of MBConv
   * @param expansion how many times the channels of its input a block has within: 6 in MBConv6
   * @param kernel of the depthwise convolution
   * @param stride of the first block
   * @param channels of the output
   * @param blocks how many of them, #layers
   */
  public record Stage(
      boolean fused, int expansion, int kernel, int stride, int channels, int blocks) {

    /** Checks the numbers. */
    public Stage {
      Checks.positive("expansion", expansion);
      Checks.positive("kernel", kernel);
      Checks.positive("stride", stride);
      Checks.positive("channels", channels);
      Checks.positive("blocks", blocks);
    }

    /** MBConv blocks, in the order of the columns of table 1. */
    public Stage(int expansion, int kernel, int stride, int channels, int blocks) {
      this(false, expansion, kernel, stride, channels, blocks);
    }

    /** So many times the blocks, rounded up, and the channels, in multiples of 8. */
    Stage scaled(double depth, double width) {
      int more = (int) Math.ceil(depth * blocks);
      return new Stage(fused, expansion, kernel, stride, divisible(width * channels), more);
    }
  }

  /** Table 1, EfficientNet-B0. */
  static final Stage[] TABLE_1 = {
    new Stage(1, 3, 1, 16, 1),
    new Stage(6, 3, 2, 24, 2),
    new Stage(6, 5, 2, 40, 2),
    new Stage(6, 3, 2, 80, 3),
    new Stage(6, 5, 1, 112, 3),
    new Stage(6, 5, 2, 192, 4),
    new Stage(6, 3, 1, 320, 1),
  };

  /** The form for small images: three stages of two blocks. */
  private static final Stage[] TINY = {
    new Stage(4, 3, 1, 16, 2), new Stage(4, 5, 2, 32, 2), new Stage(4, 3, 2, 64, 2),
  };

  /** A published network: equation 3 rounded by hand, as the authors' code has it. */
  private record Version(double depth, double width, int resolution, double dropout) {}

  private static final Version[] B = {
    new Version(1.0, 1.0, 224, 0.2),
    new Version(1.1, 1.0, 240, 0.2),
    new Version(1.2, 1.1, 260, 0.3),
    new Version(1.4, 1.2, 300, 0.3),
    new Version(1.8, 1.4, 380, 0.4),
    new Version(2.2, 1.6, 456, 0.4),
    new Version(2.6, 1.8, 528, 0.5),
    new Version(3.1, 2.0, 600, 0.5),
  };

  private final int stem;

  /** Channels of the last convolution; 0: four times those before it. */
  private final int head;

  private Stage[] stages;
  private double depth = 1;
  private double width = 1;
  private double dropped = 0.2;
  private double droppedBlocks = 0.2;
  private double epsilon;
  private double momentum = 0.1;

  EfficientNet(int stem, int head, double epsilon, Stage... stages) {
    this.stem = stem;
    this.head = head;
    this.epsilon = epsilon;
    this.stages = stages;
  }

  /**
   * EfficientNet-B0 to B7, for images of {@code scaling(version).resolution(224)} pixels and 1000
   * classes. The batch norms of B5 to B7 have ε = 0.001 and momentum 0.01, as in torchvision.
   *
   * @param version 0 to 7
   */
  public static EfficientNet b(int version) {
    return new EfficientNet(32, 0, 1e-5, TABLE_1)
        .scale(scaling(version))
        .with(
            d -> {
              d.dropped = B[version].dropout;
              if (version >= 5) {
                d.epsilon = 1e-3;
                d.momentum = 0.01;
              }
            });
  }

  /**
   * By how much a published network exceeds B0: near {@link Scaling#compound}, but rounded.
   *
   * @param version 0 to 7
   */
  public static Scaling scaling(int version) {
    if (version < 0 || version >= B.length) {
      throw new IllegalArgumentException("version (" + version + ") must be 0 to 7");
    }
    Version b = B[version];
    return new Scaling(b.depth, b.width, b.resolution / (double) B[0].resolution);
  }

  /**
   * A network that trains in minutes on images of 28×28 or 32×32, not in the paper: three stages of
   * two blocks, 16, 32 and 64 channels, 10 classes. Scale it as the paper scales B0. Its first
   * convolution halves the image; with {@link #smallImages()} it does not, at four times the cost.
   */
  public static EfficientNet tiny() {
    return new EfficientNet(16, 0, 1e-5, TINY).classes(10);
  }

  /** The networks that the catalogue lists. */
  static List<Variant> variants() {
    return List.of(
        new Variant("efficientnet_b0", () -> b(0)),
        new Variant("efficientnet_b1", () -> b(1)),
        new Variant("efficientnet_b2", () -> b(2)),
        new Variant("efficientnet_b3", () -> b(3)),
        new Variant("efficientnet_b4", () -> b(4)),
        new Variant("efficientnet_b5", () -> b(5)),
        new Variant("efficientnet_b6", () -> b(6)),
        new Variant("efficientnet_b7", () -> b(7)));
  }

  /** Puts other stages between the stem and the last convolution. */
  public EfficientNet stages(Stage... stages) {
    Checks.positive("stages", stages.length);
    return with(d -> d.stages = stages.clone());
  }

  /** Takes depth and width from a scaling; its resolution is that of the images. */
  public EfficientNet scale(Scaling scaling) {
    return depth(scaling.depth()).width(scaling.width());
  }

  /** So many times the blocks in each stage, rounded up. */
  public EfficientNet depth(double multiplier) {
    Checks.positive("multiplier", multiplier);
    return with(d -> d.depth = multiplier);
  }

  /** So many times the channels in each layer, rounded to multiples of 8. */
  public EfficientNet width(double multiplier) {
    Checks.positive("multiplier", multiplier);
    return with(d -> d.width = multiplier);
  }

  /**
   * What training drops.
   *
   * @param inputs the probability for each input of the classifier
   * @param blocks the probability for the body of the last block; it rises to this from 0
   */
  public EfficientNet drop(double inputs, double blocks) {
    Checks.fraction("inputs", inputs);
    Checks.fraction("blocks", blocks);
    return with(
        d -> {
          d.dropped = inputs;
          d.droppedBlocks = blocks;
        });
  }

  @Override
  public Unit build() {
    Stage[] scaled = Stream.of(stages).map(s -> s.scaled(depth, width)).toArray(Stage[]::new);
    int[] strides = strides(Stream.of(scaled).mapToInt(Stage::stride).toArray());
    int total = Stream.of(scaled).mapToInt(Stage::blocks).sum();
    int in = divisible(width * stem);
    Seq features = seq(convolution(conv(channels, in, 3).stride(smallImages ? 1 : 2)));
    int index = 0;
    for (int i = 0; i < scaled.length; i++) {
      Seq layers = seq();
      for (int j = 0; j < scaled[i].blocks; j++) {
        double rate = droppedBlocks * index++ / total;
        layers = layers.then(block(scaled[i], in, j == 0 ? strides[i] : 1, rate));
        in = scaled[i].channels;
      }
      features = features.then(layers.indexed());
    }
    int last = head > 0 ? head : 4 * in;
    features = features.then(head(convolution(conv(in, last, 1))));
    Unit fc = MobileNetV1.classifier(last, classes);
    Unit net =
        seq(
            named("features", features.indexed()),
            globalAvgPool(),
            flatten(),
            named("classifier", seq(dropout(dropped), fc).indexed()));
    net.setInitializer(Initializers.constant(0), Parameter.Type.BIAS);
    return net;
  }

  private Seq convolution(Conv conv) {
    return conv.bn(epsilon, momentum).then(silu()).indexed();
  }

  private Unit block(Stage stage, int in, int stride, double rate) {
    int out = stage.channels;
    return stage.fused
        ? EfficientNetV2.fusedMbConv(stage.expansion, in, out, stage.kernel, stride, rate)
        : block(stage.expansion, in, out, stage.kernel, stride)
            .batchNorms(epsilon, momentum)
            .stochasticDepth(rate)
            .build();
  }

  /**
   * MBConv: an inverted residual with SiLU and squeeze-and-excitation, which squeezes to a quarter
   * of the input's channels. (N, in, H, W) -> (N, out, H / stride, W / stride).
   *
   * @param expansion how many times the channels of the input there are within; without the first
   *     convolution if it is 1
   * @param kernel of the depthwise convolution
   */
  public static Unit mbConv(int expansion, int in, int out, int kernel, int stride) {
    return block(expansion, in, out, kernel, stride).build();
  }

  private static InvertedResidual block(int expansion, int in, int out, int kernel, int stride) {
    int squeezed = Math.max(1, in / 4);
    return new InvertedResidual(Names.BLOCK, in, expansion * in, out, stride)
        .kernel(kernel)
        .activation(Layers::silu)
        .attention(SENet.squeezeExcite(expansion * in, squeezed, silu(), sigmoid()));
  }
}
