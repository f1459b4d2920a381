package convnets.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BoxCoderTest extends DetectTest {

  @ParameterizedTest
  @ValueSource(strings = {"coder", "unweighted coder"})
  void offsetsAndBoxesAreTorchvisions(String name) {
    BoxCoder coder = name.equals("coder") ? BoxCoder.standard() : BoxCoder.unweighted();
    NDArray anchors = floats(name, "anchors");
    NDArray encoded = coder.encode(floats(name, "boxes"), anchors);
    assertEqual(encoded, numbers(name, "encoded"), 1e-5);
    NDArray x = floats(name, "x");
    float largest = floats(name, "y").abs().max().getFloat();
    assertWithGradients(name, () -> coder.decode(x, anchors), 1e-6 * largest, Map.of("x", x));
    assertThat(coder.decode(encoded, anchors).toFloatArray())
        .containsExactly(numbers(name, "boxes").floats(), Offset.offset(1e-4f));
  }

  @Test
  void offsetsAreTheFormula() {
    NDArray anchor = boxes(10, 20, 30, 60); // centre 20, 40; sides 20, 40
    NDArray box = boxes(15, 30, 35, 80); // centre 25, 55; sides 20, 50
    float[] offsets = BoxCoder.variances(0.1, 0.1, 0.2, 0.2).encode(box, anchor).toFloatArray();
    assertThat(offsets)
        .containsExactly(
            new float[] {2.5f, 3.75f, 0, (float) (5 * Math.log(1.25))}, Offset.offset(1e-5f));
    assertThat(BoxCoder.variances(0.1, 0.1, 0.2, 0.2)).isEqualTo(BoxCoder.standard());
  }

  @Test
  void anchorsServeAllImagesOfABatch() {
    NDArray anchors = boxes(randomBoxes(5));
    NDArray boxes = manager.create(randomBoxes(15), new Shape(3, 5, 4));
    NDArray offsets = BoxCoder.standard().encode(boxes, anchors);
    assertThat(offsets.getShape()).isEqualTo(new Shape(3, 5, 4));
    assertThat(offsets.get(1)).isEqualTo(BoxCoder.standard().encode(boxes.get(1), anchors));
    assertThat(BoxCoder.standard().decode(offsets, anchors).toFloatArray())
        .containsExactly(boxes.toFloatArray(), Offset.offset(1e-4f));
    assertThat(BoxCoder.standard().encode(empty(3, 0, 4), empty(0, 4)).getShape())
        .isEqualTo(new Shape(3, 0, 4));
  }

  @Test
  void paddingHasFiniteOffsets() {
    NDArray offsets = BoxCoder.standard().encode(boxes(0, 0, 0, 0), boxes(10, 10, 30, 30));
    assertFinite(offsets);
  }

  @Test
  void noBoxIsInfinite() {
    NDArray anchors = boxes(0, 0, 16, 16);
    NDArray x = manager.create(new float[] {0, 0, 1e9f, 1e9f}, new Shape(1, 4));
    NDArray box = BoxCoder.unweighted().decode(x, anchors);
    assertThat(box.toFloatArray())
        .containsExactly(new float[] {-492, -492, 508, 508}, Offset.offset(1e-2f));
    assertThat(gradient(x, () -> BoxCoder.unweighted().decode(x, anchors).square()).toFloatArray())
        .endsWith(0, 0);
  }

  @Test
  void badArgumentsAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BoxCoder.variances(0.1, 0, 0.2, 0.2))
        .withMessage("y (0.0) must be above 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BoxCoder.standard().decode(empty(3, 4), empty(2, 4)))
        .withMessage("offsets (3, 4) and anchors (2, 4) do not go together: 3 beside 2");
  }
}
