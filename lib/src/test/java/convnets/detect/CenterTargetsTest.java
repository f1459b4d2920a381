package convnets.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CenterTargetsTest extends DetectTest {

  private static final int N = 3;
  private static final int K = 6;
  private static final int C = 4;
  private static final int H = 12;
  private static final int W = 16;
  private static final Shape IMAGE = new Shape(N, 3, 48, 64);
  private static final Shape MAP = new Shape(N, C, H, W);

  private float[] rows() {
    float[] rows = new float[N * K * 5];
    float[] boxes = randomBoxes(N * K);
    for (int i = 0; i < N * K; i++) {
      rows[5 * i] = i / K == 2 ? -1 : random.nextInt(C + 1) - 1; // nothing in the last image
      System.arraycopy(boxes, 4 * i, rows, 5 * i + 1, 4);
    }
    return rows;
  }

  /** As CenterNet's code draws them. */
  private static double[] loop(float[] rows) {
    double[] heat = new double[N * C * H * W];
    for (int i = 0; i < N * K; i++) {
      if (rows[5 * i] < 0) {
        continue;
      }
      double x = (rows[5 * i + 1] + rows[5 * i + 3]) / 8;
      double y = (rows[5 * i + 2] + rows[5 * i + 4]) / 8;
      double height = Math.ceil((rows[5 * i + 4] - rows[5 * i + 2]) / 4);
      double width = Math.ceil((rows[5 * i + 3] - rows[5 * i + 1]) / 4);
      int radius = Math.max(0, (int) radius(height, width, 0.7));
      double sigma = (2 * radius + 1) / 6.0;
      int column = (int) Math.min(Math.max(Math.floor(x), 0), W - 1);
      int row = (int) Math.min(Math.max(Math.floor(y), 0), H - 1);
      int plane = i / K * C + (int) rows[5 * i];
      for (int v = Math.max(row - radius, 0); v <= Math.min(row + radius, H - 1); v++) {
        for (int u = Math.max(column - radius, 0); u <= Math.min(column + radius, W - 1); u++) {
          double squared = (u - column) * (u - column) + (v - row) * (v - row);
          int at = (plane * H + v) * W + u;
          heat[at] = Math.max(heat[at], Math.exp(-squared / (2 * sigma * sigma)));
        }
      }
    }
    return heat;
  }

  private static double radius(double height, double width, double iou) {
    double b1 = height + width;
    double c1 = width * height * (1 - iou) / (1 + iou);
    double r1 = (b1 + Math.sqrt(b1 * b1 - 4 * c1)) / 2;
    double b2 = 2 * (height + width);
    double c2 = (1 - iou) * width * height;
    double r2 = (b2 + Math.sqrt(b2 * b2 - 4 * 4 * c2)) / 2;
    double a3 = 4 * iou;
    double b3 = -2 * iou * (height + width);
    double c3 = (iou - 1) * width * height;
    double r3 = (b3 + Math.sqrt(b3 * b3 - 4 * a3 * c3)) / 2;
    return Math.min(r1, Math.min(r2, r3));
  }

  @Test
  void heatIsThatOfCenterNetsLoop() {
    float[] rows = rows();
    NDArray heat = CenterTargets.of(truth(N, rows), C, IMAGE, MAP).heat();
    assertThat(heat.getShape()).isEqualTo(MAP);
    double[] expected = loop(rows);
    float[] found = heat.toFloatArray();
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) found[i]).isCloseTo(expected[i], Offset.offset(1e-5));
    }
    assertThat(heat.get(2).max().getFloat()).isZero();
  }

  @Test
  void centersOffsetsAndSizesGiveTheBoxesBack() {
    float[] rows = rows();
    CenterTargets targets = CenterTargets.of(truth(N, rows), C, IMAGE, MAP);
    boolean[] objects = targets.objects().toBooleanArray();
    for (int i = 0; i < N * K; i++) {
      long pixel = targets.pixels().getLong(i / K, i % K);
      float[] offset = targets.offsets().get(i / K, i % K).toFloatArray();
      float[] size = targets.sizes().get(i / K, i % K).toFloatArray();
      assertThat(objects[i]).isEqualTo(rows[5 * i] >= 0);
      if (objects[i]) {
        double x = 4 * (pixel % W + offset[0]);
        double y = 4 * (pixel / W + offset[1]);
        double[] box = {x - 2 * size[0], y - 2 * size[1], x + 2 * size[0], y + 2 * size[1]};
        for (int e = 0; e < 4; e++) {
          assertThat(box[e]).isCloseTo(rows[5 * i + 1 + e], Offset.offset(1e-3));
        }
        assertThat(targets.heat().getFloat(i / K, (long) rows[5 * i], pixel / W, pixel % W))
            .isEqualTo(1);
      } else {
        assertThat(pixel).isEqualTo(-1);
        assertThat(offset).containsOnly(0);
        assertThat(size).containsOnly(0);
      }
    }
  }

  @Test
  void mapsAreReadAtTheCenters() {
    CenterTargets targets = CenterTargets.of(truth(N, rows()), C, IMAGE, MAP);
    NDArray maps = manager.arange((float) (N * 2 * H * W)).reshape(N, 2, H, W);
    NDArray read = targets.at(maps);
    assertThat(read.getShape()).isEqualTo(new Shape(N, K, 2));
    for (int i = 0; i < N * K; i++) {
      long pixel = Math.max(targets.pixels().getLong(i / K, i % K), 0);
      for (int d = 0; d < 2; d++) {
        assertThat(read.getFloat(i / K, i % K, d)).isEqualTo((i / K * 2 + d) * H * W + pixel);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"10, 10, 0.7", "3, 8, 0.7", "21, 5, 0.3", "1, 1, 0.5"})
  void theRadiusIsThatOfCenterNetsCode(double height, double width, double iou) {
    assertThat(CenterTargets.radius(height, width, iou))
        .isCloseTo(radius(height, width, iou), Offset.offset(1e-4));
  }

  @Test
  void theLossIsTheFormula() {
    NDArray heat = CenterTargets.of(truth(N, rows()), C, IMAGE, MAP).heat();
    CenterTargets targets = new CenterTargets(heat, heat, heat, heat);
    NDArray logits = manager.randomNormal(MAP);
    float[] found = targets.heatLoss(logits).toFloatArray();
    float[] x = logits.toFloatArray();
    float[] y = heat.toFloatArray();
    for (int i = 0; i < x.length; i++) {
      double p = 1 / (1 + Math.exp(-x[i]));
      double expected =
          y[i] == 1
              ? -(1 - p) * (1 - p) * Math.log(p)
              : -Math.pow(1 - y[i], 4) * p * p * Math.log(1 - p);
      assertThat((double) found[i]).isCloseTo(expected, Offset.offset(1e-5));
    }
    NDArray certain = logits.mul(1000);
    assertFinite(gradient(certain, () -> targets.heatLoss(certain)));
  }

  @Test
  void withoutBoxesAllIsCold() {
    CenterTargets none = CenterTargets.of(empty(2, 0, 5), C, IMAGE, MAP);
    assertThat(none.heat().getShape()).isEqualTo(new Shape(2, C, H, W));
    assertThat(none.heat().sum().getFloat()).isZero();
    assertThat(none.pixels().getShape()).isEqualTo(new Shape(2, 0));
    assertThat(none.sizes().getShape()).isEqualTo(new Shape(2, 0, 2));
    CenterTargets line = CenterTargets.of(truth(1, 2, 5, 5, 5, 9), C, IMAGE, MAP);
    assertThat(line.pixels().toLongArray()).containsExactly(-1);
  }

  @Test
  void badArgumentsAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CenterTargets.radius(3, 3, 1))
        .withMessage("iou (1.0) must be from 0 to below 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CenterTargets.of(empty(2, 0, 5), 0, IMAGE, MAP))
        .withMessage("classes (0) must be at least 1");
  }
}
