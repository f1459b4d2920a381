package convnets.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChecksumTest {

  /** FIPS 180-4's example "abc". */
  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @TempDir private Path temp;

  @Test
  void isTheDigestOfTheFile() throws IOException {
    Path file = Files.writeString(temp.resolve("abc"), "abc");
    assertThat(Checksum.of(file, "SHA-256").hex()).isEqualTo(ABC);
    assertThat(Checksum.of(file, "MD5").hex()).isEqualTo("900150983cd24fb0d6963f7d28e17f72");
  }

  @Test
  void isTheDigestOfBytesInMemory() {
    byte[] abc = {'a', 'b', 'c'};
    assertThat(Checksum.of(abc, "SHA-256").hex()).isEqualTo(ABC);
    assertThat(new Checksum("SHA-256", ABC).holds(abc)).isTrue();
    assertThat(new Checksum("SHA-256", ABC).holds(new byte[3])).isFalse();
  }

  @Test
  void firstDigitsSuffice() throws IOException {
    Path file = Files.writeString(temp.resolve("abc"), "abc");
    assertThat(new Checksum("SHA-256", ABC).holds(file)).isTrue();
    assertThat(new Checksum("SHA-256", "ba7816bf").holds(file)).isTrue();
    assertThat(new Checksum("SHA-256", "ba7816be").holds(file)).isFalse();
    assertThat(new Checksum("MD5", "ba7816bf").holds(file)).isFalse();
  }

  @Test
  void saysWhatDiffers() throws IOException {
    Path file = Files.writeString(temp.resolve("abc"), "abc");
    new Checksum("SHA-256", ABC).verify(file, "Mend it");
    assertThatThrownBy(() -> new Checksum("SHA-256", "00ff").verify(file, "Mend it"))
        .isInstanceOf(FileException.class)
        .hasMessage(
            "%s is damaged: expected SHA-256 00ff, found %s (3 bytes). Mend it"
                .formatted(file, ABC));
    assertThatThrownBy(() -> Checksum.of(temp.resolve("no"), "MD5"))
        .isInstanceOf(FileException.class)
        .hasMessageContaining("cannot read " + temp.resolve("no"));
  }
}
