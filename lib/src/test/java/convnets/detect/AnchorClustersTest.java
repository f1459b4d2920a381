package convnets.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Comparator;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class AnchorClustersTest extends DetectTest {

  /** Boxes of three kinds, each a little different, somewhere in the image. */
  private NDArray threeKinds() {
    double[][] kinds = {{8, 8}, {30, 10}, {12, 40}};
    float[] rows = new float[90 * 5];
    for (int i = 0; i < 90; i++) {
      float left = random.nextInt(20);
      float top = random.nextInt(20);
      boolean padding = i % 7 == 6; // long boxes, which would make a kind of their own
      rows[5 * i] = padding ? -1 : i % 4;
      rows[5 * i + 1] = left;
      rows[5 * i + 2] = top;
      double wider = padding ? 9 : 0.95 + 0.1 * random.nextDouble();
      double taller = 0.95 + 0.1 * random.nextDouble();
      rows[5 * i + 3] = left + (float) (kinds[i % 3][0] * wider);
      rows[5 * i + 4] = top + (float) (kinds[i % 3][1] * taller);
    }
    return truth(6, rows);
  }

  @Test
  void theKindsOfBoxesAreFoundWhateverTheSeed() {
    NDArray truth = threeKinds();
    for (long seed = 0; seed < 20; seed++) {
      AnchorClusters found = AnchorClusters.of(truth, 3, seed);
      assertThat(found.meanIou()).isGreaterThan(0.9);
      assertThat(found.shapes()).isSortedAccordingTo(Comparator.comparing(AnchorShape::area));
      assertClose(found.shapes().get(0), 8, 8);
      assertClose(found.shapes().get(1), 30, 10);
      assertClose(found.shapes().get(2), 12, 40);
    }
  }

  private static void assertClose(AnchorShape shape, double width, double height) {
    assertThat(shape.width()).isCloseTo(width, Offset.offset(0.05 * width));
    assertThat(shape.height()).isCloseTo(height, Offset.offset(0.05 * height));
  }

  @Test
  void eachShapeIsTheMeanOfTheBoxesNearestToIt() {
    float[] edges = randomBoxes(70);
    List<AnchorShape> shapes = AnchorClusters.of(boxes(edges), 5, 3).shapes();
    double[][] sums = new double[5][3];
    double ious = 0;
    for (int i = 0; i < edges.length; i += 4) {
      var side = new AnchorShape(edges[i + 2] - edges[i], edges[i + 3] - edges[i + 1]);
      AnchorShape nearest = shapes.stream().max(Comparator.comparing(side::iou)).orElseThrow();
      double[] sum = sums[shapes.indexOf(nearest)];
      sum[0] += side.width();
      sum[1] += side.height();
      sum[2]++;
      ious += side.iou(nearest);
    }
    for (int k = 0; k < 5; k++) {
      assertThat(shapes.get(k).width()).isCloseTo(sums[k][0] / sums[k][2], Offset.offset(1e-5));
      assertThat(shapes.get(k).height()).isCloseTo(sums[k][1] / sums[k][2], Offset.offset(1e-5));
    }
    assertThat(AnchorClusters.meanIou(boxes(edges), shapes))
        .isCloseTo(ious / 70, Offset.offset(1e-9));
  }

  @Test
  void theSameSeedGivesTheSameShapes() {
    NDArray boxes = boxes(randomBoxes(200));
    assertThat(AnchorClusters.of(boxes, 6, 11)).isEqualTo(AnchorClusters.of(boxes, 6, 11));
    assertThat(AnchorClusters.of(boxes, 6, 11)).isNotEqualTo(AnchorClusters.of(boxes, 6, 12));
  }

  @Test
  void moreShapesSuitBetter() {
    NDArray boxes = boxes(randomBoxes(200));
    double before = 0;
    for (int k : new int[] {1, 3, 9, 27}) {
      double now = AnchorClusters.of(boxes, k, 1).meanIou();
      assertThat(now).isGreaterThan(before);
      before = now;
    }
  }

  @Test
  void asManyShapesAsBoxesAreTheBoxes() {
    assertThat(AnchorClusters.of(boxes(randomBoxes(7)), 7, 5).meanIou()).isEqualTo(1);
  }

  @Test
  void tooFewBoxesAreRefused() {
    NDArray boxes = boxes(0, 0, 2, 2, 1, 1, 3, 3, 0, 0, 4, 4, 5, 5, 5, 9);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AnchorClusters.of(boxes, 3, 1))
        .withMessage("k (3) must not be above the number of different shapes of the 3 boxes: 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AnchorClusters.of(manager.zeros(new Shape(3, 6)), 1, 1))
        .withMessage("boxes (3, 6) must be (…, 4), or truth (…, 5)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AnchorClusters.meanIou(empty(2, 0, 5), List.of(new AnchorShape(1, 1))))
        .withMessage("boxes must hold at least one box");
  }
}
