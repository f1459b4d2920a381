package convnets.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.io.FileException;
import java.awt.Color;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFolderTest {
  @TempDir private Path temp;
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private Path write(BufferedImage image, String name) throws IOException {
    Path file = temp.resolve(name);
    Files.createDirectories(file.getParent());
    String format = name.substring(name.lastIndexOf('.') + 1);
    assertThat(ImageIO.write(image, format, file.toFile())).isTrue();
    return file;
  }

  private static BufferedImage plain(int width, int height, int rgb) {
    var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, rgb);
      }
    }
    return image;
  }

  private static BufferedImage noise(int width, int height) {
    var random = new Random(1);
    BufferedImage image = plain(width, height, 0);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, random.nextInt(1 << 24));
      }
    }
    return image;
  }

  @Test
  void foldersAreClassesInTheOrderOfTheirNames() throws IOException {
    write(plain(4, 4, 0x030000), "dog/b.png");
    write(plain(4, 4, 0x020000), "dog/a.png");
    write(plain(4, 4, 0x010000), "cat/z.bmp");
    write(plain(4, 4, 0x040000), "emu/.hidden.png");
    write(plain(4, 4, 0x040000), "emu/c.gif");
    Files.writeString(temp.resolve("emu/notes.txt"), "not a picture");
    Files.writeString(temp.resolve("notes.txt"), "not a class");
    Files.createDirectory(temp.resolve(".git"));

    var data = ImageFolder.read(manager, temp, 4);
    assertThat(data.classes()).containsExactly("cat", "dog", "emu");
    assertThat(data.labels().toLongArray()).containsExactly(0, 1, 1, 2);
    assertThat(data.images().getShape()).isEqualTo(new Shape(4, 3, 4, 4));
    for (int i = 0; i < 4; i++) {
      assertThat(data.image(i).getRGB(2, 2) & 0xffffff).isEqualTo((i + 1) << 16);
    }
  }

  @Test
  void keepsThePixelsOfAPictureOfTheRightSize() throws IOException {
    BufferedImage picture = noise(6, 6);
    write(picture, "all/one.png");
    BufferedImage read = ImageFolder.read(manager, temp, 6).image(0);
    assertThat(rgb(read)).isEqualTo(rgb(picture));
  }

  @ParameterizedTest
  @CsvSource({"10, 6, 2, 0", "6, 10, 0, 2", "7, 6, 0, 0"})
  void cropsTheMiddleSquare(int width, int height, int left, int top) throws IOException {
    BufferedImage picture = noise(width, height);
    write(picture, "all/one.png");
    BufferedImage read = ImageFolder.read(manager, temp, 6).image(0);
    assertThat(rgb(read)).isEqualTo(rgb(picture.getSubimage(left, top, 6, 6)));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 8, 32})
  void scalesDownByAveraging(int factor) {
    BufferedImage picture = noise(8 * factor, 8 * factor);
    BufferedImage small = ImageFolder.fit(picture, 8);
    for (int y = 0; y < 8; y++) {
      for (int x = 0; x < 8; x++) {
        double mean = 0;
        for (int v = 0; v < factor; v++) {
          for (int u = 0; u < factor; u++) {
            mean += picture.getRGB(x * factor + u, y * factor + v) >> 8 & 255;
          }
        }
        mean /= factor * factor;
        // Each halving rounds.
        assertThat((double) (small.getRGB(x, y) >> 8 & 255)).isCloseTo(mean, within(3.0));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 13, 100, 333})
  void anOddFactorKeepsAPlainColourAndTheMean(int side) {
    assertThat(rgb(ImageFolder.fit(plain(side, side, 0x123456), 8))).containsOnly(0xff123456);
    BufferedImage ramp = plain(side, side, 0);
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        ramp.setRGB(x, y, x * 255 / side);
      }
    }
    double mean = Arrays.stream(rgb(ramp)).map(p -> p & 255).average().orElseThrow();
    double small =
        Arrays.stream(rgb(ImageFolder.fit(ramp, 8))).map(p -> p & 255).average().orElseThrow();
    assertThat(small).isCloseTo(mean, within(2.0));
  }

  @Test
  void greyStaysAsItIs() throws IOException {
    var grey = new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_GRAY);
    var deep = new BufferedImage(2, 2, BufferedImage.TYPE_USHORT_GRAY);
    var model =
        new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_GRAY),
            true,
            false,
            Transparency.TRANSLUCENT,
            DataBuffer.TYPE_BYTE);
    var alpha = new BufferedImage(model, model.createCompatibleWritableRaster(2, 2), false, null);
    for (int i = 0; i < 4; i++) {
      grey.getRaster().setSample(i % 2, i / 2, 0, 128);
      deep.getRaster().setSample(i % 2, i / 2, 0, 128 * 257);
      alpha.getRaster().setSample(i % 2, i / 2, 0, 128);
      alpha.getRaster().setSample(i % 2, i / 2, 1, 255);
    }
    write(grey, "all/grey.png");
    write(deep, "all/deep.png");
    write(alpha, "all/alpha.png");
    var data = ImageFolder.read(manager, temp, 2);
    for (int i = 0; i < 3; i++) {
      assertThat(rgb(data.image(i))).containsOnly(0xff808080);
    }
  }

  @Test
  void whatIsTransparentBecomesWhite() throws IOException {
    var image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, new Color(255, 0, 0, 128).getRGB());
    write(image, "all/one.png");
    assertThat(rgb(ImageFolder.read(manager, temp, 1).image(0))).hasSize(1);
    BufferedImage square = plainArgb(2, 0x80ff0000);
    write(square, "all/one.png");
    assertThat(rgb(ImageFolder.read(manager, temp, 2).image(0))).containsOnly(0xffff7f7f);
    write(plainArgb(2, 0), "all/one.png");
    assertThat(rgb(ImageFolder.read(manager, temp, 2).image(0))).containsOnly(0xffffffff);
  }

  private static BufferedImage plainArgb(int side, int argb) {
    var image = new BufferedImage(side, side, BufferedImage.TYPE_INT_ARGB);
    for (int i = 0; i < side * side; i++) {
      image.setRGB(i % side, i / side, argb);
    }
    return image;
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg", "gif", "bmp"})
  void namesEveryPictureThatCannotBeRead(String format) throws IOException {
    write(noise(40, 40), "all/good." + format);
    Path half = write(noise(40, 40), "all/half." + format);
    byte[] bytes = Files.readAllBytes(half);
    Files.write(half, Arrays.copyOf(bytes, bytes.length / 2));
    Path empty = Files.write(temp.resolve("all/empty." + format), new byte[0]);
    int before = manager.getManagedArrays().size();
    assertThatThrownBy(() -> ImageFolder.read(manager, temp, 8))
        .isInstanceOf(FileException.class)
        .hasMessageStartingWith("2 of 3 pictures cannot be read")
        .hasMessageContaining(half.toString())
        .hasMessageContaining(empty + " (not a picture)");
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void saysWhatIsMissing() throws IOException {
    assertThatThrownBy(() -> ImageFolder.read(manager, temp.resolve("none"), 8))
        .isInstanceOf(FileException.class)
        .hasMessageContaining("cannot read the folder " + temp.resolve("none"));
    assertThatThrownBy(() -> ImageFolder.read(manager, temp, 8))
        .hasMessageContaining("expected one for each class");
    Files.createDirectory(temp.resolve("cat"));
    assertThatThrownBy(() -> ImageFolder.read(manager, temp, 8))
        .hasMessageContaining("cat holds no pictures: expected files ending in");
  }

  private static int[] rgb(BufferedImage image) {
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }
}
