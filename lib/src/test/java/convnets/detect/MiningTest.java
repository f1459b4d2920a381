package convnets.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MiningTest extends DetectTest {

  @Test
  void theHardestNegativesAreTorchvisions() {
    NDArray hardest =
        Mining.hardNegatives(floats("mining", "losses"), longs("mining", "classes"), 3);
    assertEqual(hardest.toType(DataType.INT64, true), numbers("mining", "hardest"));
  }

  @Test
  void negativesAreBackgroundAndNoMoreThanThereAre() {
    NDArray losses = manager.create(new float[] {9, 1, 5, 3, 8, 2, 2, 2, 7, 6}, new Shape(2, 5));
    NDArray classes =
        manager.create(new long[] {2, -1, -1, -1, -2, -1, -1, -1, 0, 0}, new Shape(2, 5));
    assertThat(Mining.hardNegatives(losses, classes, 2).toBooleanArray())
        .containsExactly(false, false, true, true, false, true, true, true, false, false);
    assertThat(Mining.hardNegatives(losses, classes, 1).toBooleanArray())
        .containsExactly(false, false, true, false, false, true, true, false, false, false);
    assertThat(Mining.hardNegatives(losses, classes, 0).any().getBoolean()).isFalse();
  }

  @Test
  void aSampleHasTheCountAndTheShare() {
    // 20 objects of 100; 2 of 100; none; 95 of 100.
    long[] labels = new long[400];
    int[] objects = {20, 2, 0, 95};
    for (int i = 0; i < 400; i++) {
      labels[i] = i % 100 < objects[i / 100] ? i % 3 : -1;
    }
    labels[399] = -2;
    NDArray classes = manager.create(labels, new Shape(4, 100));
    boolean[] drawn = Mining.balanced(classes, 16, 0.5).toBooleanArray();
    int[][] expected = {{8, 8}, {2, 14}, {0, 16}, {8, 4}};
    for (int n = 0; n < 4; n++) {
      int[] counts = new int[2];
      for (int a = 100 * n; a < 100 * n + 100; a++) {
        if (drawn[a]) {
          counts[labels[a] >= 0 ? 0 : 1]++;
          assertThat(labels[a]).isNotEqualTo(-2);
        }
      }
      assertThat(counts).as("image %d", n).isEqualTo(expected[n]);
    }
  }

  @Test
  void lotsAreTheEnginesAndFair() {
    NDArray classes = manager.full(new Shape(1, 10), -1, DataType.INT64);
    int[] times = new int[10];
    Set<String> samples = new HashSet<>();
    for (int i = 0; i < 400; i++) {
      boolean[] drawn = Mining.balanced(classes, 5, 0.5).toBooleanArray();
      for (int a = 0; a < 10; a++) {
        times[a] += drawn[a] ? 1 : 0;
      }
      samples.add(Arrays.toString(drawn));
    }
    assertThat(samples).hasSizeGreaterThan(100); // of 252
    for (int time : times) {
      assertThat(time).isBetween(140, 260); // six deviations around 200
    }
    Engine.getInstance().setRandomSeed(3);
    NDArray first = Mining.balanced(classes, 5, 0.5);
    Engine.getInstance().setRandomSeed(3);
    assertThat(Mining.balanced(classes, 5, 0.5)).isEqualTo(first);
  }

  @Test
  void rowsAreThoseOfTheSampleAndTheRestDoesNotCount() {
    long[] labels = {-1, 2, -2, -1, 0, -2, -2, -2, 3, -1};
    NDArray classes = manager.create(labels, new Shape(2, 5));
    Mining.Sampled sampled = Mining.balancedRows(classes, 4, 0.25);
    long[] rows = sampled.rows().toLongArray();
    long[] found = sampled.classes().toLongArray();
    assertThat(rows).hasSize(8);
    for (int i = 0; i < 8; i++) {
      if (found[i] != -2) {
        assertThat(found[i]).isEqualTo(labels[i / 4 * 5 + (int) rows[i]]);
      }
    }
    // One object and two backgrounds; one of each.
    assertThat(found).containsSequence(-2, -2).endsWith(3, -1, -2, -2);
    assertThat(rows).endsWith(3, 4, 0, 0);
    assertThat(Arrays.stream(found).limit(4).filter(c -> c >= 0).count()).isEqualTo(1);
    assertThat(Arrays.stream(found).limit(4).filter(c -> c == -1).count()).isEqualTo(2);

    NDArray table = manager.arange(30f).reshape(2, 5, 3);
    NDArray taken = sampled.of(table);
    assertThat(taken.getShape()).isEqualTo(new Shape(2, 4, 3));
    for (int i = 0; i < 8; i++) {
      assertThat(taken.getFloat(i / 4, i % 4, 1)).isEqualTo(15 * (i / 4) + 3 * rows[i] + 1);
    }
  }

  @Test
  void moreThanThereAreIsPadded() {
    NDArray classes = manager.create(new long[] {0, -1, -1}, new Shape(1, 3));
    Mining.Sampled sampled = Mining.balancedRows(classes, 6, 0.5);
    assertThat(sampled.rows().toLongArray()).containsExactly(0, 1, 2, 0, 0, 0);
    assertThat(sampled.classes().toLongArray()).containsExactly(0, -1, -1, -2, -2, -2);
    NDArray none = empty(2, 0).toType(DataType.INT64, true);
    assertThat(Mining.balancedRows(none, 2, 0.5).classes().toLongArray()).containsOnly(-2);
    assertThat(Mining.balanced(none, 2, 0.5).getShape()).isEqualTo(new Shape(2, 0));
    assertThat(Mining.hardNegatives(empty(2, 0), none, 3).getShape()).isEqualTo(new Shape(2, 0));
  }

  @Test
  void badArgumentsAreNamed() {
    NDArray losses = empty(2, 3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Mining.hardNegatives(losses, losses, 3))
        .withMessage("classes (float32) must be int64: toType makes it so");
    NDArray classes = losses.toType(DataType.INT64, true);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Mining.hardNegatives(empty(2, 4), classes, 3))
        .withMessage("losses (2, 4) must be (2, 3), one for each class");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Mining.balanced(classes, 0, 0.5))
        .withMessage("count (0) must be at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Mining.balanced(classes, 4, 1.5))
        .withMessage("share (1.5) must be from 0 to 1");
  }
}
