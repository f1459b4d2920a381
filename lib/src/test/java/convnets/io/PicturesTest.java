package convnets.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Dimension;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures of every sort beside what Pillow makes of them: {@code ci/parity/pictures.py}. */
class PicturesTest {
  private static final Path FOLDER = Path.of("src/test/resources/reference");

  @TempDir private Path temp;

  private static Path picture(String name) {
    return FOLDER.resolve("pictures").resolve(name);
  }

  private static Stream<String[]> rows(String file) throws IOException {
    return Files.readAllLines(FOLDER.resolve(file)).stream().map(line -> line.split("\t"));
  }

  private static Stream<String> names(String file) throws IOException {
    return rows(file).map(row -> row[0]);
  }

  private static String[] row(String file, String name) throws IOException {
    return rows(file).filter(row -> row[0].equals(name)).findFirst().orElseThrow();
  }

  static Stream<String> readable() throws IOException {
    return names("pictures.tsv");
  }

  static Stream<String> refused() throws IOException {
    return names("refused.tsv");
  }

  @ParameterizedTest
  @MethodSource("readable")
  void readsWhatPillowReads(String name) throws IOException {
    String[] row = row("pictures.tsv", name);
    BufferedImage image = Pictures.read(picture(name));
    var size = new Dimension(Integer.parseInt(row[1]), Integer.parseInt(row[2]));
    assertThat(new Dimension(image.getWidth(), image.getHeight())).isEqualTo(size);
    assertThat(Pictures.size(picture(name))).isEqualTo(size);
    byte[] expected;
    byte[] packed = Base64.getDecoder().decode(row[4]);
    try (InputStream in = new InflaterInputStream(new ByteArrayInputStream(packed))) {
      expected = in.readAllBytes();
    }
    byte[] actual = Pictures.planes(image);
    assertThat(actual).hasSameSizeAs(expected);
    boolean brightness = row[3].startsWith("brightness ");
    double[] wanted = brightness ? brightness(expected) : numbers(expected);
    double[] got = brightness ? brightness(actual) : numbers(actual);
    double most = 0;
    double sum = 0;
    for (int i = 0; i < wanted.length; i++) {
      double off = Math.abs(wanted[i] - got[i]);
      most = Math.max(most, off);
      sum += off;
    }
    assertThat(sum / wanted.length).as("mean difference").isLessThanOrEqualTo(1);
    double allowed = Double.parseDouble(row[3].replace("brightness ", ""));
    assertThat(most).as("largest difference").isLessThanOrEqualTo(allowed);
  }

  private static double[] numbers(byte[] planes) {
    return IntStream.range(0, planes.length).mapToDouble(i -> planes[i] & 255).toArray();
  }

  /** As TV has it: ITU-R BT.601. */
  private static double[] brightness(byte[] planes) {
    double[] numbers = numbers(planes);
    int n = numbers.length / 3;
    return IntStream.range(0, n)
        .mapToDouble(i -> 0.299 * numbers[i] + 0.587 * numbers[n + i] + 0.114 * numbers[2 * n + i])
        .toArray();
  }

  @ParameterizedTest
  @MethodSource("refused")
  void saysWhyItRefuses(String name) throws IOException {
    Path file = picture(name);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> Pictures.read(file))
        .withMessageContaining(row("refused.tsv", name)[1]);
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> Pictures.open(file))
        .withMessageStartingWith("cannot read the picture " + file + ": it");
  }

  @Test
  void whatIsCutOffAnywhereIsRefused() throws IOException {
    for (String name :
        new String[] {"rgb.png", "rgb.jpg", "progressive.jpg", "cmyk.jpg", "lossy.webp"}) {
      byte[] whole = Files.readAllBytes(picture(name));
      for (int length = 1; length < whole.length - 12; length += 41) {
        Path part = Files.write(temp.resolve(name), Arrays.copyOf(whole, length));
        assertThatThrownBy(() -> Pictures.read(part)).isInstanceOf(IOException.class);
      }
    }
  }

  /** Whatever the bytes, it is a picture or a message. */
  @ParameterizedTest
  @ValueSource(strings = {"rgb.png", "rgb.jpg", "cmyk.jpg", "plain.gif", "rgb.bmp", "lossy.webp"})
  void changedBytesGiveAPictureOrAMessage(String name) throws IOException {
    byte[] whole = Files.readAllBytes(picture(name));
    var random = new java.util.SplittableRandom(1);
    for (int i = 0; i < 60; i++) {
      byte[] changed = whole.clone();
      for (int k = 0; k < 3; k++) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
      }
      Path file = Files.write(temp.resolve(name), changed);
      try {
        Pictures.planes(Pictures.read(file));
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("it");
      }
    }
  }

  @Test
  void aMaskIsReadAsItIsStored() throws IOException {
    assertThat(Pictures.stored(picture("held-6.png")).getWidth()).isEqualTo(25);
    assertThat(Pictures.readUnturned(picture("held-6.jpg")).getWidth()).isEqualTo(25);
    assertThat(Pictures.read(picture("held-6.jpg")).getWidth()).isEqualTo(18);
    BufferedImage palette = Pictures.stored(picture("palette.png"));
    assertThat(palette.getRaster().getNumBands()).isEqualTo(1);
  }

  @Test
  void saysWhatIsMissing() throws IOException {
    Path none = temp.resolve("none.png");
    assertThatThrownBy(() -> Pictures.open(none))
        .hasMessage("cannot read the picture " + none + ": there is no such file");
    Path folder = Files.createDirectory(temp.resolve("folder.png"));
    assertThatThrownBy(() -> Pictures.open(folder))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(folder.toString());
    Path text = Files.writeString(temp.resolve("a.png"), "é", StandardCharsets.UTF_8);
    assertThatThrownBy(() -> Pictures.open(text)).hasMessageContaining("it is text");
  }
}
