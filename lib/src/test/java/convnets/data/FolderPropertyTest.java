package convnets.data;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import convnets.Refusals;
import convnets.io.FileException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.statistics.Statistics;
import org.junit.jupiter.api.condition.OS;

/**
 * Folders as people have them: a data set of what whoever made them foretells, or one message with
 * all that is wrong. {@code -Djqwik.tries.default} makes it longer.
 */
class FolderPropertyTest {

  private static final String[] CLASSES = {
    "cat", "dog", "Dog", "emu", "écu", "e\u0301cu", "a b", "猫", "x.png", "0", "train", "test"
  };

  /** Passed over, with all that is in them. */
  private static final String[] HIDDEN = {
    ".git", ".ipynb_checkpoints", "__MACOSX", "@eaDir", "$RECYCLE.BIN", "__pycache__"
  };

  private static final String[] NAMES = {
    "a", "b", "c", "IMG 1", "é", "e\u0301", "写真", "a.b", "100%", "%s", "very'\"odd"
  };

  private static final String[] PICTURES = {
    ".png", ".jpg", ".JPG", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".Tiff"
  };

  private static final String[] FOREIGN = {"heic", "HEIC", "avif", "svg", "CR2", "ppm"};
  private static final String[] OTHERS = {".txt", ".mov", "", ".db", ".png.bak", ".json", "png"};

  /** What they are, whatever their names say. */
  private static final String[] FORMATS = {"png", "bmp", "gif", "tiff"};

  private static NDManager manager;
  private static Path temp;

  /** A picture of one colour for each number. */
  private static final Map<Integer, byte[]> FILES = new HashMap<>();

  /** What is to come of a folder, reckoned while it is made. */
  private static final class Plan {
    private final Random random;
    private final Path folder;
    private final Path elsewhere;

    /** The number of each picture by its path within its class, by the class's folder. */
    private final Map<String, Map<String, Integer>> pictures = new HashMap<>();

    private final List<String> faults = new ArrayList<>();
    private final List<Path> closed = new ArrayList<>();
    private final List<String> damaged = new ArrayList<>();
    private final Map<String, Integer> foreign = new TreeMap<>();
    private int number;

    Plan(Random random, Path folder, Path elsewhere) throws IOException {
      this.random = random;
      this.folder = Files.createDirectories(folder);
      this.elsewhere = Files.createDirectories(elsewhere);
    }

    private String any(String[] texts) {
      return texts[random.nextInt(texts.length)];
    }

    /**
     * Fills a folder of a class, or one in it.
     *
     * @param of the class's folder; null: all is passed over
     */
    void fill(Path in, String of, String within, int depth, int most) throws IOException {
      for (int n = random.nextInt(most + 1); n > 0; n--) {
        int kind = random.nextInt(24);
        String name = any(NAMES);
        if (kind < 14) {
          picture(in.resolve(name + any(PICTURES)), of, within, false);
        } else if (kind == 14) {
          picture(in.resolve(name + any(PICTURES)), of, within, random.nextInt(3) == 0);
        } else if (kind == 15) {
          write(in.resolve("." + name + ".png"), new byte[] {1});
        } else if (kind == 16) {
          write(in.resolve(name + any(OTHERS)), new byte[] {1});
        } else if (kind == 17 && random.nextInt(3) == 0) {
          String ending = any(FOREIGN);
          if (write(in.resolve(name + "." + ending), new byte[0]) && of != null) {
            foreign.merge(ending.toLowerCase(Locale.ROOT), 1, Integer::sum);
          }
        } else if (kind < 20 && depth > 0) {
          inner(in, name, of, within, depth);
        } else if (kind == 20) {
          link(in.resolve(name + any(PICTURES)), of, within);
        } else if (kind == 21 && random.nextInt(4) == 0) {
          boolean hidden = random.nextInt(3) == 0;
          loop(in.resolve(hidden ? "." + name : name), hidden ? null : of);
        } else if (kind == 22 && random.nextInt(4) == 0) {
          close(in.resolve(name), of);
        }
      }
    }

