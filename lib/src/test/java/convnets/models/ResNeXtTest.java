package convnets.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.models.ResNet.Shortcut;
import convnets.nn.Layers;
import convnets.nn.NnTest;
import convnets.nn.Unit;
import convnets.torch.TorchOps;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResNeXtTest extends NnTest {

  @Test
  void oneGroupOf64ChannelsIsResNet() {
    assertThat(ResNeXt.imageNet(50, 1, 64).build().toString())
        .isEqualTo(ResNet.imageNet(50).build().toString());
    assertThat(ResNeXt.block(64, 16, 64, 1, 2).toString())
        .isEqualTo(ResNet.bottleneckBlock(64, 16, 2, Shortcut.B).toString());
  }

  /** pytorchcv's resnext29_32x4d_cifar10 and resnext29_16x64d_cifar10; the paper has 68.1 M. */
  @ParameterizedTest
  @CsvSource({"32, 4, 4775754", "16, 64, 68155210"})
  void cifarParametersAreExact(int cardinality, int groupWidth, long parameters) {
    assertThat(Zoo.parameters(ResNeXt.cifar(29, cardinality, groupWidth).build()))
        .isEqualTo(parameters);
  }

  @Test
  void cifarDepthsAreChecked() {
    assertThatThrownBy(() -> ResNeXt.cifar(30, 8, 64))
        .hasMessageContaining("depth (30) must be 9n + 2");
  }

  /** Figure 3: the grouped block (c) is the sum of C narrow paths (a). */
  @Test
  void aGroupedConvolutionIsASumOfPaths() {
    int cardinality = 4;
    int in = 6;
    int inner = 12;
    int d = inner / cardinality;
    Shape shape = new Shape(2, in, 5, 5);
    NDArray x = ReferenceWeights.images(manager, shape);
    Unit first = filled(Layers.conv(in, inner, 1), shape);
    Unit second =
        filled(Layers.conv(inner, inner, 3).groups(cardinality), new Shape(2, inner, 5, 5));
    Unit third = filled(Layers.conv(inner, in, 1), new Shape(2, inner, 5, 5));
    Unit grouped = ResNeXt.body(in, inner, in, cardinality, 1);
    grouped.initialize(manager, DataType.FLOAT32, shape);
    put(grouped, "conv1.weight", weight(first));
    put(grouped, "conv2.weight", weight(second));
    put(grouped, "conv3.weight", weight(third));
    NDArray sum = null;
    for (int path = 0; path < cardinality; path++) {
      String own = path * d + ":" + (path + 1) * d;
      Unit a = with(Layers.conv(in, d, 1), weight(first).get(own), shape);
      Shape narrow = new Shape(2, d, 5, 5);
      Unit b = with(Layers.conv(d, d, 3), weight(second).get(own), narrow);
      Unit c = with(Layers.conv(d, in, 1), weight(third).get(":, " + own), narrow);
      NDArray y = c.apply(standard(b.apply(standard(a.apply(x)))));
      sum = sum == null ? y : sum.add(y);
    }
    // The last batch norm of an untrained network divides by √(1 + ε) as well.
    NDArray expected = sum.div(Math.sqrt(1 + 1e-5));
    assertThat(grouped.apply(x).sub(expected).abs().max().getFloat()).isCloseTo(0, within(1e-5f));
  }

  /** Batch norm as it starts, in evaluation mode, and ReLU. */
  private static NDArray standard(NDArray x) {
    return x.div(Math.sqrt(1 + 1e-5)).maximum(0);
  }

  private Unit filled(Unit layer, Shape input) {
    ReferenceWeights.fill(layer, manager, input);
    return layer;
  }

  private Unit with(Unit layer, NDArray weight, Shape input) {
    layer.initialize(manager, DataType.FLOAT32, input);
    put(layer, "weight", weight);
    return layer;
  }

  private static NDArray weight(Unit layer) {
    return layer.getParameters().get("weight").getArray();
  }

  private static void put(Unit unit, String name, NDArray values) {
    TorchOps.copy(values, unit.getParameters().get(name).getArray());
  }
}
