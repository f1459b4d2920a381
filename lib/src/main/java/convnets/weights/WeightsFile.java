package convnets.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A file of weights of any format: tells the formats apart, and finds the tensors. */
final class WeightsFile {

  private static final String DATA_PARALLEL = "module.";
  private static final int ENOUGH = 16;

  private WeightsFile() {}

  /** The tensors of a file by name, in the order of the file. */
  static Map<String, StoredTensor> read(FileBytes file) throws IOException {
    if (file.size() < ENOUGH) {
      throw MalformedException.damaged("it has only %d bytes", file.size());
    }
    ByteBuffer start = file.read(0, ENOUGH);
    Map<String, StoredTensor> tensors;
    if (TorchZip.startsWith(start)) {
      tensors = TorchZip.read(file);
    } else if (Safetensors.startsWith(start)) {
      tensors = Safetensors.read(file);
    } else if (TorchLegacy.startsWith(start)) {
      tensors = TorchLegacy.read(file);
    } else {
      throw MalformedException.damaged(
          "it is neither a safetensors file nor a checkpoint of PyTorch, but starts with \"%s\"",
          printable(start));
    }
    return withoutModule(tensors);
  }

  /** PyTorch's DataParallel puts a prefix before all names. */
  private static Map<String, StoredTensor> withoutModule(Map<String, StoredTensor> tensors) {
    if (!tensors.keySet().stream().allMatch(name -> name.startsWith(DATA_PARALLEL))) {
      return tensors;
    }
    Map<String, StoredTensor> stripped = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          String bare = name.substring(DATA_PARALLEL.length());
          stripped.put(bare, tensor.named(bare));
        });
    return stripped;
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
