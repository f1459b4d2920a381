package convnets.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import convnets.nn.Layers;
import convnets.nn.Unit;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;

class LeNetTest extends FamilyTest {

  /** Table I by columns, as section II.B describes it. */
  private static final int[][] INPUTS_OF_C3 = {
    {0, 1, 2},
    {1, 2, 3},
    {2, 3, 4},
    {3, 4, 5},
    {0, 4, 5},
    {0, 1, 5}, // three in a row
    {0, 1, 2, 3},
    {1, 2, 3, 4},
    {2, 3, 4, 5},
    {0, 3, 4, 5},
    {0, 1, 4, 5},
    {0, 1, 2, 5}, // four
    {0, 1, 3, 4},
    {1, 2, 4, 5},
    {0, 2, 3, 5}, // some not in a row
    {0, 1, 2, 3, 4, 5}, // all
  };

  /** Section II.B says how many parameters each layer has, and III.A that there are 60,000. */
  @Test
  void thePapersLayersHaveItsParameters() {
    Unit net = LeNet.paper().build();
    Map<String, Long> layers =
        net.getParameters().stream()
            .collect(
                Collectors.groupingBy(
                    pair -> pair.getKey().split("\\.")[0],
                    Collectors.summingLong(pair -> pair.getValue().getShape().size())));
    assertThat(layers)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "c1", 156L, "s2", 12L, "c3", 1516L, "s4", 32L, "c5", 48_120L, "f6", 10_164L,
                "output", 850L));
    assertThat(Zoo.parameters(net)).isEqualTo(60_000 + 850);
  }

  @Test
  void c3SeesWhatTableISays() {
    Unit c3 = new TableConv();
    c3.initialize(manager, DataType.FLOAT32, new Shape(2, 6, 7, 8));
    Parameter bias = c3.getParameters().get("bias");
    bias.getArray().set(manager.randomNormal(bias.getShape()).toFloatArray());
    NDArray x = manager.randomNormal(new Shape(2, 6, 7, 8));
    NDArray weight = c3.getParameters().get("weight").getArray();
    NDArray y = c3.apply(x);
    assertThat(y.getShape()).isEqualTo(new Shape(2, 16, 3, 4));
    int first = 0; // kernel of the map
    for (int map = 0; map < 16; map++) {
      for (int image = 0; image < 2; image++) {
        for (int pixel = 0; pixel < 12; pixel++) {
          float expected = bias.getArray().getFloat(map);
          for (int i = 0; i < INPUTS_OF_C3[map].length; i++) {
            expected +=
                naive(x, image, INPUTS_OF_C3[map][i], pixel / 4, pixel % 4, weight, first + i);
          }
          assertThat(y.getFloat(image, map, pixel / 4, pixel % 4))
              .isCloseTo(expected, Offset.offset(1e-4f));
        }
      }
      first += INPUTS_OF_C3[map].length;
    }
    assertThat(first).isEqualTo(60);
  }

  private static float naive(
      NDArray x, int image, int channel, int row, int column, NDArray weight, int kernel) {
    float sum = 0;
    for (int i = 0; i < 5; i++) {
      for (int j = 0; j < 5; j++) {
        sum += x.getFloat(image, channel, row + i, column + j) * weight.getFloat(kernel, i, j);
      }
    }
    return sum;
  }

  /** Appendix A: ±2.4 / fan-in, here of the first map of C3 (3 · 25 inputs) and of its last. */
  @Test
  void weightsStartAsInAppendixA() {
    Unit net = LeNet.paper().build();
    net.initialize(manager, DataType.FLOAT32, new Shape(1, 1, 32, 32));
    NDArray c3 = net.getParameters().get("c3.weight").getArray().abs();
    assertLargest(c3.get(":3"), 2.4 / 75);
    assertLargest(c3.get("54:"), 2.4 / 150);
    assertLargest(net.getParameters().get("f6.weight").getArray().abs(), 2.4 / 120);
  }

  private static void assertLargest(NDArray magnitudes, double bound) {
    assertThat((double) magnitudes.max().getFloat()).isBetween(0.9 * bound, bound);
  }

  static Stream<Arguments> variants() {
    Shape mnist = new Shape(4, 1, 28, 28);
    Shape large = new Shape(4, 1, 32, 32);
    return Stream.of(
        Arguments.of(LeNet.paper(), large),
        Arguments.of(LeNet.paper().padding(2).channels(3), new Shape(4, 3, 28, 28)),
        Arguments.of(LeNet.modern(), mnist),
        Arguments.of(LeNet.modern().padding(0), large),
        Arguments.of(LeNet.modern().activation(Layers::relu).maxPooling().width(12), mnist));
  }

  @Test
  void badArgumentsAreNamed() {
    assertThatThrownBy(() -> LeNet.paper().width(12))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("width is for LeNet.modern()");
    assertThatThrownBy(() -> LeNet.paper().maxPooling())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("maxPooling is for LeNet.modern()");
    assertThatThrownBy(() -> LeNet.modern().padding(-1)).hasMessageContaining("padding (-1)");
  }
}
