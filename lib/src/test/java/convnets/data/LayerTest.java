package convnets.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import convnets.data.Placement.Tint;
import convnets.io.DataFolder;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class LayerTest {
  private static final int SIDE = Sprite.SIDE;

  @Test
  void anUprightRectangleCoversThePixelsOfGeometry() {
    // 32 × 16 about the centre, at half the size: 16 × 8 about (20, 12).
    Sprite sprite = SpriteTest.rectangle(16, 24, 32, 16, 0xff336699);
    Layer layer = Layer.of(sprite, new Placement(20, 12, 0.5, 0, Tint.NONE), 30, 40);
    byte[] mask = layer.mask(30, 40);
    for (int y = 0; y < 30; y++) {
      for (int x = 0; x < 40; x++) {
        boolean inside = x >= 12 && x < 28 && y >= 8 && y < 16;
        assertThat(mask[y * 40 + x]).as("x %d, y %d", x, y).isEqualTo((byte) (inside ? 1 : 0));
      }
    }
    float[] canvas = canvas(30, 40, 0.5f);
    layer.over(canvas, 30, 40);
    assertThat(canvas[12 * 40 + 20]).isCloseTo(0x33 / 255f, within(1e-6f));
    assertThat(canvas[1200 + 12 * 40 + 20]).isCloseTo(0x66 / 255f, within(1e-6f));
    assertThat(canvas[2400 + 12 * 40 + 20]).isCloseTo(0x99 / 255f, within(1e-6f));
    assertThat(canvas[0]).isEqualTo(0.5f);
  }

  @Test
  void aTurnedDiscKeepsItsAreaAndPlace() {
    // A disc of radius 10 whose centre is 16 to the right of the sprite's.
    int[] argb = new int[SIDE * SIDE];
    for (int i = 0; i < argb.length; i++) {
      double dx = i % SIDE + 0.5 - 48;
      double dy = i / SIDE + 0.5 - 32;
      argb[i] = dx * dx + dy * dy < 100 ? 0xffffffff : 0;
    }
    // A quarter turn clockwise puts it below; 1.5 times the size.
    var placement = new Placement(50, 40, 1.5, Math.PI / 2, Tint.NONE);
    byte[] mask = Layer.of(new Sprite(argb), placement, 100, 100).mask(100, 100);
    double area = 0;
    double x = 0;
    double y = 0;
    for (int i = 0; i < mask.length; i++) {
      area += mask[i];
      x += mask[i] * (i % 100 + 0.5);
      y += mask[i] * (i / 100 + 0.5);
    }
    assertThat(area).isCloseTo(Math.PI * 15 * 15, within(15.0));
    assertThat(x / area).isCloseTo(50, within(0.1));
    assertThat(y / area).isCloseTo(40 + 1.5 * 16, within(0.1));
  }

  /** Each pixel as the mean of 256 points, each of the colour of the sprite's nearest pixel. */
  @Test
  void equalsANaiveRenderer() throws IOException {
    BufferedImage sheet = ImageIO.read(DataFolder.find("menagerie/google.png").toFile());
    var random = new Random(3);
    double errors = 0;
    for (int round = 0; round < 40; round++) {
      int cell = random.nextInt(200);
      int[] argb = sheet.getRGB(cell % 20 * SIDE, cell / 20 * SIDE, SIDE, SIDE, null, 0, SIDE);
      double size = 6 + 40 * random.nextDouble();
      var placement =
          new Placement(
              48 * random.nextDouble(),
              32 * random.nextDouble(),
              size / SIDE,
              7 * random.nextDouble() - 3.5,
              Tint.NONE);
      float[] canvas = canvas(32, 48, 0.5f);
      Layer.of(new Sprite(argb), placement, 32, 48).over(canvas, 32, 48);
      double[] expected = naive(argb, placement, 32, 48);
      double squares = 0;
      double bias = 0;
      for (int i = 0; i < expected.length; i++) {
        squares += Math.pow(canvas[i] - expected[i], 2);
        bias += canvas[i] - expected[i];
      }
      // Per pixel of the sprite, not of the frame.
      double pixels = 3 * size * size;
      double error = Math.sqrt(squares / pixels);
      assertThat(error).as("%d, %s", cell, placement).isLessThan(0.06);
      assertThat(bias / pixels).as("%d, %s", cell, placement).isCloseTo(0, within(0.01));
      errors += error / 40;
    }
    // With one sample a pixel in place of four it is 0.0098.
    assertThat(errors).isLessThan(0.008);
  }

  private static double[] naive(int[] argb, Placement at, int height, int width) {
    double[] canvas = new double[3 * height * width];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int i = 0; i < 256; i++) {
          double dx = (x + (i % 16 + 0.5) / 16 - at.x()) / at.zoom();
          double dy = (y + (i / 16 + 0.5) / 16 - at.y()) / at.zoom();
          int u = (int) Math.floor(dx * Math.cos(at.angle()) + dy * Math.sin(at.angle()) + 32);
          int v = (int) Math.floor(dy * Math.cos(at.angle()) - dx * Math.sin(at.angle()) + 32);
          boolean inside = u >= 0 && v >= 0 && u < SIDE && v < SIDE;
          int pixel = inside ? argb[v * SIDE + u] : 0;
          double alpha = (pixel >>> 24) / 255.0;
          for (int c = 0; c < 3; c++) {
            double value = (pixel >> 16 - 8 * c & 255) / 255.0;
            canvas[(c * height + y) * width + x] += (0.5 * (1 - alpha) + value * alpha) / 256;
          }
        }
      }
    }
    return canvas;
  }

  @Test
  void whatLiesOutsideOfTheFrameIsCutOff() {
    Sprite sprite = new Sprite(new Random(4).ints(SIDE * SIDE).toArray());
    // The same drawing, once in a frame that holds it whole and once in one that does not.
    byte[] whole =
        Layer.of(sprite, new Placement(60, 65, 1, 0.4, Tint.NONE), 128, 128).mask(128, 128);
    byte[] part = Layer.of(sprite, new Placement(20, 15, 1, 0.4, Tint.NONE), 32, 40).mask(32, 40);
    for (int i = 0; i < part.length; i++) {
      assertThat(part[i]).isEqualTo(whole[(50 + i / 40) * 128 + 40 + i % 40]);
    }
    Layer nothing = Layer.of(sprite, new Placement(-100, 15, 1, 0.4, Tint.NONE), 32, 40);
    assertThat(nothing.mask(32, 40)).containsOnly(0);
  }

  @Test
  void tintsUpToFullLight() {
    Sprite sprite = SpriteTest.rectangle(0, 0, SIDE, SIDE, 0xff80f040);
    var placement = new Placement(16, 16, 1, 0, new Tint(1.25f, 1.25f, 0.75f));
    float[] canvas = canvas(32, 32, 0);
    Layer.of(sprite, placement, 32, 32).over(canvas, 32, 32);
    assertThat(canvas[500]).isCloseTo(0x80 / 255f * 1.25f, within(1e-6f));
    assertThat(canvas[1024 + 500]).isEqualTo(1);
    assertThat(canvas[2048 + 500]).isCloseTo(0x40 / 255f * 0.75f, within(1e-6f));
  }

  private static float[] canvas(int height, int width, float value) {
    float[] canvas = new float[3 * height * width];
    Arrays.fill(canvas, value);
    return canvas;
  }
}
