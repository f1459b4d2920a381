package convnets.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SoftNmsTest extends DetectTest {

  private record Scored(int row, double score) {}

  /** The paper's pseudo code, on lists. */
  private static List<Scored> loop(float[] boxes, float[] scores, SoftNms soft, double least) {
    List<Scored> open = new ArrayList<>();
    for (int i = 0; i < scores.length; i++) {
      open.add(new Scored(i, scores[i]));
    }
    List<Scored> taken = new ArrayList<>();
    while (!open.isEmpty()) {
      Scored best = open.stream().max(Comparator.comparing(Scored::score)).orElseThrow();
      if (best.score < least) {
        break;
      }
      open.remove(best);
      taken.add(best);
      open.replaceAll(
          other -> {
            double iou = iou(boxes, 4 * best.row, boxes, 4 * other.row);
            double gaussian = Math.exp(-iou * iou / soft.sigma());
            double linear = iou > soft.threshold() ? 1 - iou : 1;
            return new Scored(
                other.row, other.score * (Double.isNaN(soft.sigma()) ? linear : gaussian));
          });
    }
    return taken;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 15, 80})
  void boxesAreTakenAndDoubtedAsInThePaper(int count) {
    float[] boxes = randomBoxes(count);
    float[] scores = randomNumbers(count);
    for (SoftNms soft : List.of(SoftNms.linear(0.3), SoftNms.gaussian(0.5), SoftNms.linear(0))) {
      for (double least : new double[] {0, 0.2}) {
        List<Scored> expected = loop(boxes, scores, soft, least);
        SoftNms.Rescored found = soft.apply(boxes(boxes), manager.create(scores), least);
        assertThat(found.rows().toLongArray())
            .containsExactly(expected.stream().mapToLong(Scored::row).toArray());
        for (int i = 0; i < expected.size(); i++) {
          assertThat((double) found.scores().getFloat(i))
              .isCloseTo(expected.get(i).score, Offset.offset(1e-5));
        }
      }
    }
  }

  @Test
  void scoresGivenStayAsTheyAre() {
    NDArray scores = manager.create(new float[] {0.9f, 0.8f});
    SoftNms.gaussian(0.5).apply(boxes(0, 0, 4, 4, 1, 0, 5, 4), scores, 0);
    assertThat(scores.toFloatArray()).containsExactly(0.9f, 0.8f);
  }

  @Test
  void ofEqualScoresTheFirstIsTaken() {
    NDArray boxes = boxes(0, 0, 1, 1, 5, 5, 6, 6, 9, 9, 10, 10, 20, 20, 21, 21);
    NDArray scores = manager.create(new float[] {0.5f, 0.9f, 0.5f, 0.5f});
    assertThat(SoftNms.linear(0.3).apply(boxes, scores, 0).rows().toLongArray())
        .containsExactly(1, 0, 2, 3);
  }

  @Test
  void ofNothingNothingStays() {
    SoftNms.Rescored none = SoftNms.linear(0.3).apply(empty(0, 4), empty(0), 0.1);
    assertThat(none.rows().getShape()).isEqualTo(new Shape(0));
    assertThat(none.scores().getShape()).isEqualTo(new Shape(0));
  }

  @Test
  void badArgumentsAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SoftNms.gaussian(0))
        .withMessage("sigma (0.0) must be above 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SoftNms(0.3, 0.5))
        .withMessage("threshold (0.3) or sigma (0.5) must be given, and the other NaN");
  }
}
