package convnets.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** A file of weights of any format: tells the formats apart, and finds the tensors. */
final class WeightsFile {

  /** What PyTorch's DataParallel and AveragedModel put before all names. */
  private static final String DATA_PARALLEL = "module.";

  private static final int MOST_WRAPPERS = 4;

  /** What wrappers of any module, compiled or spread over devices, put into names. */
  private static final Pattern INNER_WRAPPERS =
      Pattern.compile("(?<![^.])(_orig_mod|_fsdp_wrapped_module|_checkpoint_wrapped_module)\\.");

  private static final int ENOUGH = 16;

  private WeightsFile() {}

  /**
   * The tensors of a file by name, in the order of the file.
   *
   * @param key the entry of a checkpoint to look in; empty: where they usually are
   */
  static Map<String, StoredTensor> read(FileBytes file, List<String> key) throws IOException {
    if (file.size() < ENOUGH) {
      throw MalformedException.damaged("it has only %d bytes", file.size());
    }
    ByteBuffer start = file.read(0, ENOUGH);
    Map<String, StoredTensor> tensors;
    if (TorchZip.startsWith(start)) {
      tensors = TorchZip.read(file, key);
    } else if (Safetensors.startsWith(start)) {
      if (!key.isEmpty()) {
        throw MalformedException.unsupported(
            "key (%s) names an entry, and a safetensors file has none. Leave it out", key.get(0));
      }
      tensors = Safetensors.read(file);
    } else if (TorchLegacy.startsWith(start)) {
      tensors = TorchLegacy.read(file, key);
    } else {
      throw MalformedException.damaged(
          "it is neither a safetensors file nor a checkpoint of PyTorch, but starts with \"%s\"",
          printable(start));
    }
    return withoutWrappers(tensors);
  }

  /** The names that the network has without what was wrapped around it. */
  private static Map<String, StoredTensor> withoutWrappers(Map<String, StoredTensor> tensors) {
    Map<String, StoredTensor> bare =
        renamed(tensors, name -> INNER_WRAPPERS.matcher(name).replaceAll(""));
    for (int i = 0; i < MOST_WRAPPERS && isParallel(bare); i++) {
      bare =
          renamed(
              bare,
              name ->
                  name.startsWith(DATA_PARALLEL) ? name.substring(DATA_PARALLEL.length()) : name);
    }
    return bare;
  }

  /** Whether all weights are under the prefix; a counter beside them, n_averaged, need not be. */
  private static boolean isParallel(Map<String, StoredTensor> tensors) {
    List<StoredTensor> outside =
        tensors.values().stream()
            .filter(tensor -> !tensor.name().startsWith(DATA_PARALLEL))
            .toList();
    return outside.size() < tensors.size()
        && outside.stream().allMatch(tensor -> tensor.shape().dimension() == 0);
  }

  /** The same tensors under other names, unless two would have one. */
  private static Map<String, StoredTensor> renamed(
      Map<String, StoredTensor> tensors, UnaryOperator<String> newName) {
    Map<String, StoredTensor> renamed = new LinkedHashMap<>();
    for (StoredTensor tensor : tensors.values()) {
      String name = newName.apply(tensor.name());
      if (renamed.put(name, tensor.named(name)) != null) {
        return tensors;
      }
    }
    return renamed;
  }

  private static String printable(ByteBuffer start) {
    StringBuilder text = new StringBuilder();
    for (byte letter : start.array()) {
      text.append(letter >= ' ' && letter < 127 ? (char) letter : '·');
    }
    return text.toString();
  }

  /** Says that a file cannot be read, and why. */
  static WeightsException unreadable(Path file, IOException e) {
    String what;
    if (e instanceof MalformedException) {
      what = e.getMessage();
    } else if (e instanceof NoSuchFileException) {
      what = "there is no such file. Correct the path, or fetch it with Weights.fetch";
    } else if (e instanceof ClosedByInterruptException) {
      what = "it was interrupted. Call again";
    } else if (Files.isDirectory(file)) {
      what = "it is a folder. Name a file in it";
    } else {
      what = e + ". Look to the file's permissions and to the disk";
    }
    return new WeightsException("cannot read weights from " + file + ": " + what, e);
  }
}
