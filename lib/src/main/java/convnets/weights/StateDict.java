package convnets.weights;

import convnets.weights.TorchGlobals.Foreign;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the state dict, tensors by name, in what a checkpoint of PyTorch holds. */
final class StateDict {

  /** What training scripts call the network when they save more than its weights. */
  private static final List<String> NETWORK =
      List.of(
          "state_dict",
          "model",
          "model_state_dict",
          "model_state",
          "net",
          "network",
          "module",
          "weights",
          "params");

  /** What they call a moving average of the weights. */
  private static final List<String> AVERAGE =
      List.of("model_ema", "ema", "state_dict_ema", "ema_state_dict", "params_ema");

  /** A dict may hold itself. */
  private static final int DEEPEST = 4;

  private static final int SHOWN = 8;

  private StateDict() {}

  /** The tensors of a state dict by name, in its order. */
  static Map<String, StoredTensor> read(Map<?, ?> dict, FileBytes file, TorchTensor.Memory memory)
      throws IOException {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : dict.entrySet()) {
      if (entry.getKey() instanceof String name && entry.getValue() instanceof TorchTensor tensor) {
        tensors.put(name, tensor.in(file, name, memory));
      }
    }
    return tensors;
  }

  /**
   * Finds the state dict in a checkpoint.
   *
   * @param key the entry to look in, from the outside inwards; empty: the usual ones
   * @throws MalformedException if there is none, or nobody knows which of several
   */
  static Map<?, ?> find(Object checkpoint, List<String> key) throws MalformedException {
    Object inner = checkpoint;
    for (String name : key) {
      if (!(inner instanceof Map<?, ?> dict && dict.get(name) instanceof Map<?, ?> entry)) {
        throw MalformedException.unsupported(
            "key (%s) names no entry that holds others. %s", name, entries(inner));
      }
      inner = entry;
    }
    if (inner instanceof Foreign foreign && !foreign.name().isEmpty()) {
      throw MalformedException.foreign(
          "it holds an object of %s, but only weights are read here, and nothing in a file is run",
          foreign.name());
    }
    if (inner instanceof Map<?, ?> dict) {
      Optional<Map<?, ?>> found = search(dict, 1);
      if (found.isPresent()) {
        return found.get();
      }
      List<String> candidates = candidates(dict);
      if (candidates.size() > 1) {
        throw MalformedException.unsupported(
            "it holds several state dicts: %s. Choose one by Weights.loading(block).key(\"%s\")",
            String.join(", ", candidates), candidates.get(0));
      }
    }
    throw MalformedException.foreign(
        "it holds no state dict, neither by itself nor as an entry called %s%s",
        String.join(", ", NETWORK.subList(0, 3)), foreignEntry(inner));
  }

  /** The entry of the network; or the dict itself; or of the average; or else the only one. */
  private static Optional<Map<?, ?>> search(Map<?, ?> dict, int depth) {
    if (depth > DEEPEST) {
      return Optional.empty();
    }
    Optional<Map<?, ?>> found = searchEntries(dict, NETWORK, depth);
    if (found.isEmpty() && hasWeights(dict)) {
      found = Optional.of(dict);
    }
    if (found.isEmpty()) {
      found = searchEntries(dict, AVERAGE, depth);
    }
    if (found.isEmpty()) {
      List<String> candidates = candidates(dict);
      if (candidates.size() == 1) {
        found = Optional.of((Map<?, ?>) dict.get(candidates.get(0)));
      } else if (candidates.isEmpty() && hasTensors(dict)) {
        found = Optional.of(dict);
      }
    }
    return found;
  }

  private static Optional<Map<?, ?>> searchEntries(Map<?, ?> dict, List<String> names, int depth) {
    for (String name : names) {
      if (dict.get(name) instanceof Map<?, ?> entry) {
        Optional<Map<?, ?>> found = search(entry, depth + 1);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  /** The names of entries that are state dicts themselves. */
  private static List<String> candidates(Map<?, ?> dict) {
    return dict.entrySet().stream()
        .filter(e -> e.getValue() instanceof Map<?, ?> entry && hasWeights(entry))
        .map(Map.Entry::getKey)
        .filter(String.class::isInstance)
        .map(String.class::cast)
        .toList();
  }

  private static boolean hasWeights(Map<?, ?> dict) {
    return dict.entrySet().stream()
        .anyMatch(
            e ->
                e.getKey() instanceof String
                    && e.getValue() instanceof TorchTensor t
                    && t.isWeight());
  }

  private static boolean hasTensors(Map<?, ?> dict) {
    return dict.values().stream().anyMatch(TorchTensor.class::isInstance);
  }

  /** What could be named instead. */
  private static String entries(Object checkpoint) {
    if (!(checkpoint instanceof Map<?, ?> dict)) {
      return "There are no entries";
    }
    List<String> names =
        dict.keySet().stream()
            .filter(String.class::isInstance)
            .map(name -> MalformedException.printable((String) name))
            .limit(SHOWN)
            .toList();
    return "There are: " + String.join(", ", names);
  }

  /** Of what class the object is that stands where a state dict could. */
  private static String foreignEntry(Object checkpoint) {
    if (checkpoint instanceof Map<?, ?> dict) {
      for (Map.Entry<?, ?> entry : dict.entrySet()) {
        if ((NETWORK.contains(entry.getKey()) || AVERAGE.contains(entry.getKey()))
            && entry.getValue() instanceof Foreign foreign) {
          return "; its %s is an object of %s, and nothing in a file is run"
              .formatted(entry.getKey(), MalformedException.printable(foreign.name()));
        }
      }
    }
    return "";
  }
}
