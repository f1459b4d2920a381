package convnets.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class CenterPeaksTest extends DetectTest {

  private static final int N = 2;
  private static final int C = 3;
  private static final int H = 7;
  private static final int W = 9;

  @Test
  void peaksAreThePixelsThatNoNeighbourExceeds() {
    NDArray heat = manager.randomUniform(0, 1, new Shape(N, C, H, W));
    CenterPeaks peaks = CenterPeaks.of(heat, 8);
    for (int n = 0; n < N; n++) {
      List<int[]> expected = new ArrayList<>();
      for (int c = 0; c < C; c++) {
        for (int p = 0; p < H * W; p++) {
          if (isPeak(heat, n, c, p / W, p % W)) {
            expected.add(new int[] {c, p});
          }
        }
      }
      int image = n;
      expected.sort(Comparator.comparing(at -> -heat.getFloat(image, at[0], at[1] / W, at[1] % W)));
      for (int i = 0; i < 8; i++) {
        int[] at = expected.get(i);
        assertThat(peaks.classes().getLong(n, i)).isEqualTo(at[0]);
        assertThat(peaks.pixels().getLong(n, i)).isEqualTo(at[1]);
        assertThat(peaks.scores().getFloat(n, i))
            .isEqualTo(heat.getFloat(n, at[0], at[1] / W, at[1] % W));
      }
    }
  }

  private static boolean isPeak(NDArray heat, int n, int c, int row, int column) {
    float own = heat.getFloat(n, c, row, column);
    for (int v = Math.max(row - 1, 0); v <= Math.min(row + 1, H - 1); v++) {
      for (int u = Math.max(column - 1, 0); u <= Math.min(column + 1, W - 1); u++) {
        if (heat.getFloat(n, c, v, u) > own) {
          return false;
        }
      }
    }
    return true;
  }

  @Test
  void perfectMapsGiveTheBoxesBack() {
    // Far enough from each other that no bell hides another's top.
    NDArray truth = truth(2, 2, 3, 5, 17, 21, 0, 40, 20, 60, 44, 1, 5, 30, 9, 45, -1, 0, 0, 0, 0);
    Shape image = new Shape(2, 3, 48, 64);
    Shape map = new Shape(2, C, 12, 16);
    CenterTargets targets = CenterTargets.of(truth, C, image, map);
    NDArray offsets = manager.zeros(new Shape(2, 2, 12, 16));
    NDArray sizes = manager.zeros(new Shape(2, 2, 12, 16));
    for (int i = 0; i < 3; i++) {
      long pixel = targets.pixels().getLong(i / 2, i % 2);
      for (int d = 0; d < 2; d++) {
        String at = i / 2 + ", " + d + ", " + pixel / 16 + ", " + pixel % 16;
        offsets.set(new NDIndex(at), targets.offsets().getFloat(i / 2, i % 2, d));
        sizes.set(new NDIndex(at), targets.sizes().getFloat(i / 2, i % 2, d));
      }
    }
    CenterPeaks peaks = CenterPeaks.of(targets.heat(), 2);
    NDArray boxes = peaks.boxes(offsets, sizes, image);
    assertThat(boxes.getShape()).isEqualTo(new Shape(2, 2, 4));
    assertThat(peaks.scores().toFloatArray()).startsWith(1, 1, 1);
    for (int k = 0; k < 2; k++) {
      long label = peaks.classes().getLong(0, k);
      int row = label == 2 ? 0 : 1;
      assertThat(boxes.get(0, k).toFloatArray())
          .containsExactly(Boxes.of(truth).get(0, row).toFloatArray(), Offset.offset(1e-3f));
    }
    assertThat(boxes.get(1, 0).toFloatArray())
        .containsExactly(new float[] {5, 30, 9, 45}, Offset.offset(1e-3f));
  }

  @Test
  void noMorePeaksThanPixels() {
    NDArray heat = manager.ones(new Shape(1, 1, 1, 1));
    CenterPeaks peaks = CenterPeaks.of(heat, 100);
    assertThat(peaks.scores().toFloatArray()).containsExactly(1);
    assertThat(peaks.pixels().getDataType()).isEqualTo(DataType.INT64);
    NDArray boxes =
        peaks.boxes(
            manager.full(new Shape(1, 2, 1, 1), 0.5f),
            manager.ones(new Shape(1, 2, 1, 1)),
            new Shape(1, 3, 8, 6));
    assertThat(boxes.toFloatArray()).containsExactly(0, 0, 6, 8);
  }

  @Test
  void badArgumentsAreNamed() {
    NDArray heat = manager.ones(new Shape(1, 2, 3, 3));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CenterPeaks.of(heat, 0))
        .withMessage("most (0) must be at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> CenterPeaks.of(heat, 2).boxes(empty(1, 2, 3, 3), heat.get(0), heat.getShape()))
        .withMessage("sizes (2, 3, 3) must be (1, 2, 3, 3), two for each pixel of the heat maps");
  }
}
