package convnets.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.nn.Inference;
import convnets.nn.Prepared;
import convnets.nn.Unit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every network of the zoo, prepared for use, computes what it computed before. */
class PreparedTest {

  private static final int CLASSES = 5;

  @AfterEach
  void unset() {
    System.clearProperty("convnets.onednn");
  }

  @ParameterizedTest
  @MethodSource("convnets.models.Zoo#names")
  void computesTheSameWithOneDnnAndWithout(String name) {
    compare(name, DataType.FLOAT32, 1e-4);
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
    compare(name, DataType.BFLOAT16, 0.1);
  }

  /**
   * Compares the logits of the network, and of the networks prepared from it with and without
   * oneDNN, relative to the largest; the network is cleared before the prepared ones run.
   */
  private static void compare(String name, DataType precision, double most) {
    Shape input = Zoo.smallInput(name, 2, CLASSES);
    try (NDManager manager = NDManager.newBaseManager()) {
      Unit net = Models.create(name, CLASSES);
      Zoo.randomize(net, manager, input);
      NDArray images = manager.randomNormal(input);
      NDArray expected = net.apply(images);
      try (Prepared with = prepare(net, precision, "on");
          Prepared without = prepare(net, precision, "off")) {
        assertThat(net.apply(images).toFloatArray())
            .as("of the network afterwards")
            .containsExactly(expected.toFloatArray());
        net.clear();
        NDArray first = with.apply(images);
        NDArray second = without.apply(images);
        assertThat(difference(first, expected)).as("with oneDNN").isLessThan(most);
        assertThat(difference(second, expected)).as("without oneDNN").isLessThan(most);
        assertThat(difference(first, second)).as("with and without").isLessThan(most);
      }
    }
  }

  private static Prepared prepare(Unit net, DataType precision, String oneDnn) {
    System.setProperty("convnets.onednn", oneDnn);
    return Inference.prepare(net, precision);
  }

  private static double difference(NDArray actual, NDArray expected) {
    double scale = expected.abs().max().getFloat();
    assertThat(scale).isPositive();
    return actual.sub(expected).abs().max().getFloat() / scale;
  }
}
