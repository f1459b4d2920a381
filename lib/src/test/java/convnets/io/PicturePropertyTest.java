package convnets.io;

import static convnets.Refusals.orRefused;
import static convnets.Refusals.soon;
import static org.assertj.core.api.Assertions.assertThat;

import convnets.Damage;
import java.awt.Dimension;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.statistics.Statistics;

/**
 * Pictures of any size and colour model by every writer that Java has, and any damage to them:
 * either the pixels that were drawn, or a message. {@code -Djqwik.tries.default} makes it longer.
 */
class PicturePropertyTest {
  private static final Path CORPUS = Path.of("src/test/resources/reference/pictures");
  private static final List<String> FORMATS = List.of("png", "bmp", "gif", "tiff", "jpeg");

  /** More than this is not looked at pixel by pixel. */
  private static final int FEW_PIXELS = 1 << 20;

  private static Path file;
  private static List<byte[]> corpus;

  @BeforeContainer
  static void start() throws IOException {
    file = Files.createTempFile("picture", ".any");
    try (Stream<Path> files = Files.list(CORPUS).sorted()) {
      corpus = files.map(PicturePropertyTest::bytes).filter(b -> b.length < 20_000).toList();
    }
    assertThat(corpus).hasSizeGreaterThan(50);
  }

  @AfterContainer
  static void stop() throws IOException {
    Files.delete(file);
  }

  private static byte[] bytes(Path path) {
    try {
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Provide
  Arbitrary<Integer> sides() {
    return Arbitraries.frequencyOf(
        Tuple.of(8, Arbitraries.integers().between(1, 24)),
        Tuple.of(1, Arbitraries.integers().between(25, 90)));
  }

  @Provide
  Arbitrary<String> formats() {
    return Arbitraries.of(FORMATS);
  }

  @Property(seed = "18", shrinking = ShrinkingMode.BOUNDED)
  void isReadAsItWasDrawn(
      @ForAll("formats") String format,
      @ForAll("sides") int width,
      @ForAll("sides") int height,
      @ForAll long seed)
      throws IOException {
    Random random = new Random(seed);
    Drawn drawn = Drawn.of(format, width, height, random);
    Optional<byte[]> written = drawn.written(random);
    Statistics.label("written").collect(written.isPresent());
    Statistics.label("written")
        .coverage(coverage -> coverage.check(true).percentage(share -> share > 60));
    if (written.isEmpty()) {
      return;
    }
    boolean held = (format.equals("png") || format.equals("jpeg")) && random.nextBoolean();
    int orientation = held ? random.nextInt(10) : 1; // 0 and 9 mean nothing
    Files.write(
        file, held ? Drawn.held(written.get(), orientation, random.nextBoolean()) : written.get());
    Pictures.glance(file);
    BufferedImage read = Pictures.read(file);
    int[][][] seen = drawn.seen(orientation);
    var size = new Dimension(seen[0][0].length, seen[0].length);
    assertThat(new Dimension(read.getWidth(), read.getHeight())).as("%s", drawn).isEqualTo(size);
    assertThat(Pictures.size(file)).isEqualTo(size);
    int[] expected =
        Arrays.stream(seen).flatMap(Arrays::stream).flatMapToInt(Arrays::stream).toArray();
    byte[] planes = Pictures.planes(read);
    assertThat(planes).hasSize(expected.length);
    for (int i = 0; i < planes.length; i++) {
      int off = Math.abs((planes[i] & 255) - expected[i]);
      if (off > drawn.tolerance()) {
        assertThat(planes[i] & 255)
            .as("%s, orientation %d, number %d", drawn, orientation, i)
            .isEqualTo(expected[i]);
      }
    }
  }

  @Property(seed = "18", shrinking = ShrinkingMode.BOUNDED)
  void damagedItIsAPictureOrAMessage(@ForAll("formats") String format, @ForAll long seed)
      throws Exception {
    Random random = new Random(seed);
    byte[] sound = corpus.get(random.nextInt(corpus.size()));
    if (random.nextInt(3) == 0) {
      Drawn drawn = Drawn.of(format, 1 + random.nextInt(40), 1 + random.nextInt(40), random);
      sound = drawn.written(random).orElse(sound);
    }
    byte[] damaged = Damage.damaged(sound, random);
    if (random.nextInt(8) == 0) { // goes on as another
      byte[] other = corpus.get(random.nextInt(corpus.size()));
      int from = random.nextInt(damaged.length + 1);
      damaged = Arrays.copyOf(damaged, from + other.length);
      System.arraycopy(other, 0, damaged, from, other.length);
    }
    Files.write(file, damaged);
    String outcome = soon(PicturePropertyTest::outcome);
    Statistics.label("outcome")
        .collect(outcome)
        .coverage(
            coverage -> {
              coverage.check("picture").percentage(share -> share > 10);
              coverage.check("message").percentage(share -> share > 10);
            });
  }

  private static String outcome() {
    Boolean glanced = orRefused(IOException.class, PicturePropertyTest::glance);
    Dimension size = orRefused(IOException.class, () -> Pictures.size(file));
    BufferedImage read = orRefused(IOException.class, () -> Pictures.read(file));
    if (read == null) {
      return "message";
    }
    assertThat(glanced).as("a glance refuses what can be read").isTrue();
    assertThat(size).isEqualTo(new Dimension(read.getWidth(), read.getHeight()));
    int pixels = read.getWidth() * read.getHeight();
    if (pixels < FEW_PIXELS) {
      assertThat(Pictures.planes(read)).hasSize(3 * pixels);
      BufferedImage stored = orRefused(IOException.class, () -> Pictures.stored(file));
      assertThat(stored).isNotNull();
    }
    return "picture";
  }

  private static boolean glance() throws IOException {
    Pictures.glance(file);
    return true;
  }
}
