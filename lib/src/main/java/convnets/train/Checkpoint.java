package convnets.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import convnets.torch.HostCopy;
import convnets.torch.TorchOps;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.zip.CRC32;

/**
 * A training that was put aside: an {@link Archive} with
 *
 * <ul>
 *   <li>{@code training.properties}: the format's version, and what the training was told;
 *   <li>{@code journal}: the history, and how far the current epoch has come;
 *   <li>{@code net/NAME}: every parameter, running statistics included, as DJL encodes arrays;
 *   <li>{@code optimizer/KIND/NAME}: the optimiser's state;
 *   <li>{@code scale}: that of the loss, in FLOAT16;
 *   <li>{@code average/NAME}: the average of the weights, where one is kept;
 *   <li>{@code best/NAME}: the weights of the best epoch, where they are kept.
 * </ul>
 *
 * <p>Of learners with several players, what belongs to one stands below its name, as in {@code
 * generator/net/NAME}.
 *
 * <p>Random numbers need no place in it: they are drawn afresh for each step from the seed.
 */
final class Checkpoint {

  /**
   * In the first format an optimiser's numbers for a convolution stood in the order in which the
   * processor of that machine had them in memory, and metrics had no names; in the second there
   * were no learners.
   */
  private static final String FORMAT = "convnets checkpoint 3";

  private static final String PROPERTIES = "training.properties";
  private static final String JOURNAL = "journal";
  private static final int DIFFERENCES_SHOWN = 8;

  private final Path file;
  private final Properties properties;
  private final Journal.Entry entry;

  /** Encoded arrays by name. */
  private final Map<String, byte[]> arrays;

  private Checkpoint(
      Path file, Properties properties, Journal.Entry entry, Map<String, byte[]> arrays) {
    this.file = file;
    this.properties = properties;
    this.entry = entry;
    this.arrays = arrays;
  }

  /**
   * Puts a training aside.
   *
   * @param state all arrays of the training by their names in the archive
   */
  static void write(Path file, Recipe recipe, Map<String, NDArray> state, Journal.Entry entry) {
    Map<String, Supplier<byte[]>> pieces = new LinkedHashMap<>();
    pieces.put(PROPERTIES, () -> encode(properties(recipe, entry)));
    pieces.put(JOURNAL, () -> EntryCodec.encode(entry));
    state.forEach((name, array) -> pieces.put(name, () -> HostCopy.encoded(array)));
    Archive.write(file, pieces);
  }

  /**
   * Reads and verifies a file.
   *
   * @throws CheckpointException if it is damaged, or no checkpoint of this version
   */
  static Checkpoint read(Path file) {
    Map<String, byte[]> pieces = Archive.read(file);
    byte[] text = pieces.remove(PROPERTIES);
    byte[] journal = pieces.remove(JOURNAL);
    Properties properties = new Properties();
    try {
      if (text != null) {
        properties.load(new ByteArrayInputStream(text));
      }
      if (!FORMAT.equals(properties.getProperty("format")) || journal == null) {
        throw new CheckpointException(
            "%s is no checkpoint of this version (%s): name another file, or delete this one"
                .formatted(file, FORMAT));
      }
      return new Checkpoint(file, properties, EntryCodec.decode(journal), pieces);
    } catch (IOException e) {
      throw new CheckpointException("checkpoint " + file + " is damaged: " + e.getMessage(), e);
    }
  }

  /**
   * Brings a training to where the checkpoint was written.
   *
   * @param live all arrays of the training by their names in the archive
   * @param manager for arrays on the way
   * @return where the training goes on
   * @throws CheckpointException if the checkpoint is of another network or another training;
   *     nothing has been changed then
   */
  Journal.Entry restore(Recipe recipe, Map<String, NDArray> live, NDManager manager) {
    try (NDManager scratch = manager.newSubManager()) {
      Map<String, NDArray> saved = new LinkedHashMap<>();
      arrays.forEach((name, bytes) -> saved.put(name, scratch.decode(bytes)));
      List<String> differences = new ArrayList<>();
      compareProperties(properties(recipe, entry), differences);
      compareRates(recipe, differences);
      compareArrays(live, saved, differences);
      if (!differences.isEmpty()) {
        throw refusal(differences);
      }
      live.forEach((name, array) -> TorchOps.copy(saved.get(name), array));
    }
    return entry;
  }

  private void compareProperties(Properties asked, List<String> differences) {
    TreeSet<String> names = new TreeSet<>(asked.stringPropertyNames());
    names.addAll(properties.stringPropertyNames());
    for (String name : names) {
      String before = properties.getProperty(name, "absent");
      String now = asked.getProperty(name, "absent");
      if (!now.equals(before)) {
        differences.add("%s was %s, is %s".formatted(name, before, now));
      }
    }
  }

  /** Schedules are functions: they agree if they give the rates that were used so far. */
  private void compareRates(Recipe recipe, List<String> differences) {
    int done = entry.history().epochs().size();
    if (done > recipe.epochs) {
      differences.add("epochs done were %d, asked for are %d".formatted(done, recipe.epochs));
      return;
    }
    int steps = entry.history().steps().size();
    if (steps > recipe.steps()) {
      differences.add("steps done were %d, asked for are %d".formatted(steps, recipe.steps()));
      return;
    }
    for (History.Step step : entry.history().steps()) {
      double rate = recipe.rate(step.step() - 1);
      if (rate != step.rate()) {
        differences.add(
            "schedule gave step %d the rate %s, gives %s (of %d epochs)"
                .formatted(step.step(), step.rate(), rate, recipe.epochs));
        return;
      }
    }
  }

  private static void compareArrays(
      Map<String, NDArray> live, Map<String, NDArray> saved, List<String> differences) {
    TreeSet<String> names = new TreeSet<>(live.keySet());
    names.addAll(saved.keySet());
    for (String name : names) {
      String before = describe(saved.get(name));
      String now = describe(live.get(name));
      if (!now.equals(before)) {
        differences.add("%s was %s, is %s".formatted(name, before, now));
      }
    }
  }

  private static String describe(NDArray array) {
    return array == null ? "absent" : array.getDataType() + " " + array.getShape();
  }

  private CheckpointException refusal(List<String> differences) {
    int shown = Math.min(DIFFERENCES_SHOWN, differences.size());
    String more =
        shown < differences.size() ? ", and %d more".formatted(differences.size() - shown) : "";
    return new CheckpointException(
        "checkpoint %s is of another training: %s%s. Name another file, or delete this one"
            .formatted(file, String.join("; ", differences.subList(0, shown)), more));
  }

  private static Properties properties(Recipe recipe, Journal.Entry entry) {
    Properties properties = new Properties();
    properties.setProperty("format", FORMAT);
    properties.putAll(recipe.identity());
    List<Player> players = recipe.learner.players();
    for (Player player : players.subList(1, players.size())) {
      properties.setProperty("rates so far of " + player.name(), rates(recipe, player, entry));
    }
    return properties;
  }

  /** A checksum over the rates of all steps so far; the history has those of the first player. */
  private static String rates(Recipe recipe, Player player, Journal.Entry entry) {
    CRC32 sum = new CRC32();
    int done = Math.min(entry.history().steps().size(), recipe.steps());
    for (int step = 0; step < done; step++) {
      sum.update(ByteBuffer.allocate(Double.BYTES).putDouble(0, recipe.rate(player, step)));
    }
    return Long.toHexString(sum.getValue());
  }

  private static byte[] encode(Properties properties) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      properties.store(bytes, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // an array of bytes throws none
    }
    return bytes.toByteArray();
  }
}
