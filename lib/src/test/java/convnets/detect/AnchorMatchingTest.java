package convnets.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class AnchorMatchingTest extends DetectTest {

  static List<String> matchings() {
    return cases("matching");
  }

  private static AnchorMatching matching(String name) {
    return switch (name) {
      case "matching at 0.5" -> AnchorMatching.at(0.5);
      case "matching at 0.7 and 0.3" -> AnchorMatching.at(0.7).background(0.3);
      case "matching, low quality" -> AnchorMatching.at(0.7).background(0.3).lowQuality();
      case "matching, best anchor" -> AnchorMatching.at(0.6).bestAnchor();
      default -> throw new IllegalArgumentException(name);
    };
  }

  @ParameterizedTest
  @MethodSource("matchings")
  void matchesAreTorchvisionsWhereverPaddingStands(String name) {
    NDArray truth = floats(name, "truth");
    AnchorMatches matches = matching(name).match(floats(name, "anchors"), truth);
    assertEqual(matches.rows(), numbers(name, "rows"));
    assertEqual(matches.classes(truth), numbers(name, "classes"));
    assertEqual(matches.boxes(truth), numbers(name, "boxes"), 0);
  }

  private static final int A = 60;
  private static final int K = 5;

  @ParameterizedTest
  @EnumSource
  void everyAnchorIsMatchedAsALoopWould(AnchorMatching.Forced forced) {
    float[] anchors = randomBoxes(3 * A);
    float[] rows = new float[3 * K * 5];
    float[] boxes = randomBoxes(3 * K);
    for (int i = 0; i < 3 * K; i++) {
      rows[5 * i] = random.nextInt(4) - 1;
      System.arraycopy(boxes, 4 * i, rows, 5 * i + 1, 4);
    }
    for (int i = 10; i < 15; i++) {
      rows[5 * i] = -1; // an image without boxes
    }
    NDArray truth = truth(3, rows);
    NDArray own = manager.create(anchors, new Shape(3, A, 4));
    AnchorMatches matches = new AnchorMatching(0.5, 0.3, forced).match(own, truth);
    NDArray classes = matches.classes(truth);
    NDArray found = matches.boxes(truth);
    for (int n = 0; n < 3; n++) {
      int[] expected = loop(anchors, rows, n, forced);
      for (int a = 0; a < A; a++) {
        int row = (int) matches.rows().getLong(n, a);
        assertThat(row).as("anchor %d of image %d", a, n).isEqualTo(expected[a]);
        int at = 5 * (n * K + row);
        assertThat(classes.getLong(n, a)).isEqualTo(row < 0 ? row : (long) rows[at]);
        for (int e = 0; e < 4; e++) {
          assertThat(found.getFloat(n, a, e)).isEqualTo(row < 0 ? 0 : rows[at + 1 + e]);
        }
      }
    }
    assertThat(matches.objects().sum().getLong() + matches.background().sum().getLong())
        .isLessThan(3 * A);
  }

  private static int[] loop(float[] anchors, float[] rows, int n, AnchorMatching.Forced forced) {
    int[] match = new int[A];
    int[] nearest = new int[A];
    double[] best = new double[K];
    int[] bestAnchor = new int[K];
    for (int a = 0; a < A; a++) {
      double highest = 0;
      for (int k = 0; k < K; k++) {
        double iou = iou(anchors, 4 * (n * A + a), rows, 5 * (n * K + k) + 1);
        if (rows[5 * (n * K + k)] >= 0) {
          if (iou > highest) {
            highest = iou;
            nearest[a] = k;
          }
          if (iou > best[k]) {
            best[k] = iou;
            bestAnchor[k] = a;
          }
        }
      }
      match[a] = highest >= 0.5 ? nearest[a] : highest < 0.3 ? -1 : -2;
    }
    for (int k = 0; k < K; k++) {
      if (best[k] > 0 && forced == AnchorMatching.Forced.BEST_ANCHOR) {
        match[bestAnchor[k]] = k;
      } else if (best[k] > 0 && forced == AnchorMatching.Forced.LOW_QUALITY) {
        match[bestAnchor[k]] = nearest[bestAnchor[k]];
      }
    }
    return match;
  }

  @Test
  void ofTwoBoxesWithOneBestAnchorTheLastGetsIt() {
    NDArray anchors = boxes(0, 0, 10, 10, 30, 30, 40, 40);
    NDArray truth = truth(1, 2, 0, 0, 5, 5, 7, 0, 0, 4, 4);
    assertThat(AnchorMatching.at(0.5).match(anchors, truth).rows().toLongArray())
        .containsExactly(-1, -1);
    assertThat(AnchorMatching.at(0.5).bestAnchor().match(anchors, truth).rows().toLongArray())
        .containsExactly(1, -1);
    assertThat(AnchorMatching.at(0.5).lowQuality().match(anchors, truth).rows().toLongArray())
        .containsExactly(0, -1);
  }

  @ParameterizedTest
  @EnumSource
  void aBoxThatTouchesNoAnchorForcesNothing(AnchorMatching.Forced forced) {
    NDArray anchors = boxes(0, 0, 10, 10, 10, 10, 20, 20);
    NDArray truth = truth(1, 2, 50, 50, 60, 60);
    AnchorMatches matches = new AnchorMatching(0.5, 0.5, forced).match(anchors, truth);
    assertThat(matches.rows().toLongArray()).containsExactly(-1, -1);
    assertThat(matches.overlaps().toFloatArray()).containsExactly(0, 0);
  }

  @ParameterizedTest
  @EnumSource
  void withoutBoxesAllIsBackground(AnchorMatching.Forced forced) {
    AnchorMatching matching = new AnchorMatching(0.5, 0.4, forced);
    NDArray anchors = boxes(randomBoxes(3));
    for (NDArray truth : new NDArray[] {empty(2, 0, 5), truth(2, -1, 0, 0, 9, 9, -1, 0, 0, 9, 9)}) {
      AnchorMatches matches = matching.match(anchors, truth);
      assertThat(matches.rows().toLongArray()).containsExactly(-1, -1, -1, -1, -1, -1);
      assertThat(matches.overlaps().toFloatArray()).containsOnly(0);
      assertThat(matches.classes(truth).toLongArray()).containsOnly(-1);
      assertThat(matches.boxes(truth).getShape()).isEqualTo(new Shape(2, 3, 4));
      assertThat(matches.boxes(truth).toFloatArray()).containsOnly(0);
    }
    assertThat(matching.match(empty(0, 4), truth(1, 0, 1, 1, 2, 2)).rows().getShape())
        .isEqualTo(new Shape(1, 0));
  }

  @Test
  void badArgumentsAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AnchorMatching.at(0.4).background(0.5))
        .withMessage("background (0.5) must not be above object (0.4)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AnchorMatching.at(0.5).match(empty(3, 2, 4), empty(2, 1, 5)))
        .withMessage("anchors (3, 2, 4) must be (A, 4), or (2, A, 4), for truth (2, 1, 5)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AnchorMatching.at(0.5).match(empty(2, 4), empty(2, 1, 4)))
        .withMessage("truth (2, 1, 4) must be (N, K, 5): class, left, top, right and bottom edge");
  }
}
