package convnets.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BoxLossesTest extends DetectTest {

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 1})
  void smoothL1IsPyTorchs(double beta) {
    String name = "smooth L1 " + beta;
    NDArray x = floats(name, "x");
    NDArray t = floats(name, "t");
    assertWithGradients(name, () -> BoxLosses.smoothL1(x, t, beta), 1e-6, Map.of("x", x));
  }

  @Test
  void theAverageIsOverTheObjectsOfWhatCounts() {
    NDArray losses =
        manager.create(
            new float[] {1, Float.POSITIVE_INFINITY, 4, Float.NaN, 7, 100}, new Shape(2, 3));
    NDArray mask = manager.create(new boolean[] {true, false, true, false, true, false});
    NDArray objects = manager.create(new boolean[] {true, false, false, false, false, true});
    NDArray average = BoxLosses.average(losses, mask.reshape(2, 3), objects);
    assertThat(average.getShape()).isEqualTo(new Shape());
    assertThat(average.getFloat()).isEqualTo(6);
    NDArray gradient =
        gradient(losses, () -> BoxLosses.average(losses, mask.reshape(2, 3), objects));
    assertThat(gradient.toFloatArray()).containsExactly(.5f, 0, .5f, 0, .5f, 0);
  }

  @Test
  void withoutObjectsItIsTheSumAndWithoutAnchorsZero() {
    NDArray none = manager.create(new boolean[] {false, false});
    NDArray all = none.logicalNot();
    NDArray losses = manager.create(new float[] {2, 3});
    assertThat(BoxLosses.average(losses, all, none).getFloat()).isEqualTo(5);
    assertThat(BoxLosses.average(losses, none, none).getFloat()).isZero();
    assertThat(gradient(losses, () -> BoxLosses.average(losses, none, none)).toFloatArray())
        .containsExactly(0, 0);
    NDArray nothing = empty(2, 0);
    NDArray never = nothing.toType(DataType.BOOLEAN, true);
    assertThat(BoxLosses.average(nothing, never, never).getFloat()).isZero();
    assertThat(BoxLosses.smoothL1(empty(2, 0, 4), empty(2, 0, 4), 1).getShape())
        .isEqualTo(new Shape(2, 0));
  }

  @Test
  void badArgumentsAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BoxLosses.smoothL1(empty(2, 4), empty(1, 4), 1))
        .withMessage("wanted (1, 4) must be (2, 4), as predicted is");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BoxLosses.average(empty(2, 4), empty(2), empty(2)))
        .withMessage("mask (2) must be (2, 4), as losses is");
  }
}
