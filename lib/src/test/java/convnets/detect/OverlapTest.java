package convnets.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OverlapTest extends DetectTest {

  private static Map<String, NDArray> named(NDArray a, NDArray b) {
    Map<String, NDArray> inputs = new LinkedHashMap<>();
    inputs.put("a", a);
    inputs.put("b", b);
    return inputs;
  }

  @ParameterizedTest
  @EnumSource
  void matricesAndTheirGradientsAreTorchvisions(Overlap overlap) {
    String name = overlap.name();
    NDArray a = floats(name, "a");
    NDArray b = floats(name, "b");
    assertWithGradients(name, () -> overlap.matrix(a, b), 1e-6, named(a, b));
  }

  @Test
  void iouIsTorchvisionsToTheLastBit() {
    NDArray iou = Boxes.iou(floats("IOU", "a"), floats("IOU", "b"));
    assertEqual(iou, numbers("IOU", "y"), 0);
  }

  @ParameterizedTest
  @EnumSource(names = "IOU", mode = EnumSource.Mode.EXCLUDE)
  void lossesAndTheirGradientsAreTorchvisions(Overlap overlap) {
    String name = overlap.name() + " loss";
    NDArray a = floats(name, "a");
    NDArray b = floats(name, "b");
    assertWithGradients(name, () -> overlap.loss(a, b), 1e-6, named(a, b));
  }

  @ParameterizedTest
  @EnumSource
  void everyPairIsTheFormula(Overlap overlap) {
    float[] a = randomBoxes(30);
    float[] b = randomBoxes(30);
    NDArray pairs = overlap.pairs(boxes(a), boxes(b));
    NDArray losses = overlap.loss(boxes(a), boxes(b));
    for (int i = 0; i < 30; i++) {
      double expected = formula(overlap, a, b, 4 * i);
      assertThat((double) pairs.getFloat(i)).isCloseTo(expected, Offset.offset(1e-5));
      assertThat((double) losses.getFloat(i)).isCloseTo(1 - expected, Offset.offset(1e-5));
    }
  }

  private static double formula(Overlap overlap, float[] a, float[] b, int i) {
    double iou = iou(a, i, b, i);
    double width = Math.max(a[i + 2], b[i + 2]) - Math.min(a[i], b[i]);
    double height = Math.max(a[i + 3], b[i + 3]) - Math.min(a[i + 1], b[i + 1]);
    double areas = sides(a, i)[0] * sides(a, i)[1] + sides(b, i)[0] * sides(b, i)[1];
    double union = areas / (1 + iou);
    double x = (a[i] + a[i + 2] - b[i] - b[i + 2]) / 2;
    double y = (a[i + 1] + a[i + 3] - b[i + 1] - b[i + 3]) / 2;
    double diou = iou - (x * x + y * y) / (width * width + height * height);
    double angle =
        Math.atan(sides(a, i)[0] / sides(a, i)[1]) - Math.atan(sides(b, i)[0] / sides(b, i)[1]);
    double v = 4 / (Math.PI * Math.PI) * angle * angle;
    return switch (overlap) {
      case IOU -> iou;
      case GIOU -> iou - (width * height - union) / (width * height);
      case DIOU -> diou;
      case CIOU -> diou - v * v / (1 - iou + v);
    };
  }

  private static double[] sides(float[] boxes, int i) {
    return new double[] {boxes[i + 2] - boxes[i], boxes[i + 3] - boxes[i + 1]};
  }

  @ParameterizedTest
  @EnumSource
  void batchesGoTogetherWithOneAndWithEachOther(Overlap overlap) {
    NDArray a = boxes(randomBoxes(5));
    NDArray b = manager.create(randomBoxes(6), new Shape(2, 3, 4));
    NDArray all = overlap.matrix(a, b);
    assertThat(all.getShape()).isEqualTo(new Shape(2, 5, 3));
    for (int i = 0; i < 2; i++) {
      assertThat(all.get(i)).isEqualTo(overlap.matrix(a, b.get(i)));
      NDArray row = overlap.pairs(a.get("0:3"), b.get(i));
      for (int k = 0; k < 3; k++) {
        assertThat(row.getFloat(k)).isCloseTo(all.getFloat(i, k, k), Offset.offset(1e-6f));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void boxesWithoutAnAreaAndGradientsAreFinite(Overlap overlap) {
    NDArray a = boxes(0, 0, 0, 0, 3, 3, 3, 9, 2, 2, 5, 5, 7, 1, 7, 1, -2, 0, 4, 0);
    NDArray b = boxes(0, 0, 0, 0, 3, 3, 3, 9, 4, 4, 4, 4, 2, 2, 5, 5, 1, 0, 4, 0);
    for (float number : overlap.matrix(a, b).toFloatArray()) {
      assertThat(number).isBetween(-2f, 1f);
    }
    NDArray byMatrix = gradient(a, () -> overlap.pairs(a, b));
    NDArray byLoss = gradient(a, () -> overlap.loss(a, b));
    assertFinite(overlap.loss(a, b));
    assertFinite(byLoss);
    assertThat(byMatrix.isNaN().any().getBoolean()).isFalse();
    assertThat(Overlap.IOU.pairs(a, b).toFloatArray()).containsExactly(0, 0, 0, 0, 0);
  }

  @Test
  void onlyIouHasNoGradientForBoxesThatDoNotTouch() {
    NDArray a = boxes(0, 0, 4, 4);
    NDArray b = boxes(6, 7, 9, 9);
    assertThat(gradient(a, () -> Overlap.IOU.loss(a, b)).toFloatArray())
        .containsExactly(0, 0, 0, 0);
    for (Overlap overlap : new Overlap[] {Overlap.GIOU, Overlap.DIOU, Overlap.CIOU}) {
      float[] down = gradient(a, () -> overlap.loss(a, b)).toFloatArray();
      assertThat(down[2]).as("%s by the right edge", overlap).isNegative();
    }
  }

  @ParameterizedTest
  @EnumSource
  void noBoxesOverlapWithNothing(Overlap overlap) {
    NDArray some = boxes(randomBoxes(3));
    assertThat(overlap.matrix(empty(0, 4), some).getShape()).isEqualTo(new Shape(0, 3));
    assertThat(overlap.matrix(some, empty(2, 0, 4)).getShape()).isEqualTo(new Shape(2, 3, 0));
    assertThat(overlap.pairs(empty(0, 4), empty(0, 4)).getShape()).isEqualTo(new Shape(0));
    NDArray none = empty(0, 4);
    assertThat(gradient(none, () -> overlap.loss(none, empty(0, 4))).getShape())
        .isEqualTo(new Shape(0, 4));
  }

  @Test
  void boxesThatDoNotGoTogetherAreRefused() {
    NDArray three = boxes(randomBoxes(3));
    NDArray two = boxes(randomBoxes(2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Overlap.IOU.pairs(three, two))
        .withMessage("a (3, 4) and b (2, 4) do not go together: 3 beside 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Overlap.IOU.matrix(three, two.get(0)))
        .withMessage("a (3, 4) and b (4) must be (…, A, 4) and (…, K, 4)");
  }
}
