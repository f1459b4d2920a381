package convnets.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SpriteTest {
  private static final int SIDE = Sprite.SIDE;

  @Test
  void extentOfATurnedRectangleIsThatOfGeometry() {
    // 40 wide and 20 high, its centre 2 to the left of the sprite's centre and 4 below it.
    Sprite sprite = rectangle(10, 26, 40, 20, 0xff00ff00);
    for (double angle : new double[] {0, 0.3, -0.5, 1, Math.PI / 2, 3, -2.5}) {
      double cos = Math.cos(angle);
      double sin = Math.sin(angle);
      double x = -2 * cos - 4 * sin;
      double y = -2 * sin + 4 * cos;
      double halfWidth = 20 * Math.abs(cos) + 10 * Math.abs(sin);
      double halfHeight = 20 * Math.abs(sin) + 10 * Math.abs(cos);
      assertThat(sprite.extent(angle))
          .containsExactly(
              new double[] {x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight},
              within(1e-9));
    }
  }

  @Test
  void extentEndsWhereThePixelsAreMoreTransparentThanNot() {
    int[] argb = new int[SIDE * SIDE];
    argb[30 * SIDE + 20] = 0x7f000000;
    argb[31 * SIDE + 21] = 0x80000000;
    assertThat(new Sprite(argb).extent(0)).containsExactly(-11, -1, -10, 0);
  }

  @Test
  void levelsHoldMeansOfPremultipliedColours() {
    int[] argb = new Random(1).ints(SIDE * SIDE).toArray();
    Sprite sprite = new Sprite(argb);
    for (int level = 0; level < 5; level++) {
      int size = 1 << level;
      int side = SIDE / size;
      for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
          double[] mean = new double[4];
          for (int i = 0; i < size * size; i++) {
            int pixel = argb[(y * size + i / size) * SIDE + x * size + i % size];
            double alpha = (pixel >>> 24) / 255.0;
            mean[0] += (pixel >>> 16 & 255) / 255.0 * alpha / (size * size);
            mean[1] += (pixel >>> 8 & 255) / 255.0 * alpha / (size * size);
            mean[2] += (pixel & 255) / 255.0 * alpha / (size * size);
            mean[3] += alpha / (size * size);
          }
          for (int c = 0; c < 4; c++) {
            float found = sprite.level(level)[((y + 1) * (side + 2) + x + 1) * 4 + c];
            assertThat((double) found).isCloseTo(mean[c], within(1e-6));
          }
        }
      }
    }
  }

  @Test
  void levelsHaveATransparentFrame() {
    Sprite sprite = rectangle(0, 0, SIDE, SIDE, 0xffffffff);
    for (int level = 0; level < 5; level++) {
      int side = (SIDE >> level) + 2;
      for (int i = 0; i < side * side; i++) {
        boolean frame =
            i / side == 0 || i / side == side - 1 || i % side == 0 || i % side == side - 1;
        assertThat(sprite.level(level)[i * 4 + 3]).isEqualTo(frame ? 0 : 1);
      }
    }
  }

  @Test
  void samplesFarApartComeFromASmallLevel() {
    assertThat(new int[] {level(0.1), level(1), level(1.4), level(1.5), level(2.8), level(2.9)})
        .containsExactly(0, 0, 0, 1, 1, 2);
    assertThat(level(1000)).isEqualTo(4);
  }

  private static int level(double distance) {
    return Sprite.level(distance);
  }

  /** A sprite of one rectangle. */
  static Sprite rectangle(int left, int top, int width, int height, int argb) {
    int[] pixels = new int[SIDE * SIDE];
    for (int y = top; y < top + height; y++) {
      for (int x = left; x < left + width; x++) {
        pixels[y * SIDE + x] = argb;
      }
    }
    return new Sprite(pixels);
  }
}
