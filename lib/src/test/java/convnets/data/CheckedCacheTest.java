package convnets.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convnets.io.Checksum;
import convnets.io.FileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckedCacheTest {
  private static final byte[] RIGHT = {1, 2, 3, 4};
  private static final Checksum CHECKSUM = Checksum.of(RIGHT, "SHA-256");

  @TempDir private Path temp;
  private final AtomicInteger calls = new AtomicInteger();

  private byte[] make() {
    calls.incrementAndGet();
    return RIGHT.clone();
  }

  @Test
  void makesOnceAndKeeps() throws IOException {
    var cache = new CheckedCache(temp.resolve("new/bytes"), CHECKSUM);
    assertThat(cache.get(this::make)).isEqualTo(RIGHT);
    assertThat(cache.get(this::make)).isEqualTo(RIGHT);
    assertThat(calls).hasValue(1);
    // Nothing else is left behind.
    try (var files = Files.list(temp.resolve("new"))) {
      assertThat(files).containsExactly(temp.resolve("new/bytes"));
    }
  }

  @Test
  void makesAnewWhatIsDamagedOrCutOff() throws IOException {
    var cache = new CheckedCache(temp.resolve("bytes"), CHECKSUM);
    for (byte[] wrong : new byte[][] {{1, 2, 3, 5}, {1, 2, 3}, {}, {1, 2, 3, 4, 5}}) {
      Files.write(cache.file(), wrong);
      assertThat(cache.get(this::make)).isEqualTo(RIGHT);
      assertThat(cache.file()).hasBinaryContent(RIGHT);
    }
    assertThat(calls).hasValue(4);
  }

  @Test
  void doesWithoutADiskThatCanBeWritten() throws IOException {
    Path file = Files.createFile(temp.resolve("file"));
    // A file stands where the folder should be.
    var cache = new CheckedCache(file.resolve("bytes"), CHECKSUM);
    assertThat(cache.get(this::make)).isEqualTo(RIGHT);
    assertThat(cache.get(this::make)).isEqualTo(RIGHT);
    assertThat(calls).hasValue(2);
  }

  @Test
  void refusesAndForgetsWhatCameOutWrong() {
    var cache = new CheckedCache(temp.resolve("bytes"), CHECKSUM);
    assertThatThrownBy(() -> cache.get(() -> new byte[4]))
        .isInstanceOf(FileException.class)
        .hasMessageContaining(
            "bytes came out wrong on this machine: expected SHA-256 " + CHECKSUM.hex());
    assertThat(cache.file()).doesNotExist();
  }
}
