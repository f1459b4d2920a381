package convnets.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.io.Checksum;
import convnets.io.DataFolder;
import convnets.io.FileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads sets of the original layout, but with few images in a file. */
class Cifar10Test {
  private static final int RECORDS = 7;
  private static final int RECORD = 3_073;

  @TempDir private Path temp;
  private final NDManager manager = NDManager.newBaseManager();
  private final Map<String, byte[]> files = new LinkedHashMap<>();

  @BeforeEach
  void make() {
    var random = new Random(1);
    // In the archive the files come in another order than they are read.
    for (String name :
        List.of(
            "data_batch_4.bin",
            "data_batch_1.bin",
            "data_batch_5.bin",
            "test_batch.bin",
            "data_batch_2.bin",
            "data_batch_3.bin")) {
      byte[] bytes = new byte[RECORDS * RECORD];
      random.nextBytes(bytes);
      for (int i = 0; i < RECORDS; i++) {
        bytes[i * RECORD] = (byte) random.nextInt(10);
      }
      files.put(name, bytes);
    }
  }

  @AfterEach
  void close() {
    System.clearProperty(DataFolder.PROPERTY);
    manager.close();
  }

  private Path folder() throws IOException {
    Path folder = Files.createDirectories(temp.resolve("cifar-10").resolve(Cifar10.FOLDER));
    for (var file : files.entrySet()) {
      Files.write(folder.resolve(file.getKey()), file.getValue());
    }
    return folder;
  }

  /** Made by the tar command, which Linux, macOS and Windows have. */
  private Path archive() throws IOException {
    Path folder = folder();
    Files.write(folder.resolve("readme.html"), new byte[1_000]);
    List<String> command = new ArrayList<>(List.of("tar", "-czf", Cifar10.ARCHIVE));
    command.add(Cifar10.FOLDER + "/readme.html");
    files.keySet().forEach(name -> command.add(Cifar10.FOLDER + "/" + name));
    Path home = folder.getParent();
    Process tar = new ProcessBuilder(command).directory(home.toFile()).inheritIO().start();
    assertThat(tar.onExit().join().exitValue()).isZero();
    try (Stream<Path> unpacked = Files.list(folder)) {
      for (Path file : unpacked.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
    return home.resolve(Cifar10.ARCHIVE);
  }

  private ImageDataset read(Path source, List<String> names) {
    Checksum checksum =
        Files.isRegularFile(source) ? Checksum.of(source, "MD5") : Cifar10.ARCHIVE_CHECKSUM;
    return new Cifar10.Reader(source, names, RECORDS, checksum).read(manager);
  }

  /** Compares with the records, one after another. */
  private void assertHolds(ImageDataset data, List<String> names) {
    assertThat(data.images().getShape()).isEqualTo(new Shape(names.size() * RECORDS, 3, 32, 32));
    byte[] pixels = data.images().toByteArray();
    long[] labels = data.labels().toLongArray();
    for (int i = 0; i < data.size(); i++) {
      byte[] bytes = files.get(names.get(i / RECORDS));
      int at = i % RECORDS * RECORD;
      assertThat(labels[i]).isEqualTo(bytes[at]);
      assertThat(Arrays.copyOfRange(pixels, i * 3_072, (i + 1) * 3_072))
          .isEqualTo(Arrays.copyOfRange(bytes, at + 1, at + RECORD));
    }
  }

  @Test
  void readsTheFolder() throws IOException {
    Path folder = folder();
    assertHolds(read(folder, Cifar10.TRAIN_FILES), Cifar10.TRAIN_FILES);
    assertHolds(read(folder, Cifar10.TEST_FILES), Cifar10.TEST_FILES);
  }

  @Test
  void readsTheArchive() throws IOException {
    Path archive = archive();
    assertHolds(read(archive, Cifar10.TRAIN_FILES), Cifar10.TRAIN_FILES);
    assertHolds(read(archive, Cifar10.TEST_FILES), Cifar10.TEST_FILES);
  }

  @Test
  void namesATruncatedFile() throws IOException {
    Path folder = folder();
    Path file = folder.resolve("data_batch_3.bin");
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 20_000));
    int before = manager.getManagedArrays().size();
    assertThatThrownBy(() -> read(folder, Cifar10.TRAIN_FILES))
        .isInstanceOf(FileException.class)
        .hasMessageStartingWith(file + " is damaged: expected 21511 bytes, found 20000");
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void namesAnImpossibleLabel() {
    files.get("test_batch.bin")[2 * RECORD] = 10;
    assertThatThrownBy(() -> read(folder(), Cifar10.TEST_FILES))
        .isInstanceOf(FileException.class)
        .hasMessageContaining("record 2 has the label 10, expected 0 to 9");
  }

  @Test
  void namesAMissingFile() {
    files.remove("data_batch_2.bin");
    assertThatThrownBy(() -> read(folder(), Cifar10.TRAIN_FILES))
        .hasMessageContaining("data_batch_2.bin is missing");
    assertThatThrownBy(() -> read(archive(), Cifar10.TRAIN_FILES))
        .hasMessageContaining("lacks [data_batch_2.bin]");
  }

  @Test
  void namesADamagedArchive() throws IOException {
    Path archive = archive();
    Checksum right = Checksum.of(archive, "MD5");
    byte[] whole = Files.readAllBytes(archive);
    Files.write(archive, Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(
            () -> new Cifar10.Reader(archive, Cifar10.TEST_FILES, RECORDS, right).read(manager))
        .isInstanceOf(FileException.class)
        .hasMessageStartingWith(archive + " is damaged: expected MD5 " + right.hex() + ", found ");
    // Even with a checksum that holds, half an archive is not read.
    assertThatThrownBy(() -> read(archive, Cifar10.TRAIN_FILES))
        .isInstanceOf(FileException.class)
        .hasMessageStartingWith(archive + " is damaged: java.io.EOFException");
    Files.write(archive, new byte[] {1, 2, 3});
    assertThatThrownBy(() -> read(archive, Cifar10.TRAIN_FILES)).isInstanceOf(FileException.class);
  }

  @Test
  void saysHowToGetIt() throws IOException {
    System.setProperty(DataFolder.PROPERTY, temp.toString());
    assertThat(Cifar10.isPresent()).isFalse();
    assertThatThrownBy(() -> Cifar10.train(manager))
        .isInstanceOf(FileException.class)
        .hasMessageContaining("cifar-10/cifar-10-binary.tar.gz")
        .hasMessageContaining("Looked in " + temp)
        .hasMessageContaining("Cifar10.download()");
    archive();
    assertThat(Cifar10.isPresent()).isTrue();
    assertThatThrownBy(() -> Cifar10.test(manager))
        .hasMessageContaining("expected MD5 c32a1d4ab5d03f1284b67883e8d87530");
  }
}
