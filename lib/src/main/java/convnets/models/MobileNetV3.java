package convnets.models;

import static convnets.models.MobileNetV2.divisible;
import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import convnets.Checks;
import convnets.models.InvertedResidual.Names;
import convnets.nn.Conv;
import convnets.nn.Initializers;
import convnets.nn.Layers;
import convnets.nn.Seq;
import convnets.nn.Unit;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * MobileNetV3: the inverted residuals of MobileNetV2 with squeeze-and-excitation and hard swish,
 * their sizes found by search.
 *
 * <p>A. Howard, M. Sandler, G. Chu, L.-C. Chen, B. Chen, M. Tan, W. Wang, Y. Zhu, R. Pang, V.
 * Vasudevan, Q. V. Le, H. Adam, "Searching for MobileNetV3", 2019, arXiv:1905.02244. Parameters
 * bear torchvision's names.
 */
public final class MobileNetV3 extends Design<MobileNetV3> {

  /** NL, the column of the tables: what follows the convolutions of a block. */
  public enum Nonlinearity {
    /** ReLU. */
    RE(Layers::relu),
    /** Hard swish. */
    HS(Layers::hardswish);

    private final Supplier<Unit> activation;

    Nonlinearity(Supplier<Unit> activation) {
      this.activation = activation;
    }
  }

  /**
   * A row of table 1 or 2: one inverted residual block.
   *
   * @param kernel of the depthwise convolution
   * @param expanded exp size: channels within
   * @param channels #out: of the output
   * @param squeezeExcite SE: whether the expanded channels are weighed
   * @param nonlinearity NL
   * @param stride s
   */
  public record Row(
      int kernel,
      int expanded,
      int channels,
      boolean squeezeExcite,
      Nonlinearity nonlinearity,
      int stride) {

    /** Checks the numbers. */
    public Row {
      Checks.positive("kernel", kernel);
      Checks.positive("expanded", expanded);
      Checks.positive("channels", channels);
      Checks.positive("stride", stride);
    }
  }

  private static final Nonlinearity RE = Nonlinearity.RE;
  private static final Nonlinearity HS = Nonlinearity.HS;

  /** Table 1, MobileNetV3-Large. */
  private static final Row[] TABLE_1 = {
    new Row(3, 16, 16, false, RE, 1),
    new Row(3, 64, 24, false, RE, 2),
    new Row(3, 72, 24, false, RE, 1),
    new Row(5, 72, 40, true, RE, 2),
    new Row(5, 120, 40, true, RE, 1),
    new Row(5, 120, 40, true, RE, 1),
    new Row(3, 240, 80, false, HS, 2),
    new Row(3, 200, 80, false, HS, 1),
    new Row(3, 184, 80, false, HS, 1),
    new Row(3, 184, 80, false, HS, 1),
    new Row(3, 480, 112, true, HS, 1),
    new Row(3, 672, 112, true, HS, 1),
    new Row(5, 672, 160, true, HS, 2),
    new Row(5, 960, 160, true, HS, 1),
    new Row(5, 960, 160, true, HS, 1),
  };

  /** Table 2, MobileNetV3-Small. */
  private static final Row[] TABLE_2 = {
    new Row(3, 16, 16, true, RE, 2),
    new Row(3, 72, 24, false, RE, 2),
    new Row(3, 88, 24, false, RE, 1),
    new Row(5, 96, 40, true, HS, 2),
    new Row(5, 240, 40, true, HS, 1),
    new Row(5, 240, 40, true, HS, 1),
    new Row(5, 120, 48, true, HS, 1),
    new Row(5, 144, 48, true, HS, 1),
    new Row(5, 288, 96, true, HS, 2),
    new Row(5, 576, 96, true, HS, 1),
    new Row(5, 576, 96, true, HS, 1),
  };

  /** The form for small images: three stages of two blocks. */
  private static final Row[] TINY = {
    new Row(3, 64, 16, false, RE, 1),
    new Row(3, 64, 16, false, RE, 1),
    new Row(5, 96, 32, true, HS, 2),
    new Row(5, 128, 32, true, HS, 1),
    new Row(5, 192, 64, true, HS, 2),
    new Row(5, 256, 64, true, HS, 1),
  };

  private static final double EPSILON = 1e-3;
  private static final double MOMENTUM = 0.01;

  private Row[] rows;
  private int head;
  private double width = 1;
  private double momentum = MOMENTUM;
  private boolean dilated;

  private MobileNetV3(Row[] rows, int head) {
    this.rows = rows;
    this.head = head;
  }

  /** MobileNetV3-Large, table 1, for images of 224×224 and 1000 classes. */
  public static MobileNetV3 large() {
    return new MobileNetV3(TABLE_1, 1280);
  }

  /** MobileNetV3-Small, table 2, for images of 224×224 and 1000 classes. */
  public static MobileNetV3 small() {
    return new MobileNetV3(TABLE_2, 1024);
  }

