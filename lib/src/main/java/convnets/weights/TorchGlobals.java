package convnets.weights;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The closed list of what a checkpoint may name. Nothing is looked up or loaded by its name: each
 * entry is a function of this file, which makes plain data of plain data.
 */
final class TorchGlobals {

  /** What a name of the list stands for. */
  interface Function {
    /**
     * Makes a value.
     *
     * @throws IllegalArgumentException if it takes other arguments
     */
    Object call(List<?> arguments);
  }

  /** The class of a storage, which is only named, not called. */
  record StorageClass(ElementType type) {}

  /** A value that no weights are in: it is taken note of, and dropped. */
  static final Object IGNORED = new Object();

  private static final Map<String, Object> LIST = new HashMap<>();

  static {
    LIST.put("torch._utils._rebuild_tensor", (Function) TorchGlobals::tensor);
    LIST.put("torch._utils._rebuild_tensor_v2", (Function) TorchGlobals::tensor);
    LIST.put("torch._utils._rebuild_parameter", (Function) TorchGlobals::parameter);
    LIST.put("torch._utils._rebuild_parameter_with_state", (Function) TorchGlobals::parameter);
    LIST.put("torch.Size", (Function) arguments -> sequence(argument(arguments, 0)));
    LIST.put("collections.OrderedDict", (Function) TorchGlobals::orderedDict);
    for (ElementType type : ElementType.values()) {
      LIST.put("torch." + type.storage, new StorageClass(type));
    }
    // What optimisers, schedules and training scripts keep beside the weights is not made, but
    // passed over.
    Function ignore = arguments -> IGNORED;
    for (String name :
        List.of(
            "torch.device",
            "collections.Counter",
            "collections.defaultdict",
            "argparse.Namespace",
            "__builtin__.set",
            "builtins.set",
            "_codecs.encode")) {
      LIST.put(name, ignore);
    }
    for (ElementType type : ElementType.values()) {
      LIST.put("torch." + type.stored, IGNORED);
    }
    for (String factory : List.of("list", "dict", "int")) { // of a defaultdict
      LIST.put("__builtin__." + factory, IGNORED);
      LIST.put("builtins." + factory, IGNORED);
    }
  }

  private TorchGlobals() {}

  /**
   * Finds a name of the list.
   *
   * @throws MalformedException if it is not on it
   */
  static Object find(String module, String name) throws MalformedException {
    Object global = LIST.get(module + "." + name);
    if (global == null) {
      throw MalformedException.foreign(
          "it holds an object of %s.%s, but only weights are read here, and nothing in a file is run",
          module, name);
    }
    return global;
  }

  /** (storage, offset, size, stride, requires_grad, hooks …). */
  private static Object tensor(List<?> arguments) {
    if (argument(arguments, 0) instanceof TorchStorage storage) {
      long[] size = longs(argument(arguments, 2));
      long[] stride = longs(argument(arguments, 3));
      return new TorchTensor(storage, asLong(argument(arguments, 1)), new Strides(size, stride));
    }
    throw new IllegalArgumentException("a tensor without a storage");
  }

  /** (tensor, requires_grad, hooks …). */
  private static Object parameter(List<?> arguments) {
    if (argument(arguments, 0) instanceof TorchTensor tensor) {
      return tensor;
    }
    throw new IllegalArgumentException("a parameter without a tensor");
  }

  /** () or, by Python 2, ([[key, value], …]). */
  private static Object orderedDict(List<?> arguments) {
    Map<Object, Object> dict = new LinkedHashMap<>();
    if (!arguments.isEmpty()) {
      for (Object pair : sequence(arguments.get(0))) {
        Unpickler.put(dict, argument(sequence(pair), 0), argument(sequence(pair), 1));
      }
    }
    return dict;
  }

  private static Object argument(List<?> arguments, int i) {
    if (i >= arguments.size()) {
      throw new IllegalArgumentException("only %d arguments".formatted(arguments.size()));
    }
    return arguments.get(i);
  }

  private static List<?> sequence(Object value) {
    if (value instanceof List<?> list) {
      return list;
    }
    throw new IllegalArgumentException("no sequence");
  }

  /** A number that a pickle holds. */
  static long asLong(Object value) {
    if (value instanceof Long number) {
      return number;
    }
    throw new IllegalArgumentException("no integer");
  }

  private static long[] longs(Object value) {
    Collection<?> numbers = sequence(value);
    return numbers.stream().mapToLong(TorchGlobals::asLong).toArray();
  }
}
