package convnets.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.io.FileException;
import convnets.io.Pictures;
import java.awt.Color;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
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
  @ValueSource(strings = {"png", "jpg", "gif", "bmp", "tif"})
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
        .hasMessageContaining(empty + " (it is empty)");
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

  @Test
  void picturesOfFoldersInFoldersAreOfTheClassAbove() throws IOException {
    write(plain(4, 4, 1), "cat/z.png");
    write(plain(4, 4, 2), "cat/deep/deeper/a.png");
    write(plain(4, 4, 3), "dog/only/below/b.png");
    var data = ImageFolder.read(manager, temp, 4);
    assertThat(data.classes()).containsExactly("cat", "dog");
    assertThat(data.labels().toLongArray()).containsExactly(0, 0, 1);
    assertThat(data.image(0).getRGB(0, 0) & 255).isEqualTo(2);
  }

  @Test
  void passesOverWhatSystemsLeaveBehindAndOtherFiles() throws IOException {
    write(plain(4, 4, 1), "cat/a.png");
    for (String other :
        new String[] {
          "cat/.DS_Store",
          "cat/._a.png",
          "cat/Thumbs.db",
          "cat/desktop.ini",
          "cat/film.mov",
          "cat/labels.csv",
          "cat/@eaDir/a.png",
          "__MACOSX/cat/._a.png",
          ".ipynb_checkpoints/a.png",
          "$RECYCLE.BIN/a.png"
        }) {
      Path file = temp.resolve(other);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "not a picture");
    }
    var data = ImageFolder.read(manager, temp, 4);
    assertThat(data.classes()).containsExactly("cat");
    assertThat(data.size()).isEqualTo(1);
  }

  @Test
  void namesAllThatIsWrongWithAFolderAtOnce() throws IOException {
    write(plain(4, 4, 1), "cat/a.png");
    Files.createDirectories(temp.resolve("dog/inside"));
    Files.createDirectories(temp.resolve("emu"));
    Files.writeString(temp.resolve("cat/IMG_1.HEIC"), "");
    Files.writeString(temp.resolve("cat/IMG_2.heic"), "");
    Files.writeString(temp.resolve("emu/IMG_3.avif"), "");
    assertThatThrownBy(() -> ImageFolder.stream(manager, temp, 4))
        .isInstanceOf(FileException.class)
        .hasMessageStartingWith("4 faults in " + temp + "; mend them, or move them away:")
        .hasMessageContaining(temp.resolve("dog") + " holds no pictures: expected files ending in")
        .hasMessageContaining(temp.resolve("emu") + " holds no pictures")
        .hasMessageContaining("2 of .heic, as " + temp.resolve("cat/IMG_"))
        .hasMessageContaining("1 of .avif, as " + temp.resolve("emu/IMG_3.avif"))
        .hasMessageContaining("convert to JPEG or PNG");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void followsLinks() throws IOException {
    write(plain(4, 4, 1), "all/cats/a.png");
    write(plain(4, 4, 2), "all/b.png");
    Path data = Files.createDirectories(temp.resolve("data/dog"));
    Files.createSymbolicLink(temp.resolve("data/cat"), temp.resolve("all/cats"));
    Path link = Files.createSymbolicLink(data.resolve("b.png"), temp.resolve("all/b.png"));
    assertThat(ImageFolder.read(manager, temp.resolve("data"), 4).labels().toLongArray())
        .containsExactly(0, 1);
    Files.delete(temp.resolve("all/b.png"));
    Path loop = Files.createSymbolicLink(data.resolve("again"), data);
    write(plain(4, 4, 2), "data/dog/c.png");
    assertThatThrownBy(() -> ImageFolder.read(manager, temp.resolve("data"), 4))
        .hasMessageStartingWith("2 faults in")
        .hasMessageContaining(link + " is a link to nothing")
        .hasMessageContaining(loop + " is a link to a folder that it lies in");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void refusesClassesThatDifferInCaseOnly() throws IOException {
    write(plain(4, 4, 1), "Cat/a.png");
    write(plain(4, 4, 1), "cat/a.png");
    assertThatThrownBy(() -> ImageFolder.read(manager, temp, 4))
        .isInstanceOf(FileException.class)
        .hasMessageContaining("Cat and " + temp.resolve("cat") + " differ only in case");
  }

  @Test
  void refusesPartsOfTheDataAsClasses() throws IOException {
    write(plain(4, 4, 1), "train/cat/a.png");
    write(plain(4, 4, 1), "Test/cat/a.png");
    assertThatThrownBy(() -> ImageFolder.read(manager, temp, 4))
        .isInstanceOf(FileException.class)
        .hasMessage(
            temp
                + " holds [Test, train], which look like parts of the data, not classes: read one"
                + " of these");
    assertThat(ImageFolder.read(manager, temp.resolve("train"), 4).classes()).containsOnly("cat");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void saysWhyAFolderCannotBeRead() throws IOException {
    write(plain(4, 4, 1), "cat/a.png");
    Path closed = Files.createDirectories(temp.resolve("cat/closed"));
    Files.setPosixFilePermissions(closed, Set.of());
    assumeFalse(Files.isReadable(closed), "who may read everything");
    try {
      assertThatThrownBy(() -> ImageFolder.read(manager, temp, 4))
          .hasMessageContaining(closed + " cannot be read: see its permissions");
    } finally {
      Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    }
  }

  @Test
  void readsInPortionsAndTellsHowFarItIs() throws IOException {
    for (int i = 0; i < 11; i++) {
      write(noise(6 + i, 9), "c" + i % 3 + "/" + i + ".png");
    }
    byte[] whole = ImageFolder.read(manager, temp, 6).images().toByteArray();
    List<Integer> told = new ArrayList<>();
    ReadingProgress progress =
        (done, total) -> {
          assertThat(total).isEqualTo(11);
          told.add(done);
        };
    for (long portion : new long[] {1, 300, 1 << 20}) {
      var parts = ImageFolder.read(manager, Listing.of(temp), 6, portion, progress);
      assertThat(parts.images().toByteArray()).isEqualTo(whole);
    }
    assertThat(told).hasSize(33).startsWith(1, 2, 3).endsWith(10, 11);
  }

  @Test
  void saysHowMuchMemoryItWouldTake() throws IOException {
    ImageFolder.checkMemory(14_267, 224, 16_000_000_000L);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImageFolder.checkMemory(1_281_167, 224, 16_000_000_000L))
        .withMessage(
            "1281167 pictures of size (224) take 192.9 GB, and this machine has 16.0 GB of memory:"
                + " read them as training goes by ImageFolder.stream, or choose a smaller size");
    write(plain(4, 4, 1), "cat/a.png");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImageFolder.read(manager, temp, 30_000))
        .withMessageStartingWith("size (30000) must be at most 26754");
    HostSource large = ImageFolder.stream(manager, temp, 19_000);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> large.make(0, 0))
        .withMessage(
            "a batch of 2 images (3, 19000, 19000) takes 2.2 GB, and 1 fit into an array of Java:"
                + " make batches or images smaller");
  }

  /** A picture that is turned by its camera's note, as photographs from phones are. */
  @Test
  void turnsPhotographsAsTheyWereHeld() throws IOException {
    Path corpus = Path.of("src/test/resources/reference/pictures");
    Path all = Files.createDirectories(temp.resolve("all"));
    Files.copy(corpus.resolve("held-6.jpg"), all.resolve("a.jpg"));
    BufferedImage seen = Pictures.read(all.resolve("a.jpg"));
    assertThat(seen.getHeight()).isGreaterThan(seen.getWidth());
    BufferedImage read = ImageFolder.read(manager, temp, 18).image(0);
    assertThat(rgb(read)).isEqualTo(rgb(seen.getSubimage(0, 3, 18, 18)));
  }

  /** What a Java makes of names whose letters its encoding of file names lacks. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void saysWhatMendsNamesThatJavaCannotRead() throws Exception {
    write(plain(4, 4, 1), "latin/cat/写真.png");
    write(plain(4, 4, 1), "chinese/猫/写真.png");
    assertThat(inTheCLocale("latin")).contains("[cat] 1 read");
    assertThat(inTheCLocale("chinese"))
        .contains("has letters that this Java cannot read")
        .contains("ANSI_X3.4-1968: set LC_ALL=C.UTF-8 in the environment");
  }

  private String inTheCLocale(String folder) throws IOException, InterruptedException {
    ProcessBuilder java =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Elsewhere.class.getName(),
                temp.resolve(folder).toString())
            .redirectErrorStream(true);
    java.environment().keySet().removeIf(name -> name.startsWith("LC_") || name.equals("LANG"));
    java.environment().put("LC_ALL", "C");
    Process process = java.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }

  /** Lists a folder and reads its pictures, without the engine. */
  static final class Elsewhere {
    private Elsewhere() {}

    /** The folder is the only argument. */
    public static void main(String[] arguments) throws IOException {
      try {
        Listing listing = Listing.of(Path.of(arguments[0]));
        for (Path file : listing.files()) {
          Pictures.glance(file);
          Pictures.read(file);
        }
        System.out.println(listing.classes() + " " + listing.files().size() + " read");
      } catch (FileException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  private static int[] rgb(BufferedImage image) {
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }
}
