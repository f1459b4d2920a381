package convnets.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.nn.Inference;
import convnets.nn.Prepared;
import convnets.nn.Unit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every network of the zoo, prepared for use, computes what it computed before. */
class PreparedTest {

  private static final int CLASSES = 5;

  static Stream<String> names() {
    return Models.list().stream().map(Models.Entry::name);
  }

  @ParameterizedTest
  @MethodSource("names")
  void computesTheSame(String name) {
    assertThat(difference(name, DataType.FLOAT32)).isLessThan(1e-4);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resnet18",
        "densenet121",
        "mobilenet_v3_small",
        "shufflenet_v2_x0_5",
        "resnest50"
      })
  void computesNearlyTheSameInHalfThePrecision(String name) {
    assertThat(difference(name, DataType.BFLOAT16)).isLessThan(0.1);
  }

  /**
   * How far the prepared network's logits are from the network's, relative to the largest; the
   * network is cleared before the prepared one runs.
   */
  private static double difference(String name, DataType precision) {
    Shape input = Zoo.smallInput(name, 2, CLASSES);
    try (NDManager manager = NDManager.newBaseManager()) {
      Unit net = Models.create(name, CLASSES);
      Zoo.randomize(net, manager, input);
      NDArray images = manager.randomNormal(input);
      NDArray expected = net.apply(images);
      try (Prepared prepared = Inference.prepare(net, precision)) {
        assertThat(net.apply(images).toFloatArray())
            .as("of the network afterwards")
            .containsExactly(expected.toFloatArray());
        net.clear();
        NDArray actual = prepared.apply(images);
        double scale = expected.abs().max().getFloat();
        assertThat(scale).isPositive();
        return actual.sub(expected).abs().max().getFloat() / scale;
      }
    }
  }
}
