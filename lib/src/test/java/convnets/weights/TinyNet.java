package convnets.weights;

import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.conv;
import static convnets.nn.Layers.flatten;
import static convnets.nn.Layers.globalAvgPool;
import static convnets.nn.Layers.linear;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import convnets.nn.Unit;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The network and the numbers of the files that {@code reference/torch_checkpoints.py} writes. */
final class TinyNet {

  static final Shape INPUT = new Shape(2, 3, 5, 5);

  private TinyNet() {}

  static Unit build() {
    return seq(
        conv(3, 4, 3).bn().relu(),
        conv(4, 6, 3).groups(2).bias(),
        globalAvgPool(),
        flatten(),
        linear(6, 5));
  }

  /** With random weights. */
  static Unit initialized(NDManager manager) {
    Unit net = build();
    net.initialize(manager, DataType.FLOAT32, INPUT);
    return net;
  }

  static Path file(String name) {
    try {
      return Path.of(TinyNet.class.getResource("/reference/weights/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  static float[] numbers(String name, Shape shape) {
    int sum = 0;
    for (byte letter : name.getBytes(StandardCharsets.UTF_8)) {
      sum += letter;
    }
    float[] numbers = new float[(int) shape.size()];
    for (int i = 0; i < numbers.length; i++) {
      float x = (7 * i + sum) % 32 / 8f - 2;
      numbers[i] = name.endsWith("running_var") ? Math.abs(x) + 0.5f : x;
    }
    return numbers;
  }

  /** Copies of all numbers by name. */
  static Map<String, float[]> numbers(Block net) {
    Map<String, float[]> numbers = new LinkedHashMap<>();
    for (var pair : net.getParameters()) {
      numbers.put(pair.getKey(), pair.getValue().getArray().toFloatArray());
    }
    return numbers;
  }

  /** Makes sure that a network has the numbers of the files. */
  static void assertLoaded(Block net) {
    assertThat(net.isInitialized()).isTrue();
    numbers(net)
        .forEach(
            (name, found) -> {
              Shape shape = net.getParameters().get(name).getArray().getShape();
              assertThat(found).as(name).isEqualTo(numbers(name, shape));
            });
  }
}
