package convnets.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import convnets.nn.Naive;
import convnets.nn.Naive.Tensor;
import convnets.nn.NnTest;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TorchOpsTest extends NnTest {

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1})
  void crossEntropyEqualsTheFormula(double smoothing) {
    Tensor logits = randomTensor(1, 1, 4, 5);
    int[] labels = {3, 0, 4, 1};
    NDArray x = manager.create(logits.floats(), new Shape(4, 5));
    x.setRequiresGradient(true);
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      NDArray loss = TorchOps.crossEntropy(x, manager.create(new long[] {3, 0, 4, 1}), smoothing);
      assertThat(loss.getFloat())
          .isCloseTo((float) crossEntropy(logits, labels, smoothing), Offset.offset(1e-5f));
      collector.backward(loss);
    }
    assertClose(
        x.getGradient().toFloatArray(),
        numericGradient(logits, t -> crossEntropy(t, labels, smoothing)));
  }

  private static double crossEntropy(Tensor logits, int[] labels, double smoothing) {
    double loss = 0;
    for (int i = 0; i < logits.h(); i++) {
      double sum = 0;
      for (int c = 0; c < logits.w(); c++) {
        sum += Math.exp(logits.get(0, 0, i, c));
      }
      for (int c = 0; c < logits.w(); c++) {
        double target = smoothing / logits.w() + (c == labels[i] ? 1 - smoothing : 0);
        loss -= target * (logits.get(0, 0, i, c) - Math.log(sum)) / logits.h();
      }
    }
    return loss;
  }

  @Test
  void crossEntropyWantsTargetsOfTheLogitsShape() {
    NDArray logits = manager.zeros(new Shape(4, 5));
    NDArray targets = manager.zeros(new Shape(4, 3));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TorchOps.crossEntropy(logits, targets, 0))
        .withMessageStartingWith("targets (4, 3) must have the shape of the logits (4, 5)");
  }

  @Test
  void subsamplePadTakesEverySecondPixelAndAddsZeroChannels() {
    Tensor x = randomTensor(2, 3, 5, 4);
    Tensor expected = new Tensor(2, 6, 3, 2);
    for (int i = 0; i < 2; i++) {
      for (int c = 0; c < 3; c++) {
        for (int row = 0; row < 3; row++) {
          for (int column = 0; column < 2; column++) {
            expected.values()[expected.index(i, c + 1, row, column)] =
                x.get(i, c, 2 * row, 2 * column);
          }
        }
      }
    }
    assertClose(TorchOps.subsamplePad(array(x), 2, 1, 2), expected);
  }

  @Test
  void adaptiveAverageCoversTheInput() {
    Tensor x = randomTensor(2, 3, 6, 4);
    assertClose(
        TorchOps.adaptiveAverage(array(x), 3, 2), Naive.averagePool(x, 2, 2, 0, true, 3, 2));
  }

  @ParameterizedTest
  @CsvSource({
    "9, 7, 4, 3, true",
    "5, 6, 11, 8, true",
    "40, 30, 7, 30, true",
    "9, 7, 4, 3, false",
    "5, 6, 11, 8, false"
  })
  void resizingEqualsPillowsFormula(int h, int w, int height, int width, boolean bicubic) {
    Tensor x = randomTensor(1, 2, h, w);
    Tensor expected = new Tensor(1, 2, height, width);
    for (int i = 0; i < expected.values().length; i++) {
      double[] rows = pillowsWeights(h, height, i / width % height, bicubic);
      double[] columns = pillowsWeights(w, width, i % width, bicubic);
      for (int y = 0; y < h; y++) {
        for (int column = 0; column < w; column++) {
          expected.values()[i] +=
              rows[y] * columns[column] * x.get(0, i / (width * height), y, column);
        }
      }
    }
    assertClose(TorchOps.resize(array(x), height, width, bicubic), expected);
  }

  /**
   * A triangle, or Keys' cubic with a = −1/2, widened where the image shrinks, normalised at the
   * edges.
   */
  private static double[] pillowsWeights(int from, int to, int place, boolean bicubic) {
    double scale = (double) from / to;
    double widened = Math.max(scale, 1);
    double[] weights = new double[from];
    double sum = 0;
    for (int i = 0; i < from; i++) {
      double d = Math.abs((i + 0.5 - (place + 0.5) * scale) / widened);
      double near = 1.5 * d * d * d - 2.5 * d * d + 1;
      double far = -0.5 * d * d * d + 2.5 * d * d - 4 * d + 2;
      double cubic = d < 1 ? near : d < 2 ? far : 0;
      weights[i] = bicubic ? cubic : Math.max(1 - d, 0);
      sum += weights[i];
    }
    for (int i = 0; i < from; i++) {
      weights[i] /= sum;
    }
    return weights;
  }

  @Test
  void copyWritesIntoTheTargetsOwnMemory() {
    NDArray target = manager.zeros(new Shape(2, 3));
    target.setRequiresGradient(true);
    NDArray view = target.stopGradient();
    NDArray source = array(randomTensor(1, 1, 2, 3)).reshape(2, 3);
    TorchOps.copy(source, target);
    assertThat(target).isEqualTo(source);
    assertThat(view).isEqualTo(source); // another handle of the same memory
    assertThat(target.hasGradient()).isTrue();
  }

  @Test
  void sgdStepEqualsTheFormula() {
    double[] w = {1, -2, 3};
    double[] m = new double[3];
    NDArray weight = manager.create(new float[] {1, -2, 3});
    NDArray momentum = manager.zeros(new Shape(3));
    for (int step = 0; step < 3; step++) {
      float[] g = {0.5f, -1f + step, 2f};
      NDArray gradient = manager.create(g);
      ParameterOps.sgdStep(
          List.of(weight), List.of(gradient), List.of(momentum), 0.1, 0.9, 0.01, true);
      for (int i = 0; i < 3; i++) {
        double decayed = g[i] + 0.01 * w[i];
        m[i] = 0.9 * m[i] + decayed;
        w[i] -= 0.1 * (decayed + 0.9 * m[i]);
        assertThat(weight.getFloat(i)).isCloseTo((float) w[i], Offset.offset(1e-5f));
      }
    }
  }

  @Test
  void adamwStepEqualsTheFormula() {
    double[] w = {1, -2};
    double[] mean = new double[2];
    double[] square = new double[2];
    NDArray weight = manager.create(new float[] {1, -2});
    NDArray means = manager.zeros(new Shape(2));
    NDArray squares = manager.zeros(new Shape(2));
    NDArray steps = manager.create(0f);
    for (int step = 1; step <= 3; step++) {
      float[] g = {0.5f * step, -1f};
      ParameterOps.adamwStep(
          List.of(weight),
          List.of(manager.create(g)),
          List.of(means),
          List.of(squares),
          List.of(steps),
          0.01,
          0.9,
          0.999,
          0.05,
          1e-8);
      for (int i = 0; i < 2; i++) {
        w[i] -= 0.01 * 0.05 * w[i];
        mean[i] = 0.9 * mean[i] + 0.1 * g[i];
        square[i] = 0.999 * square[i] + 0.001 * g[i] * g[i];
        double unbiasedMean = mean[i] / (1 - Math.pow(0.9, step));
        double unbiasedSquare = square[i] / (1 - Math.pow(0.999, step));
        w[i] -= 0.01 * unbiasedMean / (Math.sqrt(unbiasedSquare) + 1e-8);
        assertThat(weight.getFloat(i)).isCloseTo((float) w[i], Offset.offset(1e-5f));
      }
    }
  }
}
