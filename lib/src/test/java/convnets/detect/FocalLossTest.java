package convnets.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FocalLossTest extends DetectTest {

  @Test
  void ofSigmoidsItIsTorchvisions() {
    NDArray x = floats("focal 0.25 2.0", "x");
    NDArray classes = longs("focal 0.25 2.0", "classes");
    assertWithGradients(
        "focal 0.25 2.0", () -> FocalLoss.standard().sigmoid(x, classes), 2e-6, Map.of("x", x));
    FocalLoss unweighted = FocalLoss.standard().unweighted().gamma(1.5);
    NDArray z = floats("focal -1.0 1.5", "x");
    assertWithGradients(
        "focal -1.0 1.5", () -> unweighted.sigmoid(z, classes), 2e-6, Map.of("x", z));
  }

  @Test
  void withoutFocusTheSoftmaxOneIsPyTorchsCrossEntropy() {
    NDArray x = floats("cross-entropy", "x");
    NDArray classes = longs("cross-entropy", "classes");
    FocalLoss plain = FocalLoss.standard().unweighted().gamma(0);
    assertWithGradients("cross-entropy", () -> plain.softmax(x, classes), 2e-6, Map.of("x", x));
  }

  @ParameterizedTest
  @CsvSource({"0.25, 2", "0.7, 0.5", "NaN, 3", "0.4, 0"})
  void ofSoftmaxItIsTheFormula(double alpha, double gamma) {
    int rows = 12;
    int outputs = 4;
    float[] logits = new float[rows * outputs];
    long[] classes = new long[rows];
    double[] expected = new double[rows];
    for (int i = 0; i < rows; i++) {
      classes[i] = i % 5 - 2; // ignored, background, three classes
      double sum = 0;
      for (int j = 0; j < outputs; j++) {
        logits[i * outputs + j] = 3 * (float) random.nextGaussian();
        sum += Math.exp(logits[i * outputs + j]);
      }
      double p = Math.exp(logits[i * outputs + (int) Math.max(classes[i] + 1, 0)]) / sum;
      double weight = Double.isNaN(alpha) ? 1 : classes[i] >= 0 ? alpha : 1 - alpha;
      expected[i] = classes[i] == -2 ? 0 : -weight * Math.pow(1 - p, gamma) * Math.log(p);
    }
    NDArray loss =
        new FocalLoss(alpha, gamma)
            .softmax(manager.create(logits, new Shape(rows, outputs)), manager.create(classes));
    for (int i = 0; i < rows; i++) {
      assertThat((double) loss.getFloat(i)).isCloseTo(expected[i], Offset.offset(1e-5));
    }
  }

  @ParameterizedTest
  @CsvSource({"2", "0.5", "0"})
  void whatIsCertainHasFiniteGradients(double gamma) {
    FocalLoss loss = FocalLoss.standard().gamma(gamma);
    NDArray x =
        manager.create(new float[] {200, -200, -200, 200, -200, 200, 0, 0}, new Shape(4, 2));
    NDArray classes = manager.create(new long[] {0, -1, 0, -2});
    for (NDArray y : new NDArray[] {loss.sigmoid(x, classes), loss.softmax(x, classes)}) {
      assertFinite(y);
      assertThat(y.getFloat(3)).isZero();
    }
    NDArray bySigmoid = gradient(x, () -> loss.sigmoid(x, classes));
    NDArray bySoftmax =
        gradient(x, () -> loss.softmax(x, manager.create(new long[] {-1, 0, 0, -2})));
    assertFinite(bySigmoid);
    assertFinite(bySoftmax);
    assertThat(bySigmoid.get(3).toFloatArray()).containsOnly(0);
    assertThat(bySoftmax.get(3).toFloatArray()).containsOnly(0);
  }

  @Test
  void nothingCostsNothing() {
    NDArray none = empty(2, 0).toType(DataType.INT64, true);
    assertThat(FocalLoss.standard().sigmoid(empty(2, 0, 3), none).getShape())
        .isEqualTo(new Shape(2, 0));
    assertThat(FocalLoss.standard().softmax(empty(2, 0, 3), none).getShape())
        .isEqualTo(new Shape(2, 0));
  }

  @Test
  void badArgumentsAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FocalLoss.standard().gamma(-1))
        .withMessage("gamma (-1.0) must be 0 or above");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FocalLoss.standard().alpha(2))
        .withMessage("alpha (2.0) must be from 0 to 1");
    NDArray two = manager.create(new long[] {0, 1});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FocalLoss.standard().sigmoid(empty(3, 4), two))
        .withMessage("classes (2) must be (3), one for each row of logits (3, 4)");
  }
}
