package convnets.viz;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class PngTest {

  private static final double[] YS = {3, 1, 2};

  /** Walks through the file as the PNG specification (section 5.3) says. */
  private static List<String> chunks(byte[] png) {
    assertThat(Arrays.copyOf(png, 8)).containsExactly(0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n');
    ByteBuffer buffer = ByteBuffer.wrap(png);
    buffer.position(8);
    List<String> types = new ArrayList<>();
    while (buffer.hasRemaining()) {
      byte[] body = new byte[4 + buffer.getInt()];
      buffer.get(body);
      CRC32 crc = new CRC32();
      crc.update(body);
      assertThat(buffer.getInt()).isEqualTo((int) crc.getValue());
      types.add(new String(body, 0, 4, StandardCharsets.US_ASCII));
    }
    return types;
  }

  private static BufferedImage decode(byte[] png) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(png));
  }

  @Test
  void chunksAreWhole() {
    byte[] png = Png.encode(Plots.lines().xLabel("x").yLabel("y").series("a", YS).chart());
    List<String> chunks = chunks(png);
    assertThat(chunks).startsWith("IHDR", "pHYs").contains("IDAT").endsWith("IEND");
    assertThat(png).hasSizeLessThan(60_000);
  }

  @Test
  void pixelsSurvive() throws IOException {
    BufferedImage image = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(1);
    for (int y = 0; y < 30; y++) {
      for (int x = 0; x < 40; x++) {
        image.setRGB(x, y, random.nextInt(1 << 24));
      }
    }
    byte[] png = Png.encode(image);
    chunks(png);
    BufferedImage back = decode(png);
    for (int y = 0; y < 30; y++) {
      for (int x = 0; x < 40; x++) {
        assertThat(back.getRGB(x, y)).isEqualTo(image.getRGB(x, y));
      }
    }
  }

  @Test
  void chartsAreTwiceAsDenseAsThePage() throws IOException {
    var chart = Plots.lines().size(300, 200).xLabel("x").yLabel("y").series("a", YS).chart();
    BufferedImage image = Picture.of(chart);
    assertThat(image.getWidth()).isEqualTo(600);
    assertThat(Picture.displayWidth(image)).isEqualTo(300);
    assertThat(Picture.displayHeight(image)).isEqualTo(200);
    byte[] png = Png.encode(chart);
    // The chunk behind signature and IHDR: pixels a metre, at 2 · 96 an inch.
    assertThat(ByteBuffer.wrap(png).getInt(8 + 25 + 8)).isEqualTo(7559);
    assertThat(decode(png).getWidth()).isEqualTo(600);
    BufferedImage plain = new BufferedImage(10, 20, BufferedImage.TYPE_INT_RGB);
    assertThat(Picture.displayHeight(plain)).isEqualTo(20);
  }

  @Test
  void frequentColoursOfADrawingStayExact() {
    BufferedImage image =
        Picture.drawing(
            64,
            64,
            g -> {
              for (int i = 0; i < 64; i++) {
                for (int j = 0; j < 64; j++) {
                  g.setColor(new Color(2 * i, 3 * j, i + j));
                  g.fillRect(i, j, 1, 1);
                }
              }
              g.setColor(new Color(0x123457));
              g.fillRect(0, 0, 32, 32);
              g.setColor(new Color(0x123456));
              g.fillRect(32, 32, 32, 32);
            });
    assertThat(image.getRGB(20, 20)).isEqualTo(0xFF123457);
    assertThat(image.getRGB(100, 100)).isEqualTo(0xFF123456);
  }

  @Test
  void sameDrawingGivesSameBytes() {
    byte[] first = Png.encode(Plots.lines().xLabel("x").yLabel("y").series("a", YS).chart());
    byte[] second = Png.encode(Plots.lines().xLabel("x").yLabel("y").series("a", YS).chart());
    assertThat(second).isEqualTo(first);
  }
}
