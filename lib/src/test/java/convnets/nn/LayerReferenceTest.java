package convnets.nn;

import static convnets.nn.Layers.*;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import convnets.Reference;
import convnets.torch.GradMode;
import convnets.torch.SpatialOps;
import convnets.torch.TorchOps;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Layers against PyTorch's of the same numbers, which {@code ci/parity/layers.py} has written down:
 * outputs, gradients, buffers, and gradients of a penalty on gradients.
 */
class LayerReferenceTest extends NnTest {

  private record Values(Shape shape, float[] numbers) {}

  private static final Map<String, Map<String, Values>> REFERENCE = read();

  private static Map<String, Map<String, Values>> read() {
    Map<String, Map<String, Values>> layers = new LinkedHashMap<>();
    for (String[] row : Reference.rows("layers.tsv")) {
      String[] words = row[3].split(" ");
      float[] numbers = new float[words.length];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = Float.parseFloat(words[i]);
      }
      layers
          .computeIfAbsent(row[0], name -> new LinkedHashMap<>())
          .put(row[1], new Values(Reference.shape(row[2]), numbers));
    }
    return layers;
  }

  static List<String> layers() {
    return List.copyOf(REFERENCE.keySet());
  }

  private static Unit layer(String name) {
    return switch (name) {
      case "transposed" -> convTranspose(3, 2, 3).padding(0);
      case "transposed, stride 2" -> convTranspose(3, 2, 4).stride(2).bias();
      case "transposed, output padding" -> convTranspose(2, 3, 3).stride(2).bias();
      case "transposed, groups" -> convTranspose(4, 6, 3).stride(3).groups(2);
      case "transposed, dilation" -> convTranspose(2, 2, 3).dilation(2).bias();
      case "nearest" -> upsample(3);
      case "nearest to a size" -> upsampleTo(5, 4);
      case "bilinear" -> upsample(2).bilinear();
      case "bilinear to a size" -> upsampleTo(5, 4).bilinear();
      case "bilinear, corners aligned" -> upsample(2).alignCorners();
      case "leaky ReLU" -> leakyRelu(0.2);
      case "PReLU" -> prelu();
      case "PReLU of channels" -> prelu(3);
      case "ELU" -> elu(0.7);
      case "GELU" -> gelu();
      case "tanh" -> Layers.tanh();
      case "sigmoid" -> sigmoid();
      case "ReLU6" -> relu6();
      case "SiLU" -> silu();
      case "batch norm" -> batchNorm(3);
      case "instance norm" -> instanceNorm(3);
      case "instance norm, affine" -> instanceNorm(3).affine();
      case "group norm" -> groupNorm(2, 6);
      case "group norm of rows" -> groupNorm(2, 6).epsilon(1e-3);
      case "layer norm" -> layerNorm(3, 4, 3);
      case "layer norm of rows" -> layerNorm(6);
      case "layer norm of pixels" -> layerNorm2d(4);
      case "convolution" -> conv(3, 2, 3).stride(2).bias();
      case "linear" -> linear(6, 4);
      case "spectral convolution" -> conv(3, 4, 3).bias().spectralNorm();
      case "spectral transposed" -> convTranspose(3, 4, 4).stride(2).bias().spectralNorm();
      case "spectral linear" -> linear(6, 4).spectralNorm();
      case "reflection" -> reflectionPad(2);
      case "replication" -> replicationPad(2);
      case "constant" -> constantPad(1, 0.5);
      case "reflecting convolution" -> conv(2, 3, 3).stride(2).reflect().bias();
      case "unfold" -> lambda("unfold", x -> SpatialOps.unfold(x, 3, 2, 1, 2));
      case "fold" -> lambda("fold", x -> SpatialOps.fold(x, 6, 5, 3, 2, 1, 1));
      case "max pool" -> maxPool(3, 2).padding(1);
      case "average pool" -> avgPool(3, 2).padding(1);
      default -> throw new IllegalArgumentException("layer (" + name + ") has no equal here");
    };
  }

  @ParameterizedTest
  @MethodSource("layers")
  void outputsAndGradientsArePyTorchs(String name) {
    Map<String, Values> expected = REFERENCE.get(name);
    Unit layer = loaded(name);
    NDArray x = array(expected.get("x"));
    assertThat(layer.outputShape(x.getShape())).isEqualTo(expected.get("y").shape);

    NDList by = learned(layer, x);
    NDArray y = GradMode.on(() -> run(layer, x, true));
    assertAgrees("y", y, expected.get("y"));
    NDArray sum = GradMode.on(() -> y.mul(array(expected.get("w"))).sum());
    assertAgree(layer, "gradient ", TorchOps.gradients(sum, by), expected);
    for (Pair<String, Parameter> pair : layer.getParameters()) {
      Values after = expected.get("after " + pair.getKey());
      if (after != null) {
        assertAgrees(pair.getKey(), pair.getValue().getArray(), after);
      }
    }
    assertAgrees("evaluated", layer.apply(x), expected.get("evaluated"));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void penaltiesOnGradientsHaveGradients(String name) {
    Map<String, Values> expected = REFERENCE.get(name);
    Unit layer = loaded(name);
    NDArray x = array(expected.get("x"));
    NDList by = learned(layer, x);
    NDArray penalty =
        GradMode.on(
            () -> {
              NDArray y = run(layer, x, true);
              NDArray sum = y.mul(y).mul(array(expected.get("w"))).sum();
              NDArray gradient =
                  TorchOps.differentiableGradients(sum, new NDList(x)).singletonOrThrow();
              return gradient.mul(gradient).sum();
            });
    assertAgrees("penalty", penalty.reshape(1), expected.get("penalty"));
    assertAgree(layer, "of penalty ", TorchOps.gradients(penalty, by), expected);
  }

  /** A layer with the reference's parameters, all of which there are. */
  private Unit loaded(String name) {
    Map<String, Values> values = REFERENCE.get(name);
    Unit layer = layer(name);
    layer.initialize(manager, DataType.FLOAT32, values.get("x").shape);
    for (Pair<String, Parameter> pair : layer.getParameters()) {
      assertThat(pair.getValue().getArray().getShape()).isEqualTo(values.get(pair.getKey()).shape);
      TorchOps.copy(array(values.get(pair.getKey())), pair.getValue().getArray());
    }
    return layer;
  }

  /** The input and the learned parameters, which take gradients. */
  private static NDList learned(Unit layer, NDArray x) {
    NDList by = new NDList(x);
    layer.getParameters().values().stream()
        .filter(Parameter::requiresGradient)
        .forEach(parameter -> by.add(parameter.getArray()));
    by.forEach(array -> array.setRequiresGradient(true));
    return by;
  }

  /** What is expected by the input and by each learned parameter, and by nothing else. */
  private static void assertAgree(
      Unit layer, String what, NDList gradients, Map<String, Values> expected) {
    List<String> names = new ArrayList<>(List.of("x"));
    layer.getParameters().stream()
        .filter(pair -> pair.getValue().requiresGradient())
        .forEach(pair -> names.add(pair.getKey()));
    assertThat(expected.keySet().stream().filter(key -> key.startsWith(what)))
        .containsExactlyInAnyOrderElementsOf(names.stream().map(what::concat).toList());
    for (int i = 0; i < names.size(); i++) {
      assertAgrees(names.get(i), gradients.get(i), expected.get(what + names.get(i)));
    }
  }

  private static void assertAgrees(String what, NDArray actual, Values expected) {
    assertThat(actual.getShape()).as(what).isEqualTo(expected.shape);
    float largest = 1;
    for (float number : expected.numbers) {
      largest = Math.max(largest, Math.abs(number));
    }
    assertThat(actual.toFloatArray())
        .as(what)
        .containsExactly(expected.numbers, Offset.offset(2e-5f * largest));
  }

  private NDArray array(Values values) {
    return manager.create(values.numbers, values.shape);
  }
}
