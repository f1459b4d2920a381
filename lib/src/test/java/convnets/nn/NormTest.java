package convnets.nn;

import static convnets.nn.Layers.conv;
import static convnets.nn.Layers.groupNorm;
import static convnets.nn.Layers.instanceNorm;
import static convnets.nn.Layers.layerNorm;
import static convnets.nn.Layers.layerNorm2d;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import convnets.nn.Naive.Tensor;
import convnets.torch.TorchOps;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Normalisations of each image by itself, against sums over the places that belong together. */
class NormTest extends NnTest {

  private static final int CHANNELS = 6;
  private static final int HEIGHT = 3;
  private static final int WIDTH = 5;
  private static final int IMAGE = CHANNELS * HEIGHT * WIDTH;

  /** Which numbers are normalised together, and which γ and β are theirs, by place in a batch. */
  static Stream<Arguments> norms() {
    IntUnaryOperator channel = i -> i / (HEIGHT * WIDTH) % CHANNELS;
    return Stream.of(
        Arguments.of(
            instanceNorm(CHANNELS), (IntUnaryOperator) i -> i / (HEIGHT * WIDTH), channel, 1e-5),
        Arguments.of(
            instanceNorm(CHANNELS).affine().epsilon(0.1),
            (IntUnaryOperator) i -> i / (HEIGHT * WIDTH),
            channel,
            0.1),
        Arguments.of(
            groupNorm(3, CHANNELS),
            (IntUnaryOperator) i -> i / (2 * HEIGHT * WIDTH),
            channel,
            1e-5),
        Arguments.of(groupNorm(1, CHANNELS), (IntUnaryOperator) i -> i / IMAGE, channel, 1e-5),
        Arguments.of(
            layerNorm(CHANNELS, HEIGHT, WIDTH),
            (IntUnaryOperator) i -> i / IMAGE,
            (IntUnaryOperator) i -> i % IMAGE,
            1e-5),
        Arguments.of(
            layerNorm(WIDTH).epsilon(0.1),
            (IntUnaryOperator) i -> i / WIDTH,
            (IntUnaryOperator) i -> i % WIDTH,
            0.1),
        Arguments.of(
            layerNorm2d(CHANNELS),
            (IntUnaryOperator) i -> i / IMAGE * HEIGHT * WIDTH + i % (HEIGHT * WIDTH),
            channel,
            1e-6));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("norms")
  void equalsTheFormula(
      Unit layer, IntUnaryOperator together, IntUnaryOperator place, double epsilon) {
    for (int n : new int[] {1, 3}) {
      Shape shape = new Shape(n, CHANNELS, HEIGHT, WIDTH);
      layer.clear();
      randomized(layer, shape);
      Tensor x = Naive.map(randomTensor(n, CHANNELS, HEIGHT, WIDTH), v -> 2 * v + 1);
      boolean affine = !layer.getParameters().isEmpty();
      float[] gamma = affine ? layer.getParameters().get("weight").getArray().toFloatArray() : null;
      float[] beta = affine ? layer.getParameters().get("bias").getArray().toFloatArray() : null;
      double[] v = x.values();
      Tensor expected = new Tensor(n, CHANNELS, HEIGHT, WIDTH);
      for (int i = 0; i < v.length; i++) {
        int[] group = group(v.length, together, i);
        double mean = IntStream.of(group).mapToDouble(j -> v[j]).average().orElseThrow();
        double variance =
            IntStream.of(group).mapToDouble(j -> (v[j] - mean) * (v[j] - mean)).average().orElse(0);
        double normal = (v[i] - mean) / Math.sqrt(variance + epsilon);
        int p = place.applyAsInt(i);
        expected.values()[i] = affine ? gamma[p] * normal + beta[p] : normal;
      }
      assertClose(run(layer, array(x), true), expected);
      assertClose(run(layer, array(x), false), expected);
      assertThat(layer.outputShape(shape)).isEqualTo(shape);
    }
  }

  private static int[] group(int size, IntUnaryOperator together, int i) {
    return IntStream.range(0, size)
        .filter(j -> together.applyAsInt(j) == together.applyAsInt(i))
        .toArray();
  }

  @Test
  void bothLayoutsOfMemoryAreNormalisedAlike() {
    NDArray x = array(randomTensor(2, 6, 5, 7));
    NDArray plain = x.duplicate();
    TorchOps.layOutChannelsLast(x);
    for (Unit layer : new Unit[] {groupNorm(2, 6), instanceNorm(6), layerNorm2d(6)}) {
      randomized(layer, x.getShape());
      assertThat(run(layer, x, true).sub(run(layer, plain, true)).abs().max().getFloat())
          .as(layer.describe())
          .isLessThan(1e-5f);
    }
  }

  @Test
  void aConvolutionTakesAnyNormOverItsChannels() {
    assertThat(conv(3, 8, 3).norm(Layers::instanceNorm).getChildren().get(1).getValue().toString())
        .isEqualTo("instance norm, 8");
    assertThat(conv(3, 8, 3).norm(c -> groupNorm(4, c)).getParameters().keys())
        .containsExactly("conv1.weight", "norm1.weight", "norm1.bias");
  }

  @Test
  void badArgumentsAreNamed() {
    assertThatThrownBy(() -> groupNorm(4, 6)).hasMessage("groups (4) must divide channels (6)");
    assertThatThrownBy(() -> groupNorm(2, 6).epsilon(0))
        .hasMessage("epsilon (0.0) must be above 0");
    assertThatThrownBy(() -> layerNorm()).hasMessage("shape () must name at least one axis");
    assertThatThrownBy(() -> layerNorm(3, 0)).hasMessage("shape (0) must be at least 1");
    assertThatThrownBy(() -> instanceNorm(6).outputShape(new Shape(2, 5, 3, 3)))
        .hasMessage("instance norm, 6 takes (N, 6, …), but was given (2, 5, 3, 3)");
    assertThatThrownBy(() -> instanceNorm(6).outputShape(new Shape(2, 6, 1, 1)))
        .hasMessageContaining("makes zeros of (2, 6, 1, 1)");
    assertThatThrownBy(() -> layerNorm(3, 4).outputShape(new Shape(2, 4, 3)))
        .hasMessage("layer norm, 3×4 takes (N, …, 3, 4), but was given (2, 4, 3)");
    assertThatThrownBy(() -> layerNorm(3, 4).outputShape(new Shape(4)))
        .hasMessage("layer norm, 3×4 takes (N, …, 3, 4), but was given (4)");
    assertThatThrownBy(() -> layerNorm2d(3).outputShape(new Shape(2, 4, 3, 3)))
        .hasMessage("layer norm, 3 a pixel takes (N, 3, H, W), but was given (2, 4, 3, 3)");
  }
}
