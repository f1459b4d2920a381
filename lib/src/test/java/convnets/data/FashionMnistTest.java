package convnets.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.data.FashionMnist.Part;
import convnets.io.Checksum;
import convnets.io.DataFolder;
import convnets.io.FileException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FashionMnistTest {
  private static final String TEST_IMAGES = "t10k-images-idx3-ubyte.gz";
  private static final String TEST_LABELS = "t10k-labels-idx1-ubyte.gz";

  @TempDir private Path temp;
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void readsTheTrainingSet() {
    var train = FashionMnist.train(manager);
    assertThat(train.images().getShape()).isEqualTo(new Shape(60_000, 1, 28, 28));
    assertThat(train.counts()).hasSize(10).containsOnly(6_000);
    // The first labels, as everybody prints them.
    assertThat(Arrays.copyOf(train.labels().toLongArray(), 10))
        .containsExactly(9, 0, 0, 3, 0, 2, 7, 2, 5, 5);
    assertThat(train.className(0)).isEqualTo("Ankle boot");
    Statistics found = Statistics.of(train);
    assertThat(found.mean().get(0))
        .isCloseTo(FashionMnist.STATISTICS.mean().get(0), within(0.00005));
    assertThat(found.deviation().get(0))
        .isCloseTo(FashionMnist.STATISTICS.deviation().get(0), within(0.00005));
  }

  @Test
  void readsTheTestSet() {
    var test = FashionMnist.test(manager);
    assertThat(test.images().getShape()).isEqualTo(new Shape(10_000, 1, 28, 28));
    assertThat(test.counts()).hasSize(10).containsOnly(1_000);
    assertThat(Arrays.copyOf(test.labels().toLongArray(), 5)).containsExactly(9, 2, 1, 1, 6);
  }

  @Test
  void checksumsAreThoseBesideTheFiles() throws IOException {
    Path folder = DataFolder.find("fashion-mnist");
    for (String line : Files.readAllLines(folder.resolve("SHA256SUMS"))) {
      String[] parts = line.split("  ");
      assertThat(Checksum.of(folder.resolve(parts[1]), "SHA-256").hex()).isEqualTo(parts[0]);
    }
  }

  @Test
  void namesADamagedFileAndLoadsNothing() throws IOException {
    copyTestFiles();
    Path file = temp.resolve(TEST_IMAGES);
    byte[] bytes = Files.readAllBytes(file);
    bytes[1_000_000] ^= 1;
    Files.write(file, bytes);
    int before = manager.getManagedArrays().size();
    assertThatThrownBy(() -> FashionMnist.read(manager, temp, Part.TEST))
        .isInstanceOf(FileException.class)
        .hasMessageStartingWith(file + " is damaged: expected SHA-256 cc1d090a38ac")
        .hasMessageContaining(", found " + Checksum.of(file, "SHA-256").hex())
        .hasMessageContaining("git checkout -- data/fashion-mnist");
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void namesATruncatedFile() throws IOException {
    copyTestFiles();
    Path file = temp.resolve(TEST_LABELS);
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 5_000));
    assertThatThrownBy(() -> FashionMnist.read(manager, temp, Part.TEST))
        .isInstanceOf(FileException.class)
        .hasMessageContaining(TEST_LABELS + " is damaged")
        .hasMessageContaining("(5000 bytes)");
  }

  @Test
  void namesAMissingFile() throws IOException {
    copyTestFiles();
    Files.delete(temp.resolve(TEST_LABELS));
    assertThatThrownBy(() -> FashionMnist.read(manager, temp, Part.TEST))
        .isInstanceOf(FileException.class)
        .hasMessageContaining(TEST_LABELS + " is missing. Restore it");
  }

  @Test
  void idxIsReadToItsEndAndNotFurther() throws IOException {
    byte[] whole = {0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 3, 5, 6, 7};
    Idx idx = Idx.read(gzip(whole), 1, 3);
    assertThat(Stream.generate(idx.bytes()::get).limit(3))
        .containsExactly((byte) 5, (byte) 6, (byte) 7);

    assertThatThrownBy(() -> Idx.read(gzip(Arrays.copyOf(whole, 14)), 1, 3))
        .hasMessageContaining("2 of 3 bytes");
    assertThatThrownBy(() -> Idx.read(gzip(Arrays.copyOf(whole, 16)), 1, 3))
        .hasMessageContaining("goes on after its last element");
    assertThatThrownBy(() -> Idx.read(gzip(whole), 3, 1))
        .hasMessageContaining(
            "expected an IDX array of bytes of shape [3, 1], found magic number 00000802 and shape [1, 3]");
    assertThatThrownBy(() -> Idx.read(gzip(whole), 3)).hasMessageContaining("00000802");
    Path plain = Files.write(temp.resolve("plain"), whole);
    assertThatThrownBy(() -> Idx.read(plain, 1, 3))
        .isInstanceOf(FileException.class)
        .hasMessageContaining("Not in GZIP format");
  }

  private Path gzip(byte[] content) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes)) {
      out.write(content);
    }
    return Files.write(temp.resolve("array.gz"), bytes.toByteArray());
  }

  private void copyTestFiles() throws IOException {
    for (String name : new String[] {TEST_IMAGES, TEST_LABELS}) {
      Files.copy(DataFolder.find("fashion-mnist").resolve(name), temp.resolve(name));
    }
  }
}
