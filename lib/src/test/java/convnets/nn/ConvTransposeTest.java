package convnets.nn;

import static convnets.nn.Layers.conv;
import static convnets.nn.Layers.convTranspose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.nn.Naive.Tensor;
import convnets.torch.TorchOps;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConvTransposeTest extends NnTest {

  @ParameterizedTest
  @CsvSource({
    // in, out, k, stride, padding, output padding, dilation, groups, n, H, W
    "3, 2, 3, 1, 1, 0, 1, 1, 2, 5, 4",
    "2, 5, 4, 2, 1, 0, 1, 1, 1, 3, 5",
    "16, 4, 1, 2, 0, 1, 1, 1, 2, 3, 5",
    "3, 4, 1, 2, 0, 0, 1, 1, 1, 7, 5",
    "4, 6, 3, 2, 1, 1, 1, 2, 2, 4, 3",
    "4, 4, 5, 3, 0, 2, 1, 4, 1, 2, 3",
    "2, 3, 3, 2, 2, 0, 3, 1, 3, 4, 5",
    "5, 3, 4, 1, 0, 0, 1, 1, 2, 1, 1",
  })
  void equalsTheLoops(
      int in,
      int out,
      int k,
      int stride,
      int padding,
      int more,
      int dilation,
      int groups,
      int n,
      int h,
      int w) {
    Shape input = new Shape(n, in, h, w);
    ConvTranspose layer =
        convTranspose(in, out, k)
            .stride(stride)
            .padding(padding)
            .outputPadding(more)
            .dilation(dilation)
            .groups(groups);
    randomized(layer, input);
    Tensor x = randomTensor(n, in, h, w);
    Tensor weight = tensor(layer.getParameters().get("weight").getArray());
    Tensor expected = Naive.convTranspose(x, weight, stride, padding, more, dilation, groups);

    assertClose(run(layer, array(x), true), expected);
    Shape output = layer.outputShape(input);
    assertThat(output).isEqualTo(new Shape(n, out, expected.h(), expected.w()));
    // The loops multiply once for every pixel of the input and every tap of its group.
    assertThat(layer.multiplyAdds(input, output))
        .isEqualTo((long) n * in * h * w * (out / groups) * k * k);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1", "3, 1, 1", "3, 2, 1", "4, 2, 1", "2, 2, 1", "5, 3, 1", "6, 4, 1", "3, 2, 3"
  })
  void byItselfItMultipliesTheSizeByTheStride(int k, int stride, int dilation) {
    Unit layer = convTranspose(2, 3, k).stride(stride).dilation(dilation);
    randomized(layer, new Shape(1, 2, 5, 4));
    Shape made = new Shape(1, 3, 5 * stride, 4 * stride);
    assertThat(layer.outputShape(new Shape(1, 2, 5, 4))).isEqualTo(made);
    assertThat(run(layer, array(randomTensor(1, 2, 5, 4)), false).getShape()).isEqualTo(made);
  }

  /** A kernel of 3 × 4 pads its rows unevenly, and its columns evenly. */
  @Test
  void rowsAndColumnsAreToldApart() {
    ConvTranspose layer = randomized(convTranspose(2, 3, 3, 4).stride(2), new Shape(1, 2, 5, 4));
    ConvTranspose turned = randomized(convTranspose(2, 3, 4, 3).stride(2), new Shape(1, 2, 4, 5));
    TorchOps.copy(weight(layer).swapAxes(2, 3), weight(turned));
    NDArray x = array(randomTensor(1, 2, 5, 4));
    NDArray y = run(layer, x, false);
    assertThat(y.getShape()).isEqualTo(new Shape(1, 3, 10, 8));
    assertClose(run(turned, x.swapAxes(2, 3), false).swapAxes(2, 3), tensor(y));
  }

  /** ⟨conv(x), y⟩ = ⟨x, transposed(y)⟩ with the same weights. */
  @Test
  void isTheAdjointOfTheConvolution() {
    Conv down = randomized(conv(3, 4, 3).stride(2).padding(1), new Shape(1, 3, 7, 9));
    ConvTranspose up =
        randomized(convTranspose(4, 3, 3).stride(2).padding(1), new Shape(1, 4, 4, 5));
    TorchOps.copy(weight(down), weight(up));
    Tensor x = randomTensor(1, 3, 7, 9);
    Tensor y = randomTensor(1, 4, 4, 5);
    assertThat(dot(tensor(run(down, array(x), false)), y))
        .isCloseTo(dot(x, tensor(run(up, array(y), false))), Offset.offset(1e-4));
  }

  private static NDArray weight(Unit layer) {
    return layer.getParameters().get("weight").getArray();
  }

  @Test
  void startsAsPyTorchs() {
    ConvTranspose layer = convTranspose(8, 64, 4).bias();
    layer.initialize(manager, DataType.FLOAT32, new Shape(1, 8, 4, 4));
    double bound = 1 / Math.sqrt(64 * 16); // fan-in, as PyTorch counts it: out / groups · k²
    for (String name : new String[] {"weight", "bias"}) {
      double largest = layer.getParameters().get(name).getArray().abs().max().getFloat();
      assertThat(largest).as(name).isBetween(0.9 * bound, bound);
    }
  }

  @Test
  void saysWhatItIs() {
    assertThat(convTranspose(8, 4, 4).stride(2).groups(2).describe())
        .isEqualTo("4×4 transposed conv, 8 → 4, stride 2, 2 groups");
    assertThat(convTranspose(8, 8, 4).stride(2).groups(8).category())
        .isEqualTo("4×4 depthwise transposed conv");
    assertThat(convTranspose(8, 4, 4).bn().getParameters().keys())
        .containsExactly(
            "conv1.weight", "bn1.weight", "bn1.bias", "bn1.running_mean", "bn1.running_var");
  }

  @Test
  void badArgumentsAreNamed() {
    Shape input = new Shape(1, 2, 3, 3);
    assertThatThrownBy(() -> convTranspose(2, 3, 3).stride(2).outputPadding(2).outputShape(input))
        .hasMessageContaining("outputPadding (2)")
        .hasMessageContaining("stride (2)");
    assertThatThrownBy(() -> convTranspose(2, 3, 2).stride(3).outputShape(input))
        .hasMessageContaining("reaches less far than the stride")
        .hasMessageContaining("call padding");
    assertThatThrownBy(() -> convTranspose(2, 3, 3).padding(4).outputShape(input))
        .hasMessageContaining("padding (4) leaves nothing of an input of size 3");
    assertThatThrownBy(() -> convTranspose(4, 6, 3).groups(4))
        .hasMessage("groups (4) must divide out (6)");
    assertThatThrownBy(() -> convTranspose(4, 6, 3).outputShape(input))
        .hasMessage("3×3 transposed conv, 4 → 6 takes (N, 4, H, W), but was given (1, 2, 3, 3)");
  }
}
