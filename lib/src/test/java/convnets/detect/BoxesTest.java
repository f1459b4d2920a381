package convnets.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class BoxesTest extends DetectTest {

  @Test
  void formsAreTorchvisions() {
    NDArray x = floats("forms", "x");
    NDArray centers = Boxes.cornersToCenters(x);
    NDArray extents = Boxes.cornersToExtents(x);
    assertEqual(centers, numbers("forms", "centers"), 0);
    assertEqual(extents, numbers("forms", "extents"), 0);
    assertEqual(Boxes.centersToCorners(centers), numbers("forms", "from centers"), 0);
    assertEqual(Boxes.extentsToCorners(extents), numbers("forms", "from extents"), 0);
    assertEqual(Boxes.areas(x), numbers("forms", "areas"), 0);
    assertEqual(Boxes.clip(x, 48, 64), numbers("forms", "clipped"), 0);
  }

  @Test
  void relativeBoxesAreSharesOfTheImage() {
    NDArray pixels = boxes(0, 0, 64, 48, 16, 12, 32, 36);
    NDArray relative = Boxes.toRelative(pixels, 48, 64);
    assertThat(relative.toFloatArray()).containsExactly(0, 0, 1, 1, .25f, .25f, .5f, .75f);
    assertThat(Boxes.toPixels(relative, 48, 64)).isEqualTo(pixels);
    NDArray centers = Boxes.toRelative(Boxes.cornersToCenters(pixels), 48, 64);
    assertThat(centers).isEqualTo(Boxes.cornersToCenters(relative));
  }

  @Test
  void anyLeadingAxesWillDo() {
    NDArray boxes = manager.create(randomBoxes(12), new Shape(3, 2, 2, 4));
    NDArray flat = boxes.reshape(12, 4);
    List<UnaryOperator<NDArray>> forms =
        List.of(
            Boxes::cornersToCenters,
            Boxes::centersToCorners,
            Boxes::cornersToExtents,
            Boxes::extentsToCorners,
            x -> Boxes.toRelative(x, 48, 64),
            x -> Boxes.toPixels(x, 48, 64),
            x -> Boxes.clip(x, 48, 64));
    for (UnaryOperator<NDArray> form : forms) {
      assertThat(form.apply(boxes).getShape()).isEqualTo(boxes.getShape());
      assertThat(form.apply(boxes).reshape(12, 4)).isEqualTo(form.apply(flat));
      assertThat(form.apply(empty(2, 0, 4)).getShape()).isEqualTo(new Shape(2, 0, 4));
    }
    assertThat(Boxes.areas(boxes).flatten()).isEqualTo(Boxes.areas(flat));
    assertThat(Boxes.areas(empty(0, 4)).getShape()).isEqualTo(new Shape(0));
  }

  @Test
  void gradientsFlowThroughForms() {
    NDArray x = boxes(2, 3, 10, 7);
    assertThat(gradient(x, () -> Boxes.areas(x)).toFloatArray()).containsExactly(-4, -8, 4, 8);
    NDArray c = boxes(2, 3, 10, 8);
    NDArray area = gradient(c, () -> Boxes.areas(Boxes.centersToCorners(c)));
    assertThat(area.toFloatArray())
        .containsExactly(new float[] {0, 0, 8, 10}, Offset.offset(1e-5f));
  }

  @Test
  void smallBoxesAreFound() {
    NDArray x = boxes(0, 0, 3, 2, 0, 0, 2, 3, 5, 5, 5, 9, 1, 1, 3, 3);
    assertThat(Boxes.atLeast(x, 2).toBooleanArray()).containsExactly(true, true, false, true);
  }

  @Test
  void truthIsClassesAndEdges() {
    NDArray truth = truth(2, 3, 1, 2, 5, 6, -1, 0, 0, 0, 0, 0, 4, 4, 9, 8, 2, 1, 1, 3, 3);
    assertThat(truth.getShape()).isEqualTo(new Shape(2, 2, 5));
    assertThat(Boxes.of(truth).toFloatArray())
        .containsExactly(1, 2, 5, 6, 0, 0, 0, 0, 4, 4, 9, 8, 1, 1, 3, 3);
    assertThat(Boxes.classes(truth).toLongArray()).containsExactly(3, -1, 0, 2);
    assertThat(Boxes.of(empty(2, 0, 5)).getShape()).isEqualTo(new Shape(2, 0, 4));
    assertThat(Boxes.classes(empty(2, 0, 5)).getShape()).isEqualTo(new Shape(2, 0));
  }

  @Test
  void rowsAreGatheredImageByImage() {
    NDArray table = manager.arange(24f).reshape(2, 3, 4);
    NDArray rows = manager.create(new long[] {2, 0, -1, 1}, new Shape(2, 2));
    assertThat(Boxes.gather(table, rows).toFloatArray())
        .containsExactly(8, 9, 10, 11, 0, 1, 2, 3, 12, 13, 14, 15, 16, 17, 18, 19);
  }

  @Test
  void whatIsNoBoxIsRefused() {
    NDArray truth = truth(1, 0, 1, 1, 2, 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Boxes.areas(truth))
        .withMessage("boxes (1, 1, 5) must be (…, 4): Boxes.of takes the edges of truth (N, K, 5)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Boxes.of(boxes(0, 0, 1, 1)))
        .withMessage("truth (1, 4) must be (…, 5): class, left, top, right and bottom edge");
    NDArray whole = boxes(0, 0, 1, 1).toType(DataType.INT64, true);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Boxes.cornersToCenters(whole))
        .withMessage("corners (int64) must be float32: toType makes it so");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Boxes.clip(boxes(0, 0, 1, 1), 0, 5))
        .withMessage("height (0) must be at least 1");
  }
}
