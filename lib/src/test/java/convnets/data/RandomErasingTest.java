package convnets.data;

import static convnets.data.Transforms.randomErasing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RandomErasingTest {
  private static final int N = 2_000;
  private static final int SIDE = 32;

  private final NDManager manager = NDManager.newBaseManager();
  private final NDArray ones = manager.ones(new Shape(N, 1, SIDE, SIDE));

  @AfterEach
  void close() {
    manager.close();
  }

  /** The rectangle that was erased from an image of ones. */
  private record Erased(int top, int left, int bottom, int right, int count) {
    static Erased of(float[] pixels, int image) {
      int top = SIDE;
      int left = SIDE;
      int bottom = 0;
      int right = 0;
      int count = 0;
      for (int p = 0; p < SIDE * SIDE; p++) {
        if (pixels[image * SIDE * SIDE + p] != 1) {
          top = Math.min(top, p / SIDE);
          bottom = Math.max(bottom, p / SIDE + 1);
          left = Math.min(left, p % SIDE);
          right = Math.max(right, p % SIDE + 1);
          count++;
        }
      }
      return new Erased(top, left, bottom, right, count);
    }

    int height() {
      return bottom - top;
    }

    int width() {
      return right - left;
    }
  }

  @Test
  void halfOfTheImagesLoseARectangleOfThePapersSizes() {
    float[] pixels = randomErasing().apply(ones, new SplittableRandom(1)).toFloatArray();
    int erased = 0;
    double share = 0;
    double logRatio = 0;
    int touchesTop = 0;
    int touchesRight = 0;
    for (int i = 0; i < N; i++) {
      Erased box = Erased.of(pixels, i);
      if (box.count > 0) {
        assertThat(box.count).as("a full rectangle").isEqualTo(box.height() * box.width());
        // Sides are rounded to whole pixels: 2 % of the area are 20 of them.
        assertThat(box.count).isBetween(14, 360);
        assertThat((double) box.height() / box.width()).isBetween(0.2, 4.5);
        erased++;
        share += box.count / 1024.0;
        logRatio += Math.log((double) box.height() / box.width());
        touchesTop += box.top == 0 ? 1 : 0;
        touchesRight += box.right == SIDE ? 1 : 0;
      }
    }
    assertThat(erased).isBetween(900, 1_100); // deviation 22
    assertThat(share / erased).isCloseTo(0.175, within(0.015));
    assertThat(logRatio / erased).isCloseTo(Math.log(0.3 * 3.3) / 2, within(0.08));
    assertThat(touchesTop).isPositive();
    assertThat(touchesRight).isPositive();
  }

  @Test
  void noiseFillsTheSameRectanglesInEveryChannel() {
    NDArray three = manager.ones(new Shape(40, 3, SIDE, SIDE));
    Transform zeros = randomErasing().probability(1);
    Transform noise = randomErasing().probability(1).noise();
    float[] first = zeros.apply(three.get(":1"), new SplittableRandom(2)).toFloatArray();
    float[] same = noise.apply(three.get(":1"), new SplittableRandom(2)).toFloatArray();
    for (int p = 0; p < first.length; p++) {
      assertThat(same[p] == 1).isEqualTo(first[p] == 1);
      assertThat(first[p] == 1).isEqualTo(first[p % (SIDE * SIDE)] == 1);
    }
    double sum = 0;
    double squares = 0;
    int count = 0;
    for (float value : noise.apply(three, new SplittableRandom(3)).toFloatArray()) {
      if (value != 1) {
        sum += value;
        squares += value * value;
        count++;
      }
    }
    assertThat(count).isGreaterThan(10_000);
    assertThat(sum / count).isCloseTo(0, within(0.05));
    assertThat(squares / count).isCloseTo(1, within(0.05));
  }

  @Test
  void leavesImagesAloneThatNoRectangleFits() {
    NDArray line = manager.ones(new Shape(20, 1, 1, 50));
    assertThat(randomErasing().probability(1).apply(line, new SplittableRandom(4))).isEqualTo(line);
    assertThat(randomErasing().probability(0).apply(ones, new SplittableRandom(4))).isEqualTo(ones);
  }

  @Test
  void argumentsAreNamedAndNothingIsLeftBehind() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> randomErasing().probability(1.5))
        .withMessage("probability (1.5) must be from 0 to 1");
    int before = manager.getManagedArrays().size();
    randomErasing().noise().apply(ones, new SplittableRandom(5));
    assertThat(manager.getManagedArrays()).hasSize(before + 1);
  }
}
