package convnets.nn;

import static convnets.nn.Layers.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import convnets.nn.Naive.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class LayersTest extends NnTest {

  @ParameterizedTest
  @CsvSource({
    // in, out, kH, kW, stride, padding (-1: same), dilation, groups, H, W
    "3, 4, 3, 3, 1, -1, 1, 1, 7, 6",
    "4, 6, 1, 1, 2, -1, 1, 1, 7, 6",
    "4, 6, 3, 3, 2, 0, 1, 2, 8, 9",
    "4, 4, 5, 5, 1, -1, 1, 4, 6, 6",
    "2, 3, 3, 3, 1, -1, 2, 1, 9, 8",
    "2, 3, 1, 7, 1, -1, 1, 1, 5, 9",
    "2, 3, 7, 7, 2, 3, 1, 1, 12, 11",
  })
  void convolutionEqualsTheLoops(
      int in,
      int out,
      int kH,
      int kW,
      int stride,
      int padding,
      int dilation,
      int groups,
      int h,
      int w) {
    Conv layer = conv(in, out, kH, kW).stride(stride).dilation(dilation).groups(groups);
    if (padding >= 0) {
      layer = layer.padding(padding);
    }
    Shape input = new Shape(2, in, h, w);
    randomized(layer, input);
    Tensor x = randomTensor(2, in, h, w);
    Tensor weight = tensor(layer.getParameters().get("weight").getArray());
    int padH = padding >= 0 ? padding : dilation * (kH - 1) / 2;
    int padW = padding >= 0 ? padding : dilation * (kW - 1) / 2;
    Tensor expected = Naive.conv(x, weight, stride, padH, padW, dilation, groups);

    assertClose(run(layer, array(x), true), expected);
    assertThat(layer.getOutputShapes(new Shape[] {input})[0])
        .isEqualTo(new Shape(2, expected.c(), expected.h(), expected.w()));
    // The loops above multiply once for every output and every tap of its group, padding included.
    assertThat(layer.multiplyAdds(input, new Shape(2, out, expected.h(), expected.w())))
        .isEqualTo(2L * out * expected.h() * expected.w() * (in / groups) * kH * kW);
  }

  @Test
  void convolutionsGradientsEqualDifferences() {
    Conv layer = randomized(conv(4, 4, 3).stride(2).groups(2).bias(), new Shape(1, 4, 6, 5));
    Tensor x = randomTensor(1, 4, 6, 5);
    Tensor weight = tensor(layer.getParameters().get("weight").getArray());
    Tensor scale = randomTensor(1, 4, 3, 3);
    Map<String, float[]> gradients = gradients(layer, x, array(scale));

    assertClose(
        gradients.get("input"),
        numericGradient(x, t -> dot(Naive.conv(t, weight, 2, 1, 1, 1, 2), scale)));
    assertClose(
        gradients.get("weight"),
        numericGradient(weight, t -> dot(Naive.conv(x, t, 2, 1, 1, 1, 2), scale)));
    float[] sums = new float[4];
    for (int i = 0; i < scale.values().length; i++) {
      sums[i / 9] += (float) scale.values()[i];
    }
    assertClose(gradients.get("bias"), sums);
  }

  @Test
  void batchNormNormalisesByTheBatchAndRemembersIt() {
    BatchNorm layer = randomized(batchNorm(3, 1e-3, 0.1), new Shape(4, 3, 5, 5));
    Tensor x = randomTensor(4, 3, 5, 5);
    float[] gamma = layer.getParameters().get("weight").getArray().toFloatArray();
    float[] beta = layer.getParameters().get("bias").getArray().toFloatArray();
    float[] meanBefore = layer.getParameters().get("running_mean").getArray().toFloatArray();
    float[] varBefore = layer.getParameters().get("running_var").getArray().toFloatArray();
    double[] mean = Naive.channelMean(x);
    double[] variance = Naive.channelVariance(x);

    assertClose(run(layer, array(x), true), normalised(x, mean, variance, gamma, beta));
    float[] meanAfter = layer.getParameters().get("running_mean").getArray().toFloatArray();
    float[] varAfter = layer.getParameters().get("running_var").getArray().toFloatArray();
    for (int c = 0; c < 3; c++) {
      // The running variance is of the population: n / (n − 1) times that of the batch.
      double unbiased = variance[c] * 100 / 99;
      assertThat(meanAfter[c])
          .isCloseTo((float) (0.9 * meanBefore[c] + 0.1 * mean[c]), Offset.offset(1e-5f));
      assertThat(varAfter[c])
          .isCloseTo((float) (0.9 * varBefore[c] + 0.1 * unbiased), Offset.offset(1e-5f));
      mean[c] = meanAfter[c];
      variance[c] = varAfter[c];
    }
    assertClose(run(layer, array(x), false), normalised(x, mean, variance, gamma, beta));
  }

  private static Tensor normalised(
      Tensor x, double[] mean, double[] variance, float[] gamma, float[] beta) {
    Tensor y = new Tensor(x.n(), x.c(), x.h(), x.w());
    for (int i = 0; i < y.values().length; i++) {
      int c = i / (x.h() * x.w()) % x.c();
      y.values()[i] =
          (x.values()[i] - mean[c]) / Math.sqrt(variance[c] + 1e-3) * gamma[c] + beta[c];
    }
    return y;
  }

  static Stream<Arguments> activations() {
    DoubleUnaryOperator relu6 = v -> Math.min(Math.max(v, 0), 6);
    return Stream.of(
        Arguments.of(Layers.relu(), (DoubleUnaryOperator) v -> Math.max(v, 0)),
        Arguments.of(Layers.relu6(), relu6),
        Arguments.of(Layers.silu(), (DoubleUnaryOperator) v -> v / (1 + Math.exp(-v))),
        Arguments.of(
            Layers.hardswish(), (DoubleUnaryOperator) v -> v * relu6.applyAsDouble(v + 3) / 6),
        Arguments.of(
            Layers.hardsigmoid(), (DoubleUnaryOperator) v -> relu6.applyAsDouble(v + 3) / 6),
        Arguments.of(Layers.tanh(), (DoubleUnaryOperator) Math::tanh),
        Arguments.of(Layers.leakyRelu(0.3), (DoubleUnaryOperator) v -> v > 0 ? v : 0.3 * v),
        Arguments.of(Layers.elu(0.7), (DoubleUnaryOperator) v -> v > 0 ? v : 0.7 * Math.expm1(v)),
        Arguments.of(Layers.sigmoid(), (DoubleUnaryOperator) v -> 1 / (1 + Math.exp(-v))));
  }

  @ParameterizedTest
  @MethodSource("activations")
  void activationsEqualTheirFormulas(Activation layer, DoubleUnaryOperator formula) {
    Tensor x = Naive.map(randomTensor(2, 3, 4, 4), v -> 4 * v);
    Tensor scale = randomTensor(2, 3, 4, 4);
    layer.initialize(manager, DataType.FLOAT32, new Shape(2, 3, 4, 4));

    assertClose(run(layer, array(x), true), Naive.map(x, formula));
    assertClose(
        gradients(layer, x, array(scale)).get("input"),
        numericGradient(x, t -> dot(Naive.map(t, formula), scale)));
  }

  @Test
  void poolingEqualsTheLoops() {
    Tensor x = randomTensor(2, 3, 8, 7);
    assertClose(run(maxPool(3, 2).padding(1), array(x), true), Naive.maxPool(x, 3, 2, 1, 4, 4));
    assertClose(run(maxPool(3, 2).ceil(), array(x), true), Naive.maxPool(x, 3, 2, 0, 4, 3));
    assertClose(run(maxPool(3, 2), array(x), true), Naive.maxPool(x, 3, 2, 0, 3, 3));
    assertClose(
        run(avgPool(3, 2).padding(1), array(x), true), Naive.averagePool(x, 3, 2, 1, true, 4, 4));
    assertClose(
        run(avgPool(3, 2).padding(1).ignorePadding(), array(x), true),
        Naive.averagePool(x, 3, 2, 1, false, 4, 4));
    double[] mean = new double[6];
    for (int i = 0; i < x.values().length; i++) {
      mean[i / 56] += x.values()[i] / 56;
    }
    assertClose(run(globalAvgPool(), array(x), true), new Tensor(2, 3, 1, 1, mean));
    Tensor even = randomTensor(2, 3, 8, 6);
    assertClose(
        run(adaptiveAvgPool(4, 3), array(even), true),
        Naive.averagePool(even, 2, 2, 0, true, 4, 3));
    double[] max = new double[6];
    Arrays.fill(max, Double.NEGATIVE_INFINITY);
    for (int i = 0; i < x.values().length; i++) {
      max[i / 56] = Math.max(max[i / 56], x.values()[i]);
    }
    assertClose(run(globalMaxPool(), array(x), true), new Tensor(2, 3, 1, 1, max));
  }

  @Test
  void poolingInfersTheShapesItMakes() {
    for (Unit pool :
        new Unit[] {
          maxPool(3, 2).ceil(), avgPool(2, 2), maxPool(3, 2).padding(1), globalAvgPool()
        }) {
      Shape made = run(pool, array(randomTensor(2, 3, 8, 7)), false).getShape();
      assertThat(pool.getOutputShapes(new Shape[] {new Shape(2, 3, 8, 7)})[0]).isEqualTo(made);
    }
  }

  @Test
  void fullyConnectedEqualsTheLoops() {
    Linear layer = randomized(linear(5, 3), new Shape(2, 5));
    float[] weight = layer.getParameters().get("weight").getArray().toFloatArray();
    float[] bias = layer.getParameters().get("bias").getArray().toFloatArray();
    NDArray x = manager.randomNormal(new Shape(2, 5));
    float[] expected = new float[6];
    for (int i = 0; i < 6; i++) {
      expected[i] = bias[i % 3];
      for (int j = 0; j < 5; j++) {
        expected[i] += weight[i % 3 * 5 + j] * x.getFloat(i / 3, j);
      }
    }
    assertClose(run(layer, x, false).toFloatArray(), expected);
    assertThat(layer.multiplyAdds(new Shape(2, 5), new Shape(2, 3))).isEqualTo(30);
  }

  @Test
  void dropoutKeepsTheMeanInTrainingAndEverythingOtherwise() {
    NDArray ones = manager.ones(new Shape(100, 100));
    float[] dropped = run(dropout(0.25), ones, true).toFloatArray();
    int zeros = 0;
    for (float value : dropped) {
      assertThat(value == 0 || Math.abs(value - 1 / 0.75f) < 1e-6).isTrue();
      zeros += value == 0 ? 1 : 0;
    }
    assertThat(zeros).isBetween(2300, 2700);
    assertThat(run(dropout(0.25), ones, false).toFloatArray()).containsOnly(1f);
  }

  @Test
  void stochasticDepthDropsWholeImages() {
    NDArray ones = manager.ones(new Shape(2000, 2, 3, 1));
    float[] dropped = run(stochasticDepth(0.25), ones, true).toFloatArray();
    int zeros = 0;
    for (int i = 0; i < dropped.length; i += 6) {
      float first = dropped[i];
      assertThat(first == 0 || Math.abs(first - 1 / 0.75f) < 1e-6).isTrue();
      assertThat(Arrays.copyOfRange(dropped, i, i + 6)).containsOnly(first);
      zeros += first == 0 ? 1 : 0;
    }
    assertThat(zeros).isBetween(440, 560);
    assertThat(run(stochasticDepth(0.25), ones, false).toFloatArray()).containsOnly(1f);
  }

  @Test
  void channelShuffleTransposesGroupsAndChannels() {
    Tensor x = randomTensor(2, 6, 2, 3);
    Tensor expected = new Tensor(2, 6, 2, 3);
    for (int i = 0; i < x.values().length; i++) {
      int place = i % 6;
      int channel = i / 6 % 6;
      int image = i / 36;
      // 3 groups of 2: channel c of group g goes to place g of group c.
      int to = channel % 2 * 3 + channel / 2;
      expected.values()[(image * 6 + to) * 6 + place] = x.values()[i];
    }
    assertClose(run(channelShuffle(3), array(x), true), expected);
    assertThatThrownBy(() -> run(channelShuffle(4), array(x), true))
        .hasMessage("groups (4) must divide channels (6)");
  }

  @Test
  void localResponseNormEqualsTheFormulaOfAlexNet() {
    Tensor x = randomTensor(2, 7, 2, 2);
    Tensor scale = randomTensor(2, 7, 2, 2);
    Unit layer = localResponseNorm(5, 0.5, 0.75, 2);
    layer.initialize(manager, DataType.FLOAT32, new Shape(2, 7, 2, 2));
    assertClose(run(layer, array(x), true), responseNormed(x));
    assertClose(
        gradients(layer, x, array(scale)).get("input"),
        numericGradient(x, t -> dot(responseNormed(t), scale)));
  }

  private static Tensor responseNormed(Tensor x) {
    Tensor y = new Tensor(x.n(), x.c(), x.h(), x.w());
    for (int i = 0; i < y.values().length; i++) {
      int pixel = i % 4;
      int c = i / 4 % 7;
      int image = i / 28;
      double sum = 0;
      for (int j = Math.max(0, c - 2); j <= Math.min(6, c + 2); j++) {
        sum += Math.pow(x.values()[image * 28 + j * 4 + pixel], 2);
      }
      y.values()[i] = x.values()[i] / Math.pow(2 + 0.5 / 5 * sum, 0.75);
    }
    return y;
  }

  @Test
  void scaleMultipliesForwardAndBackward() {
    Tensor x = randomTensor(1, 2, 3, 3);
    Tensor weights = randomTensor(1, 2, 3, 3);
    Unit layer = scale(0.17);
    layer.initialize(manager, DataType.FLOAT32, new Shape(1, 2, 3, 3));
    assertClose(run(layer, array(x), true), Naive.map(x, v -> 0.17 * v));
    assertClose(
        gradients(layer, x, array(weights)).get("input"),
        Naive.map(weights, v -> 0.17 * v).floats());
  }

  /** Sizes, strides and kernels for which TensorFlow pads nothing, evenly, and unevenly. */
  @ParameterizedTest
  @CsvSource({"3, 2, 8, 7, 1", "3, 2, 9, 8, 1", "5, 2, 8, 8, 1", "3, 1, 6, 5, 1", "3, 2, 9, 9, 2"})
  void tensorflowPaddingPutsTheOddZeroAtTheEnd(int kernel, int stride, int h, int w, int dilation) {
    Conv layer = conv(2, 3, kernel).stride(stride).dilation(dilation).tensorflowPadding();
    randomized(layer, new Shape(2, 2, h, w));
    Tensor x = randomTensor(2, 2, h, w);
    int outH = (int) Math.ceil(h / (double) stride);
    int outW = (int) Math.ceil(w / (double) stride);
    int zerosH = Math.max((outH - 1) * stride + dilation * (kernel - 1) + 1 - h, 0);
    int zerosW = Math.max((outW - 1) * stride + dilation * (kernel - 1) + 1 - w, 0);
    Tensor padded = new Tensor(2, 2, h + zerosH, w + zerosW);
    for (int i = 0; i < x.values().length; i++) {
      int row = i / w % h + zerosH / 2;
      int column = i % w + zerosW / 2;
      padded.values()[padded.index(i / (w * h * 2), i / (w * h) % 2, row, column)] = x.values()[i];
    }
    Tensor weight = tensor(layer.getParameters().get("weight").getArray());
    Tensor expected = Naive.conv(padded, weight, stride, 0, 0, dilation, 1);
    assertThat(expected.h()).isEqualTo(outH);
    assertClose(run(layer, array(x), true), expected);
    assertThat(layer.outputShape(new Shape(2, 2, h, w))).isEqualTo(new Shape(2, 3, outH, outW));
  }

  @Test
  void heInitialisationHasTheDeviationOfThePaper() {
    Conv fanOut = conv(64, 128, 3);
    Conv fanIn = conv(64, 128, 3).initializer(Initializers.heFanIn());
    assertThat(deviation(fanOut)).isCloseTo(Math.sqrt(2.0 / (128 * 9)), Offset.offset(1e-3));
    assertThat(deviation(fanIn)).isCloseTo(Math.sqrt(2.0 / (64 * 9)), Offset.offset(1e-3));
  }

  @Test
  void uniformInitialisationsHaveTheirBounds() {
    // The kernel of deviation(): fan-in 64 · 9, fan-out 128 · 9. A uniform distribution's deviation
    // is its bound over √3.
    double he = deviation(conv(64, 128, 3).initializer(Initializers.heUniform()));
    double pytorch = deviation(conv(64, 128, 3).initializer(Initializers.pytorchUniform()));
    double xavier = deviation(conv(64, 128, 3).initializer(Initializers.xavier()));
    assertThat(he).isCloseTo(Math.sqrt(2.0 / (64 * 9)), Offset.offset(1e-3));
    assertThat(pytorch).isCloseTo(Math.sqrt(1.0 / 3 / (64 * 9)), Offset.offset(1e-3));
    assertThat(xavier).isCloseTo(Math.sqrt(2.0 / ((64 + 128) * 9)), Offset.offset(1e-3));
  }

  @Test
  void xavierKnowsTheTwoSidesOfAMatrix() {
    NDArray weight =
        Initializers.xavier().initialize(manager, new Shape(300, 500), DataType.FLOAT32);
    double bound = Math.sqrt(6.0 / 800);
    assertThat((double) weight.abs().max().getFloat()).isBetween(0.99 * bound, bound);
  }

  private double deviation(Conv layer) {
    layer.initialize(manager, DataType.FLOAT32, new Shape(1, 64, 8, 8));
    Parameter weight = layer.getParameters().get("weight");
    return Math.sqrt(weight.getArray().square().mean().getFloat());
  }

  @Test
  void badArgumentsAreNamed() {
    assertThatThrownBy(() -> conv(64, 64, 3).groups(3))
        .hasMessage("groups (3) must divide in (64)");
    assertThatThrownBy(() -> conv(0, 64, 3)).hasMessage("in (0) must be at least 1");
    assertThatThrownBy(() -> conv(3, 8, 3).stride(0)).hasMessage("stride (0) must be at least 1");
    assertThatThrownBy(() -> maxPool(3, 2).padding(2))
        .hasMessage("padding (2) must be at most half of kernel (3)");
    assertThatThrownBy(() -> dropout(1)).hasMessageContaining("rate (1.0)");
  }

  @Test
  void wrongInputsAreNamedBeforeTheEngineSeesThem() {
    Conv layer = conv(3, 8, 3);
    assertThatThrownBy(() -> layer.initialize(manager, DataType.FLOAT32, new Shape(1, 1, 28, 28)))
        .hasMessage("3×3 conv, 3 → 8 takes (N, 3, H, W), but was given (1, 1, 28, 28)");
    assertThatThrownBy(
            () -> conv(3, 8, 7).padding(0).getOutputShapes(new Shape[] {new Shape(1, 3, 5, 5)}))
        .hasMessageContaining("does not fit into an input of size 5");
    assertThatThrownBy(() -> linear(4, 2).getOutputShapes(new Shape[] {new Shape(1, 3)}))
        .hasMessage("fully connected, 4 → 2 takes (N, 4), but was given (1, 3)");
  }
}
