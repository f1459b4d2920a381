package convnets.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.io.OptionLines;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureInputTest {

  private static final Statistics STATISTICS =
      new Statistics(List.of(0.1, 0.2, 0.3), List.of(0.5, 2.0, 1.0));

  @TempDir Path folder;
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private static BufferedImage picture(int width, int height) {
    Random random = new Random(3);
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        picture.setRGB(x, y, random.nextInt(1 << 24));
      }
    }
    return picture;
  }

  @Test
  void sidesAreScaled() {
    PictureInput plain = PictureInput.plain();
    assertThat(plain.scaled(picture(50, 40))).containsExactly(40, 50);
    assertThat(plain.size(20, 30).scaled(picture(50, 40))).containsExactly(20, 30);
    assertThat(plain.shorterSide(80, 1000).scaled(picture(50, 40))).containsExactly(80, 100);
    assertThat(plain.shorterSide(80, 75).scaled(picture(50, 40))).containsExactly(60, 75);
    assertThat(plain.size(20, 30).shorterSide(80, 100).scaled(picture(50, 40)))
        .containsExactly(80, 100);
    assertThat(plain.shorterSide(1, 1).scaled(picture(900, 1))).containsExactly(1, 1);
  }

  /** Every pixel by a loop. */
  @Test
  void pixelsAreNormalisedThenPadded() {
    BufferedImage picture = picture(50, 40);
    NDArray input = PictureInput.plain().normalised(STATISTICS).multiple(32).of(manager, picture);
    assertThat(input.getShape()).isEqualTo(new Shape(1, 3, 64, 64));
    float[] numbers = input.toFloatArray();
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < 64; y++) {
        for (int x = 0; x < 64; x++) {
          double expected = 0;
          if (x < 50 && y < 40) {
            int pixel = picture.getRGB(x, y) >> 8 * (2 - c) & 0xFF;
            expected = (pixel / 255.0 - STATISTICS.mean().get(c)) / STATISTICS.deviation().get(c);
          }
          assertThat((double) numbers[(c * 64 + y) * 64 + x]).isCloseTo(expected, within(1e-5));
        }
      }
    }
  }

  @Test
  void isReadAsItWasWritten() throws Exception {
    for (PictureInput input :
        List.of(
            PictureInput.plain(),
            PictureInput.plain().size(12, 20).normalised(STATISTICS),
            PictureInput.plain().shorterSide(30, 33).multiple(8))) {
      Path file = folder.resolve("options.tsv");
      Files.write(file, input.write(OptionLines.none()).bytes());
      PictureInput read = PictureInput.read(OptionLines.read(file));
      BufferedImage picture = picture(50, 41);
      assertThat(read.of(manager, picture)).isEqualTo(input.of(manager, picture));
      assertThat(read.scaled(picture)).isEqualTo(input.scaled(picture));
    }
  }

  @Test
  void refusesSizesThatAreNone() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PictureInput.plain().size(0, 3))
        .withMessageContaining("height (0)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PictureInput.plain().shorterSide(3, -1))
        .withMessageContaining("longest (-1)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PictureInput.plain().multiple(0))
        .withMessageContaining("pixels (0)");
  }
}
