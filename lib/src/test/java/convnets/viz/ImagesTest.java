package convnets.viz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ImagesTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray bytes(byte[] values, long... shape) {
    return manager.create(ByteBuffer.wrap(values), new Shape(shape), DataType.UINT8);
  }

  @Test
  void gridsSayWhatTheyShow() {
    NDArray three = manager.zeros(new Shape(3, 1, 4, 4));
    ImageGrid grid = Images.grid(three).captions(List.of("coat", "bag", "coat"));
    assertThat(AltText.of(grid.image())).contains("3 images: coat, bag");
    ImageGrid titled = grid.title("clothes");
    assertThat(AltText.of(titled.image())).contains("clothes: 3 images: coat, bag");
    assertThat(AltText.of(Images.column(titled.image(), titled.alt("Three.").image())))
        .contains("clothes: 3 images: coat, bag; Three.");
    assertThat(AltText.of(grid.image())).as("of the first grid").contains("3 images: coat, bag");
  }

  @Test
  void gridIsExactToThePixel() {
    int n = 5;
    int height = 4;
    int width = 6;
    int scale = 3;
    byte[] values = new byte[n * 3 * height * width];
    new Random(7).nextBytes(values);
    BufferedImage grid =
        Images.grid(bytes(values, n, 3, height, width)).columns(2).scale(scale).image();
    assertThat(Picture.displayWidth(grid)).isEqualTo(6 + 2 * (width * scale + 6));
    assertThat(Picture.displayHeight(grid)).isEqualTo(6 + 3 * (height * scale + 6));
    for (int i = 0; i < n; i++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          int left = 6 + i % 2 * (width * scale + 6) + x * scale;
          int top = 6 + i / 2 * (height * scale + 6) + y * scale;
          int expected = 0xFF;
          for (int c = 0; c < 3; c++) {
            expected = expected << 8 | values[((i * 3 + c) * height + y) * width + x] & 0xFF;
          }
          // Two pixels of the image for one of the page: all 6 × 6 of them.
          for (int dy = 0; dy < 2 * scale; dy++) {
            for (int dx = 0; dx < 2 * scale; dx++) {
              assertThat(grid.getRGB(2 * left + dx, 2 * top + dy)).isEqualTo(expected);
            }
          }
        }
      }
    }
  }

  @Test
  void oneImageIsOnePixelForOne() {
    BufferedImage image = Images.of(bytes(new byte[] {0, 127, -1, 10, 20, 30}, 1, 2, 3));
    assertThat(image.getWidth()).isEqualTo(3);
    assertThat(image.getHeight()).isEqualTo(2);
    assertThat(image.getRGB(1, 0)).isEqualTo(0xFF7F7F7F);
    assertThat(image.getRGB(2, 0)).isEqualTo(0xFFFFFFFF);
    assertThat(image.getRGB(2, 1)).isEqualTo(0xFF1E1E1E);
  }

  @Test
  void numbersFromZeroToOneStayAndOthersAreStretched() {
    BufferedImage asIs = Images.of(manager.create(new float[] {0.2f, 0.4f}, new Shape(1, 1, 2)));
    assertThat(asIs.getRGB(0, 0)).isEqualTo(0xFF333333);
    BufferedImage wide = Images.of(manager.create(new float[] {-1, 0, 3}, new Shape(1, 1, 3)));
    assertThat(wide.getRGB(0, 0)).isEqualTo(0xFF000000);
    assertThat(wide.getRGB(1, 0)).isEqualTo(0xFF404040);
    assertThat(wide.getRGB(2, 0)).isEqualTo(0xFFFFFFFF);
  }

  @Test
  void eachFeatureMapHasItsOwnRange() {
    NDArray maps = manager.create(new float[] {0, 1, 0, 100, 5, 5}, new Shape(3, 1, 2));
    BufferedImage grid = Images.featureMaps(maps).columns(3).scale(1).image();
    int lowest = ColorScale.VIRIDIS.at(0).getRGB();
    int highest = ColorScale.VIRIDIS.at(1).getRGB();
    assertThat(grid.getRGB(2 * 6, 2 * 6)).isEqualTo(lowest);
    assertThat(grid.getRGB(2 * 7, 2 * 6)).isEqualTo(highest);
    assertThat(grid.getRGB(2 * 15, 2 * 6)).isEqualTo(highest);
    assertThat(grid.getRGB(2 * 23, 2 * 6)).isEqualTo(lowest);
  }

  @Test
  void refusesOtherShapesAndCaptionsThatDoNotFit() {
    assertThatThrownBy(() -> Images.grid(manager.ones(new Shape(3, 4, 4))))
        .hasMessage("images must be of shape (N, 1 or 3, H, W), but is (3, 4, 4)");
    assertThatThrownBy(() -> Images.grid(manager.ones(new Shape(1, 2, 4, 4))))
        .hasMessageContaining("1 channel (grey) or 3");
    assertThatThrownBy(
            () -> Images.grid(manager.ones(new Shape(2, 1, 4, 4))).captions(List.of("a")))
        .hasMessage("captions (1) must be one an image: 2");
  }

  @Test
  void imagesStandSideBySideAndBelowEachOther() {
    BufferedImage red = filled(3, 5, 0xFF0000);
    BufferedImage blue = filled(4, 2, 0x0000FF);
    BufferedImage row = Images.row(red, blue);
    BufferedImage column = Images.column(red, blue);
    assertThat(Picture.displayWidth(row)).isEqualTo(3 + 12 + 4);
    assertThat(Picture.displayHeight(row)).isEqualTo(5);
    assertThat(Picture.displayWidth(column)).isEqualTo(4);
    assertThat(Picture.displayHeight(column)).isEqualTo(5 + 12 + 2);
    int density = Picture.density(row);
    assertThat(row.getRGB(density, density)).isEqualTo(0xFFFF0000);
    assertThat(row.getRGB(density * 10, density)).isEqualTo(0xFFFFFFFF);
    assertThat(row.getRGB(density * 16, density)).isEqualTo(0xFF0000FF);
    assertThat(column.getRGB(density, density * 18)).isEqualTo(0xFF0000FF);
    assertThatThrownBy(Images::row).hasMessageContaining("at least one image");
  }

  private static BufferedImage filled(int width, int height, int rgb) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < width * height; i++) {
      image.setRGB(i % width, i / width, rgb);
    }
    return image;
  }
}
