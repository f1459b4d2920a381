package convnets.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NmsTest extends DetectTest {

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.3, 0.5, 0.7})
  void whatStaysIsTorchvisionsInItsOrder(double threshold) {
    NDArray boxes = floats("suppression", "boxes");
    NDArray scores = floats("suppression", "scores");
    NDArray classes = longs("suppression", "classes");
    Numbers kept = numbers("suppression", "kept " + threshold);
    Numbers byClass = numbers("suppression", "kept by class " + threshold);
    assertEqual(Nms.greedy(boxes, scores, threshold), kept);
    assertEqual(Nms.byClass(boxes, scores, classes, threshold), byClass);
    assertKept(Nms.mask(boxes, scores, threshold), kept.longs());
    assertKept(Nms.mask(boxes, scores, classes, threshold), byClass.longs());
  }

  private static void assertKept(NDArray mask, long[] rows) {
    boolean[] kept = mask.toBooleanArray();
    assertThat(IntStream.range(0, kept.length).filter(i -> kept[i]).asLongStream().toArray())
        .containsExactlyInAnyOrder(rows);
  }

  /** Box after box is asked whether a better one that stays overlaps it, in double precision. */
  private static long[] loop(float[] boxes, float[] scores, long[] classes, double threshold) {
    Integer[] order = IntStream.range(0, scores.length).boxed().toArray(Integer[]::new);
    Arrays.sort(order, (i, j) -> Float.compare(scores[j], scores[i]));
    boolean[] stays = new boolean[scores.length];
    for (int i : order) {
      stays[i] =
          IntStream.range(0, scores.length)
              .filter(j -> stays[j] && classes[j] == classes[i])
              .noneMatch(j -> iou(boxes, 4 * j, boxes, 4 * i) > threshold);
    }
    return Arrays.stream(order).filter(i -> stays[i]).mapToLong(i -> i).toArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 17, 150, 400})
  void everyFormIsTheLoop(int count) {
    float[] boxes = randomBoxes(count);
    float[] scores = randomNumbers(count);
    long[] classes = randomClasses(count, 5);
    classes[0] = -3; // any number sets boxes apart
    for (double threshold : new double[] {0.1, 0.45}) {
      long[] expected = loop(boxes, scores, classes, threshold);
      NDArray x = boxes(boxes);
      NDArray s = manager.create(scores);
      NDArray c = manager.create(classes);
      assertThat(Nms.byClass(x, s, c, threshold).toLongArray()).containsExactly(expected);
      assertKept(Nms.mask(x, s, c, threshold), expected);
      long[] ofOne = loop(boxes, scores, new long[count], threshold);
      assertThat(Nms.greedy(x, s, threshold).toLongArray()).containsExactly(ofOne);
    }
  }

  @Test
  void longChainsAreSettledOneByOne() {
    // Each box overlaps the next by 3/5 and the one after that by 1/3: every second stays.
    int count = 60;
    float[] boxes = new float[4 * count];
    float[] scores = new float[count];
    for (int i = 0; i < count; i++) {
      boxes[4 * i] = i;
      boxes[4 * i + 2] = i + 4;
      boxes[4 * i + 3] = 1;
      scores[i] = count - i;
    }
    long[] expected = IntStream.range(0, count).filter(i -> i % 2 == 0).asLongStream().toArray();
    NDArray s = manager.create(scores);
    assertThat(Nms.greedy(boxes(boxes), s, 0.5).toLongArray()).containsExactly(expected);
    assertKept(Nms.mask(boxes(boxes), s, 0.5), expected);
  }

  @Test
  void atTheThresholdABoxStays() {
    NDArray boxes = boxes(0, 0, 2, 1, 1, 0, 3, 1, 0, 0, 2, 1);
    NDArray scores = manager.create(new float[] {3, 2, 1});
    double third = (double) (1f / 3f);
    assertThat(Nms.greedy(boxes, scores, third).toLongArray()).containsExactly(0, 1);
    assertThat(Nms.greedy(boxes, scores, 0.333).toLongArray()).containsExactly(0);
    assertThat(Nms.greedy(boxes, scores, 1).toLongArray()).containsExactly(0, 1, 2);
  }

  @Test
  void scoresOfAnySignAreOrderedAndEqualOnesByPlace() {
    NDArray apart = boxes(apart(7));
    NDArray scores =
        manager.create(new float[] {-0f, 2, Float.NEGATIVE_INFINITY, -1, 0, 2, -1e-40f});
    assertThat(Nms.greedy(apart, scores, 0.5).toLongArray()).containsExactly(1, 5, 0, 4, 6, 3, 2);
  }

  private static float[] apart(int count) {
    float[] boxes = new float[4 * count];
    for (int i = 0; i < count; i++) {
      boxes[4 * i] = 10 * i;
      boxes[4 * i + 2] = 10 * i + 5;
      boxes[4 * i + 3] = 5;
    }
    return boxes;
  }

  @Test
  void aBatchKeepsTheBestOfEachImagePadded() {
    int n = 3;
    int k = 40;
    float[] boxes = randomBoxes(n * k);
    float[] scores = randomNumbers(n * k);
    long[] classes = randomClasses(n * k, 4);
    for (int i = 0; i < n * k; i++) {
      classes[i] -= i / k == 1 && i % k != 7 ? 9 : 1; // one box alone in the second image
    }
    classes[k + 7] = 2;
    int most = 12;
    NDArray rows =
        Nms.batched(
            manager.create(boxes, new Shape(n, k, 4)),
            manager.create(scores, new Shape(n, k)),
            manager.create(classes, new Shape(n, k)),
            0.3,
            most);
    assertThat(rows.getShape()).isEqualTo(new Shape(n, most, 6));
    for (int image = 0; image < n; image++) {
      int from = image * k;
      float[] own = Arrays.copyOfRange(boxes, 4 * from, 4 * (from + k));
      float[] ownScores = Arrays.copyOfRange(scores, from, from + k);
      long[] ownClasses = Arrays.copyOfRange(classes, from, from + k);
      long[] expected =
          Arrays.stream(loop(own, ownScores, ownClasses, 0.3))
              .filter(i -> ownClasses[(int) i] >= 0)
              .toArray();
      for (int row = 0; row < most; row++) {
        float[] found = rows.get(image, row).toFloatArray();
        if (row < expected.length) {
          int i = (int) expected[row];
          assertThat(found)
              .containsExactly(
                  ownClasses[i],
                  own[4 * i],
                  own[4 * i + 1],
                  own[4 * i + 2],
                  own[4 * i + 3],
                  ownScores[i]);
        } else {
          assertThat(found).containsExactly(-1, 0, 0, 0, 0, 0);
        }
      }
    }
    assertThat(rows.get(1, 0).getFloat(0)).isEqualTo(2);
    assertThat(rows.get(1, 1).getFloat(0)).isEqualTo(-1);
  }

  @Test
  void maskedBatchesAreTheirImages() {
    NDArray boxes = manager.create(randomBoxes(60), new Shape(3, 20, 4));
    NDArray scores = manager.create(randomNumbers(60), new Shape(3, 20));
    NDArray all = Nms.mask(boxes, scores, 0.2);
    for (int i = 0; i < 3; i++) {
      assertKept(all.get(i), Nms.greedy(boxes.get(i), scores.get(i), 0.2).toLongArray());
    }
  }

  @Test
  void ofNothingNothingStays() {
    NDArray none = empty(0).toType(DataType.INT64, true);
    assertThat(Nms.greedy(empty(0, 4), empty(0), 0.5).getShape()).isEqualTo(new Shape(0));
    assertThat(Nms.byClass(empty(0, 4), empty(0), none, 0.5).getShape()).isEqualTo(new Shape(0));
    assertThat(Nms.mask(empty(2, 0, 4), empty(2, 0), 0.5).getShape()).isEqualTo(new Shape(2, 0));
    NDArray padded = Nms.batched(empty(2, 0, 4), empty(2, 0), none.reshape(2, 0), 0.5, 3);
    assertThat(padded.getShape()).isEqualTo(new Shape(2, 3, 6));
    assertThat(padded.get(":, :, 0").toFloatArray()).containsOnly(-1);
    NDArray line = boxes(1, 1, 1, 5, 1, 1, 1, 5);
    assertThat(Nms.greedy(line, manager.create(new float[] {1, 2}), 0).toLongArray())
        .containsExactly(1, 0);
  }

  @Test
  void badArgumentsAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Nms.greedy(empty(3, 4), empty(2), 0.5))
        .withMessage("scores (2) must be (3), one for each box");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Nms.greedy(empty(3, 4), empty(3), 50))
        .withMessage("threshold (50.0) must be from 0 to 1");
  }
}
