package convnets.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MatrixNmsTest extends DetectTest {

  /** The paper's formula, box by box. */
  private static double[] loop(float[] boxes, float[] scores, long[] classes, double sigma) {
    int k = scores.length;
    double[] rescored = new double[k];
    for (int j = 0; j < k; j++) {
      double decay = 1;
      for (int i = 0; i < k; i++) {
        if (scores[i] > scores[j] && classes[i] == classes[j]) {
          double most = 0;
          for (int h = 0; h < k; h++) {
            if (scores[h] > scores[i] && classes[h] == classes[i]) {
              most = Math.max(most, iou(boxes, 4 * h, boxes, 4 * i));
            }
          }
          double iou = iou(boxes, 4 * i, boxes, 4 * j);
          decay = Math.min(decay, f(iou, sigma) / f(most, sigma));
        }
      }
      rescored[j] = scores[j] * decay;
    }
    return rescored;
  }

  private static double f(double iou, double sigma) {
    return sigma == 0 ? 1 - iou : Math.exp(-iou * iou / sigma);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5})
  void scoresAreThoseOfTheFormula(double sigma) {
    MatrixNms matrix = sigma == 0 ? MatrixNms.linear() : MatrixNms.gaussian(sigma);
    float[] boxes = randomBoxes(2 * 50);
    float[] scores = randomNumbers(2 * 50);
    long[] classes = randomClasses(2 * 50, 2);
    for (int i = 50; i < 100; i++) {
      classes[i] += 5; // so that no box of one image is of a class of the other
    }
    NDArray all =
        matrix.apply(
            manager.create(boxes, new Shape(2, 50, 4)),
            manager.create(scores, new Shape(2, 50)),
            manager.create(classes, new Shape(2, 50)));
    double[] expected = loop(boxes, scores, classes, sigma);
    float[] found = all.toFloatArray();
    assertThat(found).hasSize(100);
    for (int i = 0; i < 100; i++) {
      assertThat((double) found[i]).isCloseTo(expected[i], Offset.offset(1e-5));
    }
  }

  @Test
  void equalBoxesAreSuppressedWholly() {
    NDArray boxes = boxes(0, 0, 4, 4, 0, 0, 4, 4, 0, 0, 4, 4);
    NDArray scores = manager.create(new float[] {0.5f, 0.9f, 0.7f});
    NDArray classes = manager.zeros(new Shape(3), DataType.INT64);
    assertThat(MatrixNms.linear().apply(boxes, scores, classes).toFloatArray())
        .containsExactly(0, 0.9f, 0);
  }

  @Test
  void ofNothingNothingStays() {
    NDArray none = empty(2, 0).toType(DataType.INT64, true);
    assertThat(MatrixNms.linear().apply(empty(2, 0, 4), empty(2, 0), none).getShape())
        .isEqualTo(new Shape(2, 0));
  }

  @Test
  void badArgumentsAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MatrixNms.gaussian(-1))
        .withMessage("sigma (-1.0) must be above 0");
  }
}
