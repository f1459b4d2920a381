package convnets.models;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import convnets.Checks;
import convnets.models.EfficientNet.Stage;
import convnets.models.InvertedResidual.Names;
import convnets.nn.Conv;
import convnets.nn.Initializers;
import convnets.nn.Seq;
import convnets.nn.Unit;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * EfficientNet-Lite0: EfficientNet-B0 for phones, without squeeze-and-excitation, with ReLU6 in
 * place of SiLU, and padded as TensorFlow does.
 *
 * <p>R. Liu, "Higher accuracy on vision models with EfficientNet-Lite", 2020, TensorFlow's blog,
 * and the authors' code in tensorflow/tpu; after M. Tan, Q. V. Le, arXiv:1905.11946. Parameters
 * bear timm's names ({@code tf_efficientnet_lite0}).
 *
 * <p>timm has this family twice, under the same names of parameters and with the same shapes: the
 * authors' weights are those of {@code tf_efficientnet_lite0} to {@code 4}, and {@code
 * efficientnet_lite0} to {@code 4}, without {@code tf_}, are padded evenly and have another ε.
 * Either's weights load into the other, which then computes something else: {@link #evenPadding()}
 * is for those without {@code tf_}, and {@link convnets.weights.Loading#verify} tells.
 */
public final class EfficientNetLite extends Design<EfficientNetLite> {

  /** Those of EfficientNet-B0. */
  private static final Stage[] STAGES = EfficientNet.TABLE_1;

  private static final double EPSILON = 1e-3;
  private static final double PYTORCH_EPSILON = 1e-5;
  private static final double MOMENTUM = 0.1;
  private static final double STOCHASTIC_DEPTH = 0.2;

  /** How lukemelas/EfficientNet-PyTorch names a parameter: _blocks.1._bn0.weight, _fc.bias. */
  private static final Pattern NAME =
      Pattern.compile("(_blocks\\.(?<block>\\d+)\\.)?(?<layer>_\\w+)(?<rest>\\..+)");

  private static final Map<String, String> OUTSIDE =
      Map.of(
          "_conv_stem", "conv_stem",
          "_bn0", "bn1",
          "_conv_head", "conv_head",
          "_bn1", "bn2",
          "_fc", "classifier");

  private static final Map<String, String> SEPARABLE =
      Map.of(
          "_depthwise_conv", "conv_dw",
          "_bn1", "bn1",
          "_project_conv", "conv_pw",
          "_bn2", "bn2");

  private static final Map<String, String> EXPANDED =
      Map.of(
          "_expand_conv", "conv_pw",
          "_bn0", "bn1",
          "_depthwise_conv", "conv_dw",
          "_bn1", "bn2",
          "_project_conv", "conv_pwl",
          "_bn2", "bn3");

  private double depth = 1;
  private double width = 1;
  private boolean evenPadding;

  private EfficientNetLite() {}

  /** EfficientNet-Lite0, for images of 224×224 and 1000 classes. */
  public static EfficientNetLite lite0() {
    return new EfficientNetLite();
  }

  /** The networks that the catalogue lists. */
  static List<Variant> variants() {
    return List.of(new Variant("efficientnet_lite0", EfficientNetLite::lite0));
  }

  /**
   * So many times the blocks in each stage but the first and the last, rounded up. Lite1 to Lite4
   * are Lite0 with widths of 1, 1.1, 1.2 and 1.4 and depths of 1.1, 1.2, 1.4 and 1.8.
   */
  public EfficientNetLite depth(double multiplier) {
    Checks.positive("multiplier", multiplier);
    return with(d -> d.depth = multiplier);
  }

  /**
   * So many times the channels in each stage, in multiples of 8; the first convolution and the last
   * keep theirs.
   */
  public EfficientNetLite width(double multiplier) {
    Checks.positive("multiplier", multiplier);
    return with(d -> d.width = multiplier);
  }

  /**
   * Pads convolutions evenly, and has PyTorch's ε of 0.00001 in batch norms in place of
   * TensorFlow's 0.001: as timm's {@code efficientnet_lite0} to {@code 4}, without {@code tf_},
   * which were trained anew. (Their pictures have ImageNet's statistics, too.)
   */
  public EfficientNetLite evenPadding() {
    return with(d -> d.evenPadding = true);
  }

  private double epsilon() {
    return evenPadding ? PYTORCH_EPSILON : EPSILON;
  }

  private Stage[] scaled() {
    Stage[] scaled = new Stage[STAGES.length];
    for (int i = 0; i < scaled.length; i++) {
      boolean outermost = i == 0 || i == scaled.length - 1;
      scaled[i] = STAGES[i].scaled(outermost ? 1 : depth, width);
    }
    return scaled;
  }

  @Override
  public Unit build() {
    Stage[] stages = scaled();
    int[] strides = strides(Stream.of(stages).mapToInt(Stage::stride).toArray());
    int total = Stream.of(stages).mapToInt(Stage::blocks).sum();
    int in = 32;
    Seq net =
        seq(
            named("conv_stem", stem(in)),
            named("bn1", batchNorm(in, epsilon(), MOMENTUM)),
            relu6());
    Seq blocks = seq();
    int index = 0;
    for (int i = 0; i < stages.length; i++) {
      Seq layers = seq();
      for (int j = 0; j < stages[i].blocks(); j++) {
        double dropped = STOCHASTIC_DEPTH * index++ / total;
        layers = layers.then(block(stages[i], in, j == 0 ? strides[i] : 1, dropped));
        in = stages[i].channels();
      }
      blocks = blocks.then(layers.indexed());
    }
    net =
        seq(
            net,
            named("blocks", blocks.indexed()),
            head(
                named("conv_head", conv(in, 1280, 1)),
                named("bn2", batchNorm(1280, epsilon(), MOMENTUM)),
                relu6(),
                globalAvgPool(),
                flatten(),
                dropout(0.2),
                named("classifier", MobileNetV1.classifier(1280, classes))));
    net.getParameters().stream()
        .filter(pair -> pair.getKey().endsWith("conv_dw.weight"))
        .forEach(pair -> pair.getValue().setInitializer(Initializers.heFanIn()));
    return net;
  }

  /**
   * The name here of a parameter that lukemelas/EfficientNet-PyTorch, whose names the first
   * checkpoints of Lite0 in PyTorch bear, calls {@code name}: "_blocks.1._bn0.weight" is
   * "blocks.1.0.bn1.weight". Other names stay as they are.
   */
  public static String renamed(String name) {
    Matcher parts = NAME.matcher(name);
    if (!parts.matches()) {
      return name;
    }
    String layer = parts.group("layer");
    String rest = parts.group("rest");
    return parts.group("block") == null
        ? OUTSIDE.getOrDefault(layer, layer) + rest
        : inBlock(Integer.parseInt(parts.group("block")), layer) + rest;
  }

  private static String inBlock(int block, String layer) {
    int stage = 0;
    int place = block;
    while (stage < STAGES.length - 1 && place >= STAGES[stage].blocks()) {
      place -= STAGES[stage].blocks();
      stage++;
    }
    Map<String, String> names = STAGES[stage].expansion() > 1 ? EXPANDED : SEPARABLE;
    return "blocks." + stage + "." + place + "." + names.getOrDefault(layer, layer);
  }

  private Conv stem(int out) {
    Conv stem = conv(channels, out, 3).stride(smallImages ? 1 : 2);
    return evenPadding ? stem : stem.tensorflowPadding();
  }

  private Unit block(Stage stage, int in, int stride, double dropped) {
    InvertedResidual block =
        new InvertedResidual(Names.TIMM, in, stage.expansion() * in, stage.channels(), stride)
            .kernel(stage.kernel())
            .batchNorms(epsilon(), MOMENTUM)
            .stochasticDepth(dropped);
    return (evenPadding ? block : block.tensorflowPadding()).build();
  }
}
