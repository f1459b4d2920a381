package convnets.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class AnchorsTest extends DetectTest {

  private static final double[] SIZES = {8, 16};
  private static final double[] RATIOS = {1, 2, 0.5};

  @Test
  void atCornersTheyAreThoseOfTorchvisionsFasterRcnn() {
    // torchvision's ratios are height over width.
    Anchors anchors =
        Anchors.of(AnchorShape.everyPair(new double[] {8, 13}, new double[] {2, 1, 0.5}))
            .and(AnchorShape.everyPair(new double[] {21, 34}, new double[] {1, 1.0 / 3}))
            .atCorners();
    NDArray boxes = anchors.boxes(manager, new Shape(50, 67), new Shape(6, 8), new Shape(3, 4));
    assertEqual(boxes, numbers("anchors at corners", "y"), 0);
    assertThat(anchors.perPixel(0)).isEqualTo(6);
    assertThat(anchors.perPixel(1)).isEqualTo(4);
  }

  @Test
  void atCentersTheyAreThoseOfTorchvisionsSsd() {
    Anchors anchors =
        Anchors.of(AnchorShape.ssd(0.2 * 60, 0.4 * 60, 2))
            .and(AnchorShape.ssd(0.4 * 60, 0.7 * 60, 2, 3));
    NDArray boxes = anchors.boxes(manager, new Shape(60, 60), new Shape(5, 4), new Shape(2, 3));
    assertEqual(boxes, numbers("anchors of SSD", "y"), 2e-5);
  }

  @Test
  void theyStandByRowColumnAndShape() {
    List<AnchorShape> shapes = AnchorShape.everyPair(SIZES, RATIOS);
    float[] boxes =
        Anchors.of(shapes)
            .boxes(manager, new Shape(1, 3, 30, 42), new Shape(1, 9, 5, 6))
            .toFloatArray();
    assertThat(boxes).hasSize(5 * 6 * 6 * 4);
    int at = 0;
    for (int row = 0; row < 5; row++) {
      for (int column = 0; column < 6; column++) {
        for (AnchorShape shape : shapes) {
          double x = (column + 0.5) * 7;
          double y = (row + 0.5) * 6;
          double[] expected = {
            x - shape.width() / 2,
            y - shape.height() / 2,
            x + shape.width() / 2,
            y + shape.height() / 2
          };
          for (double edge : expected) {
            assertThat((double) boxes[at++]).isCloseTo(edge, Offset.offset(1e-4));
          }
        }
      }
    }
  }

  @Test
  void bothWaysToCombineSizesAndRatiosAreToldApart() {
    List<AnchorShape> every = AnchorShape.everyPair(SIZES, RATIOS);
    List<AnchorShape> first = AnchorShape.firstOfEach(SIZES, RATIOS);
    assertThat(every).hasSize(6).containsAll(first);
    assertThat(first)
        .containsExactly(
            new AnchorShape(8, 8),
            new AnchorShape(16, 16),
            AnchorShape.of(8, 2),
            AnchorShape.of(8, 0.5));
    assertThat(every.subList(0, 3))
        .containsExactly(new AnchorShape(8, 8), new AnchorShape(16, 16), AnchorShape.of(8, 2));
  }

  @Test
  void theRatioIsWidthOverHeightAndTheAreaThatOfTheSize() {
    AnchorShape lying = AnchorShape.of(12, 4);
    assertThat(lying).isEqualTo(new AnchorShape(24, 6));
    assertThat(lying.area()).isEqualTo(144);
    assertThat(lying.iou(new AnchorShape(6, 24))).isEqualTo(36.0 / (144 + 144 - 36));
  }

  @Test
  void clippedTheyEndAtTheImage() {
    Anchors anchors = Anchors.of(List.of(new AnchorShape(30, 50)));
    NDArray boxes = anchors.boxes(manager, new Shape(20, 40), new Shape(2, 4));
    NDArray clipped = anchors.clipped().boxes(manager, new Shape(20, 40), new Shape(2, 4));
    assertThat(clipped).isEqualTo(Boxes.clip(boxes, 20, 40)).isNotEqualTo(boxes);
  }

  @Test
  void whatTheyAreIsToldByName() {
    Anchors anchors = Anchors.of(List.of(new AnchorShape(3, 5))).atCorners().clipped();
    assertThat(anchors)
        .hasToString("anchors [[AnchorShape[width=3.0, height=5.0]]], at corners, clipped");
  }

  @Test
  void badArgumentsAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AnchorShape.of(3, 0))
        .withMessage("ratio (0.0) must be above 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AnchorShape.everyPair(new double[0], RATIOS))
        .withMessage("sizes must hold at least one number");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Anchors.of(List.of()))
        .withMessage("shapes must hold at least one");
    Anchors two = Anchors.of(AnchorShape.ssd(3, 4)).and(AnchorShape.ssd(4, 5));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> two.boxes(manager, new Shape(9, 9), new Shape(3, 3)))
        .withMessage("features (1) must be one for each map with anchors: 2");
  }
}