    private void inner(Path in, String name, String of, String within, int depth)
        throws IOException {
      boolean hidden = random.nextInt(4) == 0;
      Path inner = in.resolve(hidden ? any(HIDDEN) : name);
      if (!Files.exists(inner)) {
        Files.createDirectory(inner);
        fill(inner, hidden ? null : of, within + inner.getFileName() + "/", depth - 1, 3);
      }
    }

    private boolean write(Path file, byte[] bytes) throws IOException {
      if (Files.exists(file) || Files.isSymbolicLink(file)) {
        return false;
      }
      Files.write(file, bytes);
      return true;
    }

    private void picture(Path file, String of, String within, boolean broken) throws IOException {
      byte[] bytes = file(number);
      if (write(file, broken ? Arrays.copyOf(bytes, random.nextInt(bytes.length / 2)) : bytes)) {
        found(file, of, within, broken);
      }
    }

    private void found(Path file, String of, String within, boolean broken) {
      if (of == null) {
        return;
      }
      pictures.get(of).put(within + file.getFileName(), number++);
      if (broken) {
        damaged.add(file + " (");
      }
    }

    private void link(Path link, String of, String within) throws IOException {
      if (Files.exists(link) || Files.isSymbolicLink(link)) {
        return;
      }
      int kind = random.nextInt(8);
      Path target = elsewhere.resolve(kind > 0 ? "p" + number + ".bin" : "nothing");
      if (kind > 0) {
        Files.write(target, file(number));
        found(link, of, within, false);
      } else if (of != null) {
        faults.add(link + " is a link to nothing");
      }
      Files.createSymbolicLink(link, target);
    }

    private void loop(Path link, String of) throws IOException {
      if (!Files.exists(link)) {
        Files.createSymbolicLink(link, link.getParent());
        if (of != null) {
          faults.add(link + " is a link to a folder that it lies in");
        }
      }
    }

    private void close(Path inner, String of) throws IOException {
      if (Files.exists(inner)) {
        return;
      }
      Files.createDirectory(inner);
      Files.write(inner.resolve("a.png"), file(0));
      Files.setPosixFilePermissions(inner, Set.of());
      closed.add(inner);
      if (Files.isReadable(inner)) { // by whoever may read everything
        closed.remove(inner);
        Files.delete(inner.resolve("a.png"));
      } else if (of != null) {
        faults.add(inner + " cannot be read: see its permissions");
      }
    }

    void make() throws IOException {
      for (int n = random.nextInt(5); n > 0; n--) {
        int kind = random.nextInt(10);
        Path inner = folder.resolve(kind == 0 ? any(HIDDEN) : any(CLASSES));
        if (Files.exists(inner)) {
          continue;
        }
        String of = kind == 0 ? null : inner.getFileName().toString();
        if (kind == 1) { // a link to a folder elsewhere
          Path target = Files.createDirectory(elsewhere.resolve("of" + n));
          Files.createSymbolicLink(inner, target);
        } else {
          Files.createDirectory(inner);
        }
        if (of != null) {
          pictures.put(of, new HashMap<>());
        }
        fill(inner, of, "", 2, random.nextInt(8) == 0 ? 0 : 8);
      }
      if (random.nextBoolean()) {
        write(folder.resolve("read me.txt"), new byte[] {1});
      }
    }

    /** Each part of the only message; empty: there is none. */
    List<String> expected() {
      Set<String> parts = Set.of("train", "test");
      if (pictures.isEmpty()) {
        return List.of(folder + " holds no folders: expected one for each class");
      }
      if (parts.containsAll(pictures.keySet())) {
        return List.of("which look like parts of the data, not classes");
      }
      List<String> all = new ArrayList<>(faults);
      pictures.forEach(
          (of, found) -> {
            if (found.isEmpty()) {
              all.add(folder.resolve(of) + " holds no pictures: expected files ending in");
            }
          });
      pictures.keySet().stream()
          .collect(Collectors.groupingBy(of -> composed(of).toLowerCase(Locale.ROOT)))
          .values()
          .forEach(
              alike -> {
                if (alike.size() > 1) {
                  alike.forEach(of -> all.add(folder.resolve(of).toString()));
                  all.add("differ only in case, and would be one folder on another system");
                }
              });
      foreign.forEach((ending, count) -> all.add("%d of .%s, as ".formatted(count, ending)));
      all.addAll(damaged);
      return all;
    }

