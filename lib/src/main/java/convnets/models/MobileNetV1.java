package convnets.models;

import static convnets.models.MobileNetV2.divisible;
import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import convnets.Checks;
import convnets.nn.Initializers;
import convnets.nn.Seq;
import convnets.nn.Unit;
import java.util.List;
import java.util.stream.Stream;

/**
 * MobileNets: every 3×3 convolution factorised into one that filters each channel by itself and one
 * of 1×1 that mixes the channels.
 *
 * <p>A. G. Howard, M. Zhu, B. Chen, D. Kalenichenko, W. Wang, T. Weyand, M. Andreetto, H. Adam,
 * "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications", 2017,
 * arXiv:1704.04861. Parameters bear timm's names. Activations are ReLU6, as in the authors' code
 * and in timm; the paper speaks of ReLU.
 */
public final class MobileNetV1 extends Design<MobileNetV1> {

  /**
   * Some rows of table 1: separable convolutions of the same width.
   *
   * @param channels of their outputs
   * @param blocks how many of them
   * @param stride of the first
   */
  public record Stage(int channels, int blocks, int stride) {

    /** Checks the numbers. */
    public Stage {
      Checks.positive("channels", channels);
      Checks.positive("blocks", blocks);
      Checks.positive("stride", stride);
    }
  }

  private static final Stage[] TABLE_1 = {
    new Stage(64, 1, 1),
    new Stage(128, 2, 2),
    new Stage(256, 2, 2),
    new Stage(512, 6, 2),
    new Stage(1024, 2, 2),
  };

  /** The form for small images: three stages of two blocks. */
  private static final Stage[] TINY = {
    new Stage(32, 2, 1), new Stage(64, 2, 2), new Stage(128, 2, 2),
  };

  private Stage[] stages = TABLE_1;
  private int stem = 32;
  private double width = 1;
  private boolean full;

  private MobileNetV1() {}

  /** The network of table 1, for images of 224×224 and 1000 classes. */
  public static MobileNetV1 imageNet() {
    return new MobileNetV1();
  }

  /**
   * A network that trains in minutes on images of 28×28 or 32×32, not in the paper: three stages of
   * two blocks, 32, 64 and 128 channels, 10 classes. Its first convolution halves the image; with
   * {@link #smallImages()} it does not, at four times the cost.
   */
  public static MobileNetV1 tiny() {
    return imageNet().classes(10).stages(TINY).with(d -> d.stem = 16);
  }

  /** The networks that the catalogue lists. */
  static List<Variant> variants() {
    return List.of(
        new Variant("mobilenetv1_025", () -> imageNet().width(0.25)),
        new Variant("mobilenetv1_050", () -> imageNet().width(0.5)),
        new Variant("mobilenetv1_075", () -> imageNet().width(0.75)),
        new Variant("mobilenetv1_100", MobileNetV1::imageNet));
  }

  /** Puts other stages between the stem and the classifier. */
  public MobileNetV1 stages(Stage... stages) {
    Checks.positive("stages", stages.length);
    return with(d -> d.stages = stages.clone());
  }

  /**
   * The width multiplier α of section 3.3: so many times the channels in every layer, rounded to
   * multiples of 8.
   */
  public MobileNetV1 width(double multiplier) {
    Checks.positive("multiplier", multiplier);
    return with(d -> d.width = multiplier);
  }

  /** The twin of table 4, with full 3×3 convolutions in place of the separable ones. */
  public MobileNetV1 fullConvolutions() {
    return with(d -> d.full = true);
  }

  @Override
  public Unit build() {
    int[] strides = strides(Stream.of(stages).mapToInt(Stage::stride).toArray());
    int in = divisible(width * stem);
    Seq net =
        seq(
            named("conv_stem", conv(channels, in, 3).stride(smallImages ? 1 : 2)),
            named("bn1", batchNorm(in)),
            relu6());
    Seq blocks = seq();
    for (int i = 0; i < stages.length; i++) {
      int out = divisible(width * stages[i].channels);
      Seq stage = seq();
      for (int j = 0; j < stages[i].blocks; j++) {
        int stride = j == 0 ? strides[i] : 1;
        stage = stage.then(full ? full(in, out, stride) : separable(in, out, stride));
        in = out;
      }
      blocks = blocks.then(stage.indexed());
    }
    return net.then(named("blocks", blocks.indexed()))
        .then(globalAvgPool())
        .then(flatten())
        .then(named("classifier", classifier(in, classes)));
  }

  /** A depthwise separable convolution, figure 3: (N, in, H, W) -> (N, out, H / stride, …). */
  public static Unit separable(int in, int out, int stride) {
    return seq(
        named("conv_dw", depthwise(in, 3).stride(stride).initializer(Initializers.heFanIn())),
        batchNorm(in),
        relu6(),
        named("conv_pw", conv(in, out, 1)),
        batchNorm(out),
        relu6());
  }

  /** What a separable convolution factorises. */
  private static Unit full(int in, int out, int stride) {
    return conv(in, out, 3).stride(stride).bn().then(relu6());
  }

  /** The last layer as in Google's code and in timm: weights uniform over ±1/√classes. */
  static Unit classifier(int in, int classes) {
    return linear(in, classes).initializer(Initializers.uniform(1 / Math.sqrt(classes)));
  }
}