  /**
   * A network that trains in minutes on images of 28×28 or 32×32, not in the paper: three stages of
   * two blocks, 16, 32 and 64 channels, 256 before the classifier, 10 classes. Its first
   * convolution halves the image; with {@link #smallImages()} it does not, at four times the cost.
   * The momentum of its batch norms is 0.1: at 0.01, hundreds of steps pass before they know what
   * they normalise.
   */
  public static MobileNetV3 tiny() {
    return new MobileNetV3(TINY, 256).classes(10).with(d -> d.momentum = 0.1);
  }

  /** The networks that the catalogue lists. */
  static List<Variant> variants() {
    return List.of(
        new Variant("mobilenet_v3_small", MobileNetV3::small),
        new Variant("mobilenet_v3_small_x0_75", () -> small().width(0.75)),
        new Variant("mobilenet_v3_large", MobileNetV3::large),
        new Variant("mobilenet_v3_large_x0_75", () -> large().width(0.75)));
  }

  /** Puts other blocks between the stem and the last convolution. */
  public MobileNetV3 rows(Row... rows) {
    Checks.positive("rows", rows.length);
    return with(d -> d.rows = rows.clone());
  }

  /**
   * The width multiplier: so many times the channels in every layer, in multiples of 8; as in
   * torchvision in the last layers too, which the authors' code never narrows.
   */
  public MobileNetV3 width(double multiplier) {
    Checks.positive("multiplier", multiplier);
    return with(d -> d.width = multiplier);
  }

  /**
   * Keeps the resolution of the last stage for dense prediction: where it would halve the image, it
   * does not, and all its depthwise convolutions are dilated by 2. (Section 6.3, and torchvision's
   * {@code dilated}; {@link convnets.nn.Backbone#outputStride} leaves the first of them undilated,
   * so that the network computes what it did, more densely.)
   */
  public MobileNetV3 dilated() {
    return with(d -> d.dilated = true);
  }

  @Override
  public Unit build() {
    int[] strides = strides(Stream.of(rows).mapToInt(Row::stride).toArray());
    int in = divisible(width * 16);
    Seq features = seq(convolution(conv(channels, in, 3).stride(smallImages ? 1 : 2)));
    int dense = dilated ? lastStage(strides) : rows.length;
    for (int i = 0; i < rows.length; i++) {
      Row row = rows[i];
      int expanded = divisible(width * row.expanded);
      int out = divisible(width * row.channels);
      InvertedResidual block =
          block(
              in,
              expanded,
              out,
              row.kernel,
              i < dense ? strides[i] : 1,
              row.squeezeExcite,
              row.nonlinearity);
      block = block.dilation(i < dense ? 1 : 2);
      features = features.then(block.batchNorms(EPSILON, momentum).build());
      in = out;
    }
    features = features.then(convolution(conv(in, 6 * in, 1)));
    Unit net =
        seq(
            named("features", features.indexed()),
            globalAvgPool(),
            flatten(),
            named("classifier", classifier(6 * in, divisible(width * head))));
    net.setInitializer(Initializers.constant(0), Parameter.Type.BIAS);
    return net;
  }

  /** The row that halves the image last. */
  private static int lastStage(int[] strides) {
    int row = strides.length - 1;
    while (row > 0 && strides[row] == 1) {
      row--;
    }
    return row;
  }

  /**
   * A block, figure 4: (N, in, H, W) -> (N, out, H / stride, W / stride). The squeeze has a quarter
   * of the expanded channels, and its gate is a hard sigmoid.
   *
   * @param expanded channels within; if it equals in, there is no first convolution
   */
  public static Unit bneck(
      int in,
      int expanded,
      int out,
      int kernel,
      int stride,
      boolean squeezeExcite,
      Nonlinearity nonlinearity) {
    return block(in, expanded, out, kernel, stride, squeezeExcite, nonlinearity)
        .batchNorms(EPSILON, MOMENTUM)
        .build();
  }

  private static InvertedResidual block(
      int in,
      int expanded,
      int out,
      int kernel,
      int stride,
      boolean squeezeExcite,
      Nonlinearity nonlinearity) {
    InvertedResidual block =
        new InvertedResidual(Names.BLOCK, in, expanded, out, stride)
            .kernel(kernel)
            .activation(nonlinearity.activation);
    return squeezeExcite ? block.attention(attention(expanded)) : block;
  }

  private static Unit attention(int channels) {
    return SENet.squeezeExcite(channels, divisible(channels / 4), relu(), hardsigmoid());
  }

  private Unit convolution(Conv conv) {
    return conv.bn(EPSILON, momentum).then(hardswish()).indexed();
  }

  /** The efficient last stage, figure 5. */
  private Unit classifier(int in, int width) {
    Initializer start = Initializers.normal(0.01);
    return seq(
            linear(in, width).initializer(start),
            hardswish(),
            dropout(0.2),
            linear(width, classes).initializer(start))
        .indexed();
  }
}
