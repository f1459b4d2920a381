package convnets.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A training of any kind, whose process is killed and resumed, ends with the weights of one that
 * was left alone, to the bit.
 *
 * <p>{@code -Dconvnets.kills=10} kills it ten times; each time at another random moment of the
 * first half second, of which writing checkpoints takes a good part. {@code -Dconvnets.kills.seed}
 * repeats the moments of an earlier run.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "which has no signals")
class KillAndResumeTest {

  private static final int KILLS = Integer.getInteger("convnets.kills", 1);
  private static final long SEED = Long.getLong("convnets.kills.seed", System.nanoTime());
  private static final int MILLISECONDS = 500;

  /** The least that one takes of a training that is to be killed. */
  private static final int MILLISECONDS_AN_EPOCH = 100;

  /**
   * The polite request. To a JVM SIGINT is the same, but what was started in the background never
   * hears it.
   */
  private static final String LAST = "TERM";

  /** So many that no resumed training is done before it is killed. */
  private static final int EPOCHS = (KILLS + 1) * (MILLISECONDS / MILLISECONDS_AN_EPOCH + 1);

  private static final Predicate<String> EXPECTED =
      Pattern.compile("checkpoint(\\.\\d+-\\d+\\.part)?").asMatchPredicate();

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(Toy.class)
  void theWeightsAreThoseOfATrainingThatWasLeftAlone(Toy toy) throws Exception {
    Path whole = Files.createDirectory(folder.resolve("whole"));
    Path broken = Files.createDirectory(folder.resolve("broken"));
    Process leftAlone = start(toy, whole, 0); // beside the others

    Random random = new Random(SEED);
    int saved = 0;
    for (String signal : signals()) {
      int wait = random.nextInt(MILLISECONDS);
      String moment = "SIG%s after %d ms, seed %d".formatted(signal, wait, SEED);
      Process process = start(toy, broken, MILLISECONDS_AN_EPOCH);
      awaitStart(process);
      if (signal.equals(LAST)) {
        awaitCheckpoint(broken, process); // on a busy machine none of the kills before may meet one
      }
      Thread.sleep(wait);
      assertThat(process.isAlive()).as("still training: " + moment).isTrue();
      send(signal, process);
      int done = epochsSaved(broken, moment);
      assertThat(done).as("epochs saved: " + moment).isGreaterThanOrEqualTo(saved);
      saved = done;
    }
    assertThat(saved).as("epochs saved before the last kill").isPositive();
    awaitEnd(start(toy, broken, 0));
    awaitEnd(leftAlone);

    assertThat(names(broken)).isEqualTo(names(whole)).contains("checkpoint", "history");
    assertThat(broken.resolve("history")).hasSameTextualContentAs(whole.resolve("history"));
    List<String> weights = names(whole).stream().filter(w -> w.startsWith("weights-")).toList();
    assertThat(weights).isNotEmpty();
    for (String name : weights) {
      assertThat(broken.resolve(name)).hasSameBinaryContentAs(whole.resolve(name));
    }
  }

  private static List<String> signals() {
    List<String> signals = new ArrayList<>(Collections.nCopies(KILLS, "KILL"));
    signals.add(LAST);
    return signals;
  }

  /** What a kill leaves: a whole checkpoint or none, and at most one draft of the next. */
  private static int epochsSaved(Path folder, String moment) throws IOException {
    assertThat(names(folder)).as(moment).hasSizeLessThanOrEqualTo(2).allMatch(EXPECTED);
    Path checkpoint = folder.resolve("checkpoint");
    if (!Files.exists(checkpoint)) {
      return 0;
    }
    assertThatCode(() -> Checkpoint.read(checkpoint)).as(moment).doesNotThrowAnyException();
    byte[] journal = Archive.read(checkpoint).get("journal");
    return EntryCodec.decode(journal).history().epochs().size();
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static void awaitEnd(Process process) throws Exception {
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }

  private static Process start(Toy toy, Path folder, int millisecondsAnEpoch) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            SavedTraining.class.getName(),
            toy.name(),
            folder.toString(),
            String.valueOf(EPOCHS),
            String.valueOf(millisecondsAnEpoch));
    builder.environment().put("OMP_NUM_THREADS", "1"); // the same number of threads each time
    return builder.redirectErrorStream(true).start();
  }

  private static void awaitCheckpoint(Path folder, Process process) throws InterruptedException {
    while (process.isAlive() && !Files.exists(folder.resolve("checkpoint"))) {
      Thread.sleep(1);
    }
  }

  private static void awaitStart(Process process) throws IOException {
    BufferedReader output = process.inputReader();
    StringBuilder said = new StringBuilder();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.equals(SavedTraining.STARTED)) {
        return;
      }
      said.append(line).append('\n');
    }
    throw new AssertionError("the training did not start:\n" + said);
  }

  private static void send(String signal, Process process) throws Exception {
    new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).start().waitFor();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("ends by SIG" + signal).isTrue();
  }
}
