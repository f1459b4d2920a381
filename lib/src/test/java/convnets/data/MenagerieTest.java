package convnets.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.data.Menagerie.Art;
import convnets.data.Menagerie.Part;
import convnets.io.Checksum;
import convnets.io.DataFolder;
import convnets.io.FileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MenagerieTest {
  @TempDir private Path temp;
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** Drawing verifies the checksum, so this says that the set is the same on this machine. */
  @Test
  void drawsTheStandardTask() {
    ImageDataset train = Part.TRAIN.read(manager, temp);
    assertThat(train.images().getShape()).isEqualTo(new Shape(10_000, 3, 32, 32));
    assertThat(train.counts()).hasSize(100).containsOnly(100);
    assertThat(train.classes()).isEqualTo(Menagerie.CLASSES);
    ImageDataset test = Part.TEST.read(manager, temp);
    assertThat(test.images().getShape()).isEqualTo(new Shape(4_000, 3, 32, 32));
    assertThat(test.counts()).hasSize(100).containsOnly(40);

    Statistics found = Statistics.of(train);
    for (int c = 0; c < 3; c++) {
      assertThat(found.mean().get(c))
          .isCloseTo(Menagerie.STATISTICS.mean().get(c), within(0.00005));
      assertThat(found.deviation().get(c))
          .isCloseTo(Menagerie.STATISTICS.deviation().get(c), within(0.00005));
    }

    // No picture comes twice.
    Set<ByteBuffer> different = new HashSet<>();
    for (ImageDataset part : List.of(train, test)) {
      byte[] pixels = part.images().toByteArray();
      for (int i = 0; i < part.size(); i++) {
        different.add(ByteBuffer.wrap(Arrays.copyOfRange(pixels, i * 3072, (i + 1) * 3072)));
      }
    }
    assertThat(different).hasSize(14_000);
  }

  @Test
  void drawsADamagedPartAnew() throws IOException {
    byte[] pixels = Part.TEST.read(manager, temp).images().toByteArray();
    Path file = temp.resolve("test-32.bin");
    byte[] bytes = Files.readAllBytes(file);
    // A byte for each label, then the pixels.
    assertThat(Arrays.copyOfRange(bytes, 4_000, bytes.length)).isEqualTo(pixels);
    byte[] damaged = bytes.clone();
    damaged[2_000_000] ^= 4;
    Files.write(file, damaged);
    assertThat(Part.TEST.read(manager, temp).images().toByteArray()).isEqualTo(pixels);
    assertThat(file).hasBinaryContent(bytes);
  }

  @Test
  void theDoorGivesTheSameAsTheParts() {
    ImageDataset test = Menagerie.test(manager);
    assertThat(test.images().toByteArray())
        .isEqualTo(Part.TEST.read(manager, temp).images().toByteArray());
  }

  @Test
  void classesAreTheAnimalsOfTheTable() throws IOException {
    List<String[]> rows =
        Files.readAllLines(DataFolder.find("menagerie/sprites.tsv")).stream()
            .skip(1)
            .map(line -> line.split("\t"))
            .toList();
    assertThat(rows).hasSize(200);
    assertThat(rows.stream().map(row -> row[0])).doesNotHaveDuplicates();
    assertThat(rows.stream().map(row -> row[2])).doesNotHaveDuplicates();
    assertThat(rows.subList(0, 100)).allMatch(row -> row[1].equals("animal"));
    assertThat(rows.subList(100, 200)).noneMatch(row -> row[1].equals("animal"));
    assertThat(rows.subList(0, 100).stream().map(row -> row[0]))
        .containsExactlyElementsOf(Menagerie.CLASSES);
  }

  @Test
  void checksumsAreThoseBesideTheFiles() throws IOException {
    Path folder = DataFolder.find("menagerie");
    List<String> lines = Files.readAllLines(folder.resolve("SHA256SUMS"));
    assertThat(lines)
        .contains(Art.GOOGLE.sha256() + "  google.png", Art.TWITTER.sha256() + "  twitter.png");
    for (String line : lines) {
      String[] parts = line.split("  ");
      assertThat(Checksum.of(folder.resolve(parts[1]), "SHA-256").hex()).isEqualTo(parts[0]);
    }
  }

  @Test
  void namesAMissingOrDamagedSheet() throws IOException {
    assertThatThrownBy(() -> SpriteSheet.read(temp, Art.GOOGLE))
        .isInstanceOf(FileException.class)
        .hasMessageStartingWith(temp.resolve("google.png") + " is missing. Restore it");
    Path file = temp.resolve("twitter.png");
    byte[] bytes = Files.readAllBytes(DataFolder.find("menagerie/twitter.png"));
    bytes[100_000] ^= 1;
    Files.write(file, bytes);
    assertThatThrownBy(() -> SpriteSheet.read(temp, Art.TWITTER))
        .isInstanceOf(FileException.class)
        .hasMessageStartingWith(file + " is damaged: expected SHA-256 3a5fb6f2982528")
        .hasMessageContaining("git checkout -- data/menagerie");
  }
}
