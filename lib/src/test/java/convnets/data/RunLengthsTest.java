package convnets.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import convnets.Reference;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Runs and polygons against pycocotools: {@code ci/parity/masks.py}. */
class RunLengthsTest {

  @Test
  void masksAndPolygonsHaveTheRunsOfCocosTool() {
    int filled = 0;
    for (String[] row : Reference.rows("masks.tsv")) {
      Shape shape = Reference.shape(row[2]);
      int height = (int) shape.get(0);
      int width = (int) shape.get(1);
      IntToDoubleFunction u = Reference.uniform(row[0] + " " + row[1]);
      RunLengths runs =
          row[0].equals("mask")
              ? RunLengths.of(mask(u, height, width), height, width)
              : polygon(u, height, width).fill(height, width);
      assertThat(runs.text()).as(row[0] + " " + row[1]).isEqualTo(row[3]);
      assertThat(RunLengths.parse(row[3], height, width)).isEqualTo(runs);
      boolean[] mask = runs.mask();
      int inside = 0;
      for (boolean pixel : mask) {
        inside += pixel ? 1 : 0;
      }
      assertThat(runs.area()).isEqualTo(inside);
      assertThat(RunLengths.of(mask, height, width).mask()).isEqualTo(mask);
      filled += row[0].equals("polygon") && inside > 0 ? 1 : 0;
    }
    assertThat(filled).isGreaterThan(150);
  }

  private static boolean[] mask(IntToDoubleFunction u, int height, int width) {
    double share = u.applyAsDouble(2);
    int block = 1 + (int) (6 * (u.applyAsDouble(3) * u.applyAsDouble(3)));
    boolean[] mask = new boolean[height * width];
    for (int p = 0; p < mask.length; p++) {
      int place = 4 + p / width / block * 50 + p % width / block;
      mask[p] = u.applyAsDouble(place) < share;
    }
    return mask;
  }

  private static Polygon polygon(IntToDoubleFunction u, int height, int width) {
    int corners = 3 + (int) (6 * u.applyAsDouble(2));
    double[] points = new double[2 * corners];
    for (int corner = 0; corner < corners; corner++) {
      int place = 4 + 2 * (u.applyAsDouble(3) < 0.8 ? corner : corner / 2);
      points[2 * corner] = (int) ((width + 20) * 4 * u.applyAsDouble(place)) / 4.0 - 10;
      points[2 * corner + 1] = (int) ((height + 20) * 4 * u.applyAsDouble(place + 1)) / 4.0 - 10;
    }
    return new Polygon(points);
  }

  @Test
  void runsOfEverySizeComeBack() {
    Random random = new Random(5);
    for (int i = 0; i < 200; i++) {
      int height = 1 + random.nextInt(30);
      int width = 1 + random.nextInt(4000);
      boolean[] mask = new boolean[height * width];
      double share = Math.pow(random.nextDouble(), 8);
      for (int p = 1; p < mask.length; p++) {
        mask[p] = random.nextDouble() < share ? !mask[p - 1] : mask[p - 1];
      }
      RunLengths runs = RunLengths.of(mask, height, width);
      assertThat(RunLengths.parse(runs.text(), height, width).mask()).isEqualTo(mask);
    }
  }

  @Test
  void whatIsNoneIsRefused() {
    assertThatThrownBy(() -> new RunLengths(2, 3, new int[] {1, 2}))
        .hasMessage("its runs make 3 pixels, and 2 × 3 (height × width) are 6");
    assertThatThrownBy(() -> new RunLengths(2, 3, new int[] {7, -1}))
        .hasMessage("a run has the length -1");
    assertThatThrownBy(() -> RunLengths.parse("o", 2, 3)).hasMessageContaining("end within");
    assertThatThrownBy(() -> RunLengths.parse("ooooooooooooooooooo0", 2, 3))
        .hasMessageContaining("end within");
    assertThatThrownBy(() -> RunLengths.parse("6 ", 2, 3)).hasMessageContaining("character");
    assertThatThrownBy(() -> RunLengths.parse("", 2, 3)).hasMessageContaining("make 0 pixels");
    assertThatThrownBy(() -> new Polygon(new double[4])).hasMessageContaining("has 4 numbers");
  }
}
