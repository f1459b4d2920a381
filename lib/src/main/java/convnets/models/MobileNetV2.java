package convnets.models;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import convnets.Checks;
import convnets.models.InvertedResidual.Names;
import convnets.nn.Initializers;
import convnets.nn.Seq;
import convnets.nn.Unit;
import java.util.List;
import java.util.stream.Stream;

/**
 * MobileNetV2: inverted residuals, whose shortcuts join the layers with few channels, and which end
 * without an activation.
 *
 * <p>M. Sandler, A. Howard, M. Zhu, A. Zhmoginov, L.-C. Chen, "MobileNetV2: Inverted Residuals and
 * Linear Bottlenecks", 2018, arXiv:1801.04381. Parameters bear torchvision's names.
 */
public final class MobileNetV2 extends Design<MobileNetV2> {

  /**
   * A row of table 2.
   *
   * @param expansion t: how many times the channels of its input a block has within
   * @param channels c, of its output
   * @param blocks n
   * @param stride s, of the first block
   */
  public record Stage(int expansion, int channels, int blocks, int stride) {

    /** Checks the numbers. */
    public Stage {
      Checks.positive("expansion", expansion);
      Checks.positive("channels", channels);
      Checks.positive("blocks", blocks);
      Checks.positive("stride", stride);
    }
  }

  private static final Stage[] TABLE_2 = {
    new Stage(1, 16, 1, 1),
    new Stage(6, 24, 2, 2),
    new Stage(6, 32, 3, 2),
    new Stage(6, 64, 4, 2),
    new Stage(6, 96, 3, 1),
    new Stage(6, 160, 3, 2),
    new Stage(6, 320, 1, 1),
  };

  /** The form for small images: three stages of two blocks. */
  private static final Stage[] TINY = {
    new Stage(6, 16, 2, 1), new Stage(6, 32, 2, 2), new Stage(6, 64, 2, 2),
  };

  private Stage[] stages = TABLE_2;
  private int stem = 32;
  private int head = 1280;
  private double width = 1;
  private boolean linear = true;
  private boolean shortcuts = true;

  private MobileNetV2() {}

  /** The network of table 2, for images of 224×224 and 1000 classes. */
  public static MobileNetV2 imageNet() {
    return new MobileNetV2();
  }

  /**
   * A network that trains in minutes on images of 28×28 or 32×32, not in the paper: three stages of
   * two blocks, 16, 32 and 64 channels, 256 before the classifier, 10 classes. Its first
   * convolution halves the image; with {@link #smallImages()} it does not, at four times the cost.
   */
  public static MobileNetV2 tiny() {
    return imageNet()
        .classes(10)
        .stages(TINY)
        .with(
            d -> {
              d.stem = 16;
              d.head = 256;
            });
  }

  /** The networks that the catalogue lists. */
  static List<Variant> variants() {
    return List.of(
        new Variant("mobilenet_v2", MobileNetV2::imageNet),
        new Variant("mobilenet_v2_x0_35", () -> imageNet().width(0.35)),
        new Variant("mobilenet_v2_x0_5", () -> imageNet().width(0.5)),
        new Variant("mobilenet_v2_x0_75", () -> imageNet().width(0.75)),
        new Variant("mobilenet_v2_x1_4", () -> imageNet().width(1.4)));
  }

  /** Puts other stages between the stem and the last convolution. */
  public MobileNetV2 stages(Stage... stages) {
    Checks.positive("stages", stages.length);
    return with(d -> d.stages = stages.clone());
  }

  /**
   * The width multiplier: so many times the channels in every layer, rounded to multiples of 8. The
   * last convolution never gets narrower (section 6.1).
   */
  public MobileNetV2 width(double multiplier) {
    Checks.positive("multiplier", multiplier);
    return with(d -> d.width = multiplier);
  }

  /** Puts ReLU6 into the bottlenecks too, for figure 6a. */
  public MobileNetV2 nonLinear() {
    return with(d -> d.linear = false);
  }

  /** Leaves the shortcuts out, for figure 6b. */
  public MobileNetV2 plain() {
    return with(d -> d.shortcuts = false);
  }

  @Override
  public Unit build() {
    int[] strides = strides(Stream.of(stages).mapToInt(Stage::stride).toArray());
    int in = divisible(width * stem);
    Seq features = seq(convolution(channels, in, 3, smallImages ? 1 : 2));
    for (int i = 0; i < stages.length; i++) {
      int out = divisible(width * stages[i].channels);
      for (int j = 0; j < stages[i].blocks; j++) {
        int stride = j == 0 ? strides[i] : 1;
        InvertedResidual block = block(in, out, stride, stages[i].expansion);
        block = linear ? block : block.nonLinear();
        features = features.then((shortcuts ? block : block.withoutShortcut()).build());
        in = out;
      }
    }
    int last = divisible(Math.max(1, width) * head);
    features = features.then(head(convolution(in, last, 1, 1)));
    Unit fc = linear(last, classes).initializer(Initializers.normal(0.01));
    return seq(
        named("features", features.indexed()),
        globalAvgPool(),
        flatten(),
        named("classifier", seq(dropout(0.2), fc).indexed()));
  }

  /**
   * An inverted residual, figure 4d: 1×1 with ReLU6 to {@code expansion} times the channels, 3×3
   * depthwise with ReLU6, 1×1 without an activation, and a shortcut where the sizes agree. (N, in,
   * H, W) -> (N, out, H / stride, W / stride).
   *
   * @param expansion t of table 1; without the first convolution if it is 1
   */
  public static Unit invertedResidual(int in, int out, int stride, int expansion) {
    return block(in, out, stride, expansion).build();
  }

  private static InvertedResidual block(int in, int out, int stride, int expansion) {
    return new InvertedResidual(Names.CONV, in, expansion * in, out, stride);
  }

  private static Unit convolution(int in, int out, int kernel, int stride) {
    return conv(in, out, kernel).stride(stride).bn().then(relu6()).indexed();
  }

  /**
   * The multiple of 8 nearest to a number of channels, but at least 8 and at least 90 % of it: how
   * the authors' code rounds what a width multiplier makes.
   */
  static int divisible(double channels) {
    int rounded = Math.max(8, (int) (channels + 4) / 8 * 8);
    return rounded < 0.9 * channels ? rounded + 8 : rounded;
  }
}
