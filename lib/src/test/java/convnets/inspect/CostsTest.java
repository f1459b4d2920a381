package convnets.inspect;

import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.batchNorm;
import static convnets.nn.Layers.conv;
import static convnets.nn.Layers.depthwise;
import static convnets.nn.Layers.flatten;
import static convnets.nn.Layers.globalAvgPool;
import static convnets.nn.Layers.linear;
import static convnets.nn.Layers.relu;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import convnets.models.MobileNetV1;
import convnets.models.Models;
import convnets.nn.Unit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tech.tablesaw.api.Table;

class CostsTest {

  private static final Shape IMAGE_NET = new Shape(1, 3, 224, 224);

  /**
   * Table 2 of the MobileNet paper, but for its 1.19 % of multiply-adds in the 3×3 convolution:
   * they are 112 · 112 · 3 · 32 · 9 of 569 million, 1.91 %, and only so does the column add up to
   * 100.
   */
  @Test
  void mobileNetSpendsAsInTable2() {
    Table table = Costs.of(MobileNetV1.imageNet().build(), IMAGE_NET).table();
    assertThat(column(table, "kind of layer"))
        .containsExactly("1×1 conv", "3×3 depthwise conv", "3×3 conv", "fully connected");
    assertThat(column(table, "layers")).containsExactly("13", "13", "1", "1");
    assertThat(column(table, "% of multiply-adds"))
        .containsExactly("94.86", "3.06", "1.91", "0.18");
    assertThat(column(table, "% of weights")).containsExactly("74.59", "1.06", "0.02", "24.33");
  }

  private static Stream<String> column(Table table, String name) {
    var column = table.column(name);
    return Stream.iterate(0, i -> i + 1).limit(column.size()).map(column::getString);
  }

  @Test
  void kindsComeFromTheLayersThemselves() {
    Unit net =
        seq(
            conv(3, 8, 7).stride(2).bias(),
            batchNorm(8),
            relu(),
            conv(8, 16, 1).groups(4),
            conv(16, 16, 1),
            conv(16, 16, 3).groups(2),
            depthwise(16, 5),
            conv(16, 4, 3, 1),
            globalAvgPool(),
            flatten(),
            linear(4, 2));
    assertThat(Costs.of(net, new Shape(1, 3, 8, 8)).rows())
        .containsExactlyInAnyOrder(
            new Costs.Row("7×7 conv", 1, 16 * 8 * 3 * 49, 8 * 3 * 49),
            new Costs.Row("1×1 grouped conv", 1, 16 * 16 * 2, 16 * 2),
            new Costs.Row("1×1 conv", 1, 16 * 16 * 16, 16 * 16),
            new Costs.Row("3×3 grouped conv", 1, 16 * 16 * 8 * 9, 16 * 8 * 9),
            new Costs.Row("5×5 depthwise conv", 1, 16 * 16 * 25, 16 * 25),
            new Costs.Row("3×1 conv", 1, 16 * 4 * 16 * 3, 4 * 16 * 3),
            new Costs.Row("fully connected", 1, 8, 8));
  }

  static Stream<String> names() {
    return Stream.of("resnet50", "shufflenet_v1_g3_x1_0", "efficientnet_b0");
  }

  @ParameterizedTest
  @MethodSource("names")
  void kindsAddUpToTheWhole(String name) {
    Unit net = Models.create(name);
    Costs costs = Costs.of(net, IMAGE_NET);
    long weights =
        net.getParameters().values().stream()
            .filter(parameter -> parameter.getType() == Parameter.Type.WEIGHT)
            .mapToLong(parameter -> parameter.getShape().size())
            .sum();
    assertThat(costs.multiplyAdds()).isEqualTo(Summary.of(net, IMAGE_NET).multiplyAdds());
    assertThat(costs.weights()).isEqualTo(weights);
    assertThat(costs.rows())
        .isSortedAccordingTo((a, b) -> Long.compare(b.multiplyAdds(), a.multiplyAdds()));
  }

  @Test
  void sharedWeightsCountOnce() {
    Unit shared = conv(4, 4, 3);
    assertThat(Costs.of(seq(shared, shared), new Shape(1, 4, 8, 8)).rows())
        .containsExactly(new Costs.Row("3×3 conv", 2, 2 * 64 * 4 * 4 * 9, 4 * 4 * 9));
  }
}
