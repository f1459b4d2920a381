package convnets.data;

import static convnets.data.Transforms.flip;
import static convnets.data.Transforms.normalise;
import static convnets.data.Transforms.padAndCrop;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.io.FileException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder that is read as it goes, beside the same one in memory. */
class ImageFolderStreamTest {
  private static final int COUNT = 300;
  private static final int SIDE = 12;

  @TempDir private Path temp;
  private final NDManager manager = NDManager.newBaseManager();

  @BeforeEach
  void write() throws IOException {
    Random random = new Random(1);
    for (int i = 0; i < COUNT; i++) {
      var picture =
          new BufferedImage(
              10 + random.nextInt(20), 10 + random.nextInt(20), BufferedImage.TYPE_INT_RGB);
      for (int p = 0; p < picture.getWidth() * picture.getHeight(); p++) {
        picture.setRGB(p % picture.getWidth(), p / picture.getWidth(), random.nextInt(1 << 24));
      }
      Path file = temp.resolve("class " + i % 7).resolve(i + (i % 2 == 0 ? ".png" : ".jpg"));
      Files.createDirectories(file.getParent());
      ImageIO.write(picture, i % 2 == 0 ? "png" : "jpg", file.toFile());
    }
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static Batches augmented(Source source) {
    return Batches.of(source, 32)
        .shuffle(3)
        .transform(padAndCrop(2), flip(), normalise(Cifar10.STATISTICS))
        .mix(Mixing.mixup(0.2));
  }

  private static List<float[]> numbers(Iterable<Batch> batches) {
    List<float[]> numbers = new ArrayList<>();
    for (Batch batch : batches) {
      numbers.add(batch.images().toFloatArray());
      long[] labels = batch.labels().toLongArray();
      float[] floats = new float[labels.length];
      for (int i = 0; i < labels.length; i++) {
        floats[i] = labels[i];
      }
      numbers.add(floats);
      numbers.add(batch.targets().get(1).toFloatArray());
    }
    return numbers;
  }

  @Test
  void givesTheBatchesOfTheSetInMemoryToTheBit() {
    Source stream = ImageFolder.stream(manager, temp, SIDE);
    ImageDataset memory = ImageFolder.read(manager, temp, SIDE);
    assertThat(stream.size()).isEqualTo(COUNT);
    assertThat(stream.inputShape()).isEqualTo(new Shape(3, SIDE, SIDE));
    assertThat(stream.kinds()).isEqualTo(memory.kinds());
    assertThat(stream.classes()).isEqualTo(memory.classes());
    for (int epoch = 0; epoch < 3; epoch++) {
      assertThat(numbers(augmented(stream).epoch(epoch)))
          .usingRecursiveComparison()
          .isEqualTo(numbers(augmented(memory).epoch(epoch)));
    }
  }

  @Test
  void resumesWithinAnEpochToTheBit() {
    Batches batches = augmented(ImageFolder.stream(manager, temp, SIDE));
    List<float[]> whole = numbers(batches.epoch(2));
    assertThat(numbers(batches.epoch(2, 6)))
        .usingRecursiveComparison()
        .isEqualTo(whole.subList(18, whole.size()));
    try (Batch batch = batches.batch(2, 4)) {
      assertThat(batch.images().toFloatArray()).isEqualTo(whole.get(12));
    }
  }

  /** Whatever batch meets the first of them. */
  @Test
  void namesEveryDamagedPictureAtOnce() throws IOException {
    Source stream = ImageFolder.stream(manager, temp, SIDE);
    Path half = temp.resolve("class 0/0.png");
    byte[] bytes = Files.readAllBytes(half);
    Files.write(half, Arrays.copyOf(bytes, bytes.length / 2));
    Path empty = Files.write(temp.resolve("class 5/299.jpg"), new byte[0]);
    Path gone = temp.resolve("class 5/194.png");
    Files.delete(gone);
    assertThat(manager.getManagedArrays()).isEmpty();
    assertThatThrownBy(() -> Batches.of(stream, 40).iterator().next())
        .isInstanceOf(FileException.class)
        .hasMessageStartingWith("3 of 300 pictures cannot be read; repair or remove them:")
        .hasMessageContaining(half + " (it ends too early")
        .hasMessageContaining(empty + " (it is empty)")
        .hasMessageContaining(gone + " (there is no such file)");
    assertThat(manager.getManagedArrays()).isEmpty();
  }

  /** Of all formats, cut in half or empty; without them batches come. */
  @Test
  void namesTwentyDamagedOnesAmongTenThousandBeforeTrainingBegins(@TempDir Path many)
      throws IOException {
    String[] formats = {"png", "jpg", "gif", "bmp", "tif", "webp"};
    Map<String, byte[]> whole = new HashMap<>();
    for (String format : formats) {
      var bytes = new ByteArrayOutputStream();
      if (ImageIO.write(ImageIO.read(temp.resolve("class 0/0.png").toFile()), format, bytes)) {
        whole.put(format, bytes.toByteArray());
      } else { // Java writes no WebP
        Path lossy = Path.of("src/test/resources/reference/pictures/lossy.webp");
        whole.put(format, Files.readAllBytes(lossy));
      }
    }
    Files.createDirectories(many.resolve("a"));
    Files.createDirectories(many.resolve("b"));
    List<Path> damaged = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      String format = formats[i % formats.length];
      byte[] bytes = whole.get(format);
      Path file = many.resolve("ab".charAt(i % 2) + "/%05d.%s".formatted(i, format));
      if (i % 497 == 0 && damaged.size() < 20) { // of each format
        damaged.add(file);
        bytes = Arrays.copyOf(bytes, i % 5 == 0 ? 0 : bytes.length / 2);
      }
      Files.write(file, bytes);
    }
    assertThatThrownBy(() -> ImageFolder.stream(manager, many, SIDE))
        .isInstanceOf(FileException.class)
        .hasMessageStartingWith("20 of 10000 pictures cannot be read; repair or remove them:")
        .hasMessageContaining("00000.png (it is empty)")
        .hasMessageContaining("00497.webp (it ends too early")
        .hasMessageContaining("00994.tif (")
        .hasMessageContaining("01491.bmp (it ends too early")
        .hasMessageContaining("01988.gif (")
        .hasMessageContaining("02485.jpg (it is empty)")
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(21));
    for (Path file : damaged) {
      Files.delete(file);
    }
    HostSource stream = ImageFolder.stream(manager, many, SIDE);
    assertThat(stream.size()).isEqualTo(9_980);
    try (Batch batch = Batches.of(stream, 64).shuffle(1).batch(0, 100)) {
      assertThat(batch.images().getShape()).isEqualTo(new Shape(64, 3, SIDE, SIDE));
    }
  }

  @Test
  void memoryStaysFlat() {
    Batches batches = augmented(ImageFolder.stream(manager, temp, 64)).dropLast();
    numbers(batches.epoch(0));
    int arrays = manager.getManagedArrays().size();
    long direct = largeDirectMemory();
    for (int epoch = 1; epoch < 6; epoch++) {
      for (Batch batch : batches.epoch(epoch)) {
        assertThat(batch.manager().getManagedArrays()).hasSizeLessThan(6);
      }
    }
    assertThat(manager.getManagedArrays()).hasSize(arrays);
    // 45 batches of 393,216 bytes each, had they stayed.
    assertThat(largeDirectMemory() - direct).isLessThan(2_000_000);
  }

  /** Bytes outside of Java's heap that wait for its garbage collector. */
  private static long largeDirectMemory() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  @Test
  void saysWhatItIsAndWhatIsMissing() {
    assertThat(ImageFolder.stream(manager, temp, SIDE))
        .hasToString("300 pictures of " + temp + ", as (3, 12, 12), in 7 classes");
    assertThatThrownBy(() -> ImageFolder.stream(manager, temp.resolve("class 1"), SIDE))
        .isInstanceOf(FileException.class)
        .hasMessageContaining("expected one for each class");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImageFolder.stream(manager, temp, 0))
        .withMessage("size (0) must be at least 1");
  }
}
