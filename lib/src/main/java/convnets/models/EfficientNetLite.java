package convnets.models;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import convnets.models.EfficientNet.Stage;
import convnets.models.InvertedResidual.Names;
import convnets.nn.Initializers;
import convnets.nn.Seq;
import convnets.nn.Unit;
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
 */
public final class EfficientNetLite extends Design<EfficientNetLite> {

  private static final double EPSILON = 1e-3;
  private static final double MOMENTUM = 0.1;
  private static final double STOCHASTIC_DEPTH = 0.2;

  /** A parameter within a block, as lukemelas/EfficientNet-PyTorch calls it. */
  private static final Pattern BLOCK = Pattern.compile("_blocks\\.(\\d+)\\.(\\w+)(\\..+)");

  /** The layers outside of blocks: its names, and those here. */
  private static final Map<String, String> OUTSIDE =
      Map.of(
          "_conv_stem", "conv_stem",
          "_bn0", "bn1",
          "_conv_head", "conv_head",
          "_bn1", "bn2",
          "_fc", "classifier");

  private EfficientNetLite() {}

  /** EfficientNet-Lite0, for images of 224×224 and 1000 classes. */
  public static EfficientNetLite lite0() {
    return new EfficientNetLite();
  }

  @Override
  public Unit build() {
    Stage[] stages = EfficientNet.TABLE_1;
    int[] strides = strides(Stream.of(stages).mapToInt(Stage::stride).toArray());
    int total = Stream.of(stages).mapToInt(Stage::blocks).sum();
    int in = 32;
    Seq net =
        seq(
            named(
                "conv_stem", conv(channels, in, 3).stride(smallImages ? 1 : 2).tensorflowPadding()),
            named("bn1", batchNorm(in, EPSILON, MOMENTUM)),
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
            named("conv_head", conv(in, 1280, 1)),
            named("bn2", batchNorm(1280, EPSILON, MOMENTUM)),
            relu6(),
            globalAvgPool(),
            flatten(),
            dropout(0.2),
            named("classifier", MobileNetV1.classifier(1280, classes)));
    net.getParameters().stream()
        .filter(pair -> pair.getKey().endsWith("conv_dw.weight"))
        .forEach(pair -> pair.getValue().setInitializer(Initializers.heFanIn()));
    return net;
  }

  /**
   * The name here of a parameter in lukemelas/EfficientNet-PyTorch, whose names a checkpoint of
   * Lite0 has: "_blocks.1._bn0.weight" is "blocks.1.0.bn1.weight". Other names stay as they are.
   */
  public static String renamed(String name) {
    Matcher block = BLOCK.matcher(name);
    if (!block.matches()) {
      return OUTSIDE.entrySet().stream()
          .filter(e -> name.startsWith(e.getKey() + "."))
          .findFirst()
          .map(e -> e.getValue() + name.substring(e.getKey().length()))
          .orElse(name);
    }
    int index = Integer.parseInt(block.group(1));
    int stage = 0;
    while (index >= EfficientNet.TABLE_1[stage].blocks()) {
      index -= EfficientNet.TABLE_1[stage++].blocks();
    }
    boolean expands = EfficientNet.TABLE_1[stage].expansion() > 1;
    String layer =
        switch (block.group(2)) {
          case "_expand_conv" -> "conv_pw";
          case "_depthwise_conv" -> "conv_dw";
          case "_project_conv" -> expands ? "conv_pwl" : "conv_pw";
          case "_bn0" -> "bn1";
          case "_bn1" -> expands ? "bn2" : "bn1";
          case "_bn2" -> expands ? "bn3" : "bn2";
          default -> block.group(2);
        };
    return "blocks." + stage + "." + index + "." + layer + block.group(3);
  }

  private static Unit block(Stage stage, int in, int stride, double dropped) {
    return new InvertedResidual(Names.TIMM, in, stage.expansion() * in, stage.channels(), stride)
        .kernel(stage.kernel())
        .batchNorms(EPSILON, MOMENTUM)
        .tensorflowPadding()
        .stochasticDepth(dropped)
        .build();
  }
}