    /** The numbers of the pictures, class by class, each by their paths. */
    List<Integer> numbers() {
      return classes().stream()
          .flatMap(of -> new TreeMap<>(pictures.get(of)).values().stream())
          .toList();
    }

    List<String> classes() {
      return pictures.keySet().stream()
          .sorted(Comparator.comparing(FolderPropertyTest::composed))
          .toList();
    }

    List<Integer> labels() {
      List<Integer> labels = new ArrayList<>();
      for (int label = 0; label < classes().size(); label++) {
        for (int i = pictures.get(classes().get(label)).size(); i > 0; i--) {
          labels.add(label);
        }
      }
      return labels;
    }
  }

  private static String composed(String name) {
    return Normalizer.normalize(name, Normalizer.Form.NFC);
  }

  private static byte[] file(int number) {
    return FILES.computeIfAbsent(
        number,
        n -> {
          var image = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
          for (int i = 0; i < 4; i++) {
            image.setRGB(i % 2, i / 2, n);
          }
          var bytes = new ByteArrayOutputStream();
          try {
            ImageIO.write(image, FORMATS[n % FORMATS.length], bytes);
          } catch (IOException e) {
            throw new AssertionError(e);
          }
          return bytes.toByteArray();
        });
  }

  @BeforeContainer
  static void start() throws IOException {
    manager = NDManager.newBaseManager();
    temp = Files.createTempDirectory("folders");
  }

  @AfterContainer
  static void stop() throws IOException {
    manager.close();
    Files.delete(temp);
  }

  @Property(seed = "18", shrinking = ShrinkingMode.BOUNDED)
  void isADataSetOrOneMessage(@ForAll long seed, @ForAll @IntRange(max = 1) int streamed)
      throws IOException {
    if (!OS.LINUX.isCurrentOs()) {
      return; // some of these names and links cannot be made
    }
    Path folder = temp.resolve("pets");
    Plan plan = new Plan(new Random(seed), folder, temp.resolve("elsewhere"));
    try {
      plan.make();
      List<String> expected = plan.expected();
      Statistics.label("outcome")
          .collect(expected.isEmpty() ? "data" : "message")
          .coverage(
              coverage -> {
                coverage.check("data").percentage(share -> share > 10);
                coverage.check("message").percentage(share -> share > 10);
              });
      Source source =
          Refusals.orRefused(
              FileException.class,
              () -> {
                try {
                  return streamed == 1
                      ? ImageFolder.stream(manager, folder, 2)
                      : ImageFolder.read(manager, folder, 2);
                } catch (FileException e) {
                  assertThat(e.getMessage()).contains(expected);
                  assertThat(expected).isNotEmpty();
                  throw e;
                }
              });
      if (source == null) {
        return;
      }
      assertThat(expected).isEmpty();
      assertThat(source.classes())
          .isEqualTo(plan.classes().stream().map(FolderPropertyTest::composed).toList());
      checkExamples(source, plan);
      if (source instanceof ImageDataset data) {
        data.close();
      }
    } finally {
      delete(plan);
    }
  }

  private static void checkExamples(Source source, Plan plan) {
    List<Integer> numbers = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (Batch batch : Batches.of(source, 64)) {
      float[] pixels = batch.images().toFloatArray();
      for (int i = 0; i < batch.size(); i++) {
        int number = 0;
        for (int c = 0; c < 3; c++) {
          number = number << 8 | Math.round(255 * pixels[4 * (3 * i + c)]);
        }
        numbers.add(number);
      }
      for (long label : batch.labels().toLongArray()) {
        labels.add((int) label);
      }
    }
    assertThat(numbers).isEqualTo(plan.numbers());
    assertThat(labels).isEqualTo(plan.labels());
  }

  private static void delete(Plan plan) throws IOException {
    for (Path closed : plan.closed) {
      Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    }
    for (Path top : List.of(plan.folder, plan.elsewhere)) {
      List<Path> all;
      try (Stream<Path> paths = Files.walk(top)) {
        all = paths.sorted(Comparator.reverseOrder()).toList();
      }
      for (Path path : all) {
        Files.delete(path);
      }
    }
  }
}
