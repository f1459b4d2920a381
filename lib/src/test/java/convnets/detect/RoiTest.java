package convnets.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import convnets.torch.GradMode;
import convnets.torch.TorchOps;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RoiTest extends DetectTest {

  private static final double SCALE = 0.125;

  static List<String> aligned() {
    return cases("align");
  }

  private static RoiAlign align(String name) {
    String[] words = name.split(" ");
    RoiAlign align = new RoiAlign(3, 2, Integer.parseInt(words[1]), true);
    return words.length > 2 ? align.unaligned() : align;
  }

  @ParameterizedTest
  @MethodSource("aligned")
  void alignedRegionsAndTheirGradientsAreTorchvisions(String name) {
    NDArray x = floats(name, "x");
    NDArray boxes = floats(name, "boxes");
    assertWithGradients(name, () -> align(name).apply(x, boxes, SCALE), 1e-6, Map.of("x", x));
  }

  @Test
  void pooledRegionsAndTheirGradientsAreTorchvisions() {
    NDArray x = floats("pool", "x");
    NDArray boxes = floats("pool", "boxes");
    assertWithGradients(
        "pool", () -> new RoiPool(3, 2).apply(x, boxes, SCALE), 1e-6, Map.of("x", x));
  }

  @Test
  void eachBoxIsLookedAtInItsMap() {
    NDArray fine = manager.randomNormal(new Shape(2, 3, 12, 16));
    NDArray coarse = manager.randomNormal(new Shape(2, 3, 6, 8));
    NDArray boxes = manager.create(randomBoxes(8), new Shape(2, 4, 4));
    NDArray levels = manager.create(new long[] {0, 1, 1, 0, 1, 0, 1, 1}, new Shape(2, 4));
    RoiAlign align = RoiAlign.of(3);
    NDList maps = new NDList(fine, coarse);
    NDArray all = align.apply(maps, boxes, levels, 0.25, 0.125);
    NDArray fines = align.apply(fine, boxes, 0.25);
    NDArray coarses = align.apply(coarse, boxes, 0.125);
    assertThat(all.getShape()).isEqualTo(new Shape(8, 3, 3, 3));
    for (int i = 0; i < 8; i++) {
      NDArray expected = levels.getLong(i / 4, i % 4) == 0 ? fines.get(i) : coarses.get(i);
      assertThat(all.get(i)).isEqualTo(expected);
    }
    maps.forEach(map -> map.setRequiresGradient(true));
    NDArray sum = GradMode.on(() -> align.apply(maps, boxes, levels, 0.25, 0.125).sum());
    for (NDArray gradient : TorchOps.gradients(sum, maps)) {
      assertThat(gradient.abs().sum().getFloat()).isPositive();
    }
  }

  @Test
  void aBoxOfWholePixelsIsTheirMeanAndTheirMaximum() {
    NDArray map = manager.arange(48f).reshape(1, 1, 6, 8);
    NDArray boxes = manager.create(new float[] {4, 2, 12, 6}, new Shape(1, 1, 4));
    // Pixels 2 to 5 of rows 1 and 2, in two bins side by side; each sample in a pixel's centre.
    float[] means = new RoiAlign(1, 2, 2, true).apply(map, boxes, 0.5).toFloatArray();
    assertThat(means).containsExactly(new float[] {14.5f, 16.5f}, Offset.offset(1e-5f));
    // Pooling counts the last pixel in: 2 to 6 of rows 1 to 3.
    float[] maxima = new RoiPool(1, 2).apply(map, boxes, 0.5).toFloatArray();
    assertThat(maxima).containsExactly(28, 30);
  }

  @Test
  void ofNoBoxesThereIsNothingAndNoGradient() {
    NDArray map = manager.randomNormal(new Shape(2, 3, 6, 8));
    NDArray none = empty(2, 0, 4);
    assertThat(RoiAlign.of(3).apply(map, none, 0.5).getShape()).isEqualTo(new Shape(0, 3, 3, 3));
    assertThat(RoiPool.of(3).apply(map, none, 0.5).getShape()).isEqualTo(new Shape(0, 3, 3, 3));
    for (int samples : new int[] {0, 2}) {
      RoiAlign align = RoiAlign.of(3).samples(samples);
      assertThat(gradient(map, () -> align.apply(map, none, 0.5)).abs().sum().getFloat()).isZero();
    }
    assertThat(gradient(map, () -> RoiPool.of(3).apply(map, none, 0.5)).abs().sum().getFloat())
        .isZero();
  }

  @Test
  void paddingAndBoxesOutsideAreFinite() {
    NDArray map = manager.randomNormal(new Shape(1, 2, 1, 1));
    NDArray boxes =
        manager.create(
            new float[] {0, 0, 0, 0, -90, -90, -50, -40, 5, 5, 2, 1}, new Shape(1, 3, 4));
    for (int samples : new int[] {0, 1, 2}) {
      for (RoiAlign align :
          List.of(RoiAlign.of(2).samples(samples), RoiAlign.of(2).samples(samples).unaligned())) {
        assertFinite(align.apply(map, boxes, 0.5));
      }
    }
    assertFinite(RoiPool.of(2).apply(map, boxes, 0.5));
  }

  @Test
  void levelsAreTorchvisions() {
    NDArray boxes = floats("levels", "boxes");
    assertEqual(PyramidLevels.of(2, 5).levels(boxes), numbers("levels", "levels"));
  }

  @Test
  void levelsRiseWithTheSizeAndEndAtTheLastMap() {
    NDArray boxes = boxes(0, 0, 0, 0, 0, 0, 15, 15, 0, 0, 16, 16, 0, 0, 64, 16, 9, 9, 999, 999);
    PyramidLevels small = PyramidLevels.of(3, 5).canonical(3, 8);
    assertThat(small.levels(boxes).toLongArray()).containsExactly(0, 0, 1, 2, 2);
    assertThat(small.levels(empty(2, 0, 4)).getShape()).isEqualTo(new Shape(2, 0));
  }

  @Test
  void badArgumentsAreNamed() {
    NDArray map = manager.zeros(new Shape(1, 2, 4, 4));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RoiAlign.of(2).apply(map, empty(3, 4), 0.5))
        .withMessage("boxes (3, 4) must be (N, R, 4)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RoiPool.of(2).apply(map, empty(3, 2, 4), 0.5))
        .withMessage(
            "map (1, 2, 4, 4) must have as many images as boxes (3, 2, 4), and 2 channels");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RoiAlign.of(2).apply(map, empty(1, 2, 4), 0))
        .withMessage("scales (0.0) must be above 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PyramidLevels.of(4, 3))
        .withMessage("last (3) must not be below first (4)");
  }
}
