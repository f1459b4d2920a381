package convnets.weights;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds the state dict, tensors by name, in what a checkpoint of PyTorch holds. */
final class StateDict {

  /** What training scripts call it when they save more than the weights. */
  private static final List<String> WRAPPERS = List.of("state_dict", "model", "model_state_dict");

  private StateDict() {}

  /** The tensors of a checkpoint by name, in its order. */
  static Map<String, StoredTensor> read(
      Object checkpoint, FileBytes file, TorchTensor.Memory memory) throws IOException {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : find(checkpoint).entrySet()) {
      if (entry.getKey() instanceof String name && entry.getValue() instanceof TorchTensor tensor) {
        tensors.put(name, tensor.in(file, name, memory));
      }
    }
    return tensors;
  }

  private static Map<?, ?> find(Object checkpoint) throws MalformedException {
    if (checkpoint instanceof Map<?, ?> dict) {
      for (String wrapper : WRAPPERS) {
        if (dict.get(wrapper) instanceof Map<?, ?> wrapped && hasTensors(wrapped)) {
          return wrapped;
        }
      }
      if (hasTensors(dict)) {
        return dict;
      }
    }
    throw MalformedException.foreign(
        "it holds no state dict, neither by itself nor as an entry called %s",
        String.join(", ", WRAPPERS));
  }

  private static boolean hasTensors(Map<?, ?> dict) {
    return dict.values().stream().anyMatch(TorchTensor.class::isInstance);
  }
}
