package convnets.weights;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The closed list of names in a checkpoint that mean something here. Nothing is looked up or loaded
 * by its name: each entry is a function of this file, which makes plain data of plain data. Any
 * other name stands for something foreign, which stays a name, whatever is done with it.
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

  /**
   * The class of a storage, which is only named, not called.
   *
   * @param name in PyTorch
   * @param element the kind of its numbers
   * @param bytes that a number takes; 0 if that is not known
   */
  record StorageClass(String name, ElementType element, int bytes) {

    /** Whether so many numbers take so many bytes. */
    boolean fills(long elements, long length) {
      return bytes == 0 || elements == length / bytes;
    }
  }

  /**
   * An object that no weights are in, or none that are read: of it, the name is known and nothing
   * else. What is made of it, called on it or put into it comes to nothing.
   *
   * @param name of its class, or of the function that would make it
   */
  record Foreign(String name) {}

  /** Something foreign that need not be named: bytes, sets, what training scripts keep. */
  static final Foreign IGNORED = new Foreign("");

  /** Classes of storages whose numbers are not read, and how many bytes those take. */
  private static final Map<String, Integer> UNREAD =
      Map.of(
          "ComplexFloatStorage", 8,
          "ComplexDoubleStorage", 16,
          "QInt8Storage", 1,
          "QUInt8Storage", 1,
          "QInt32Storage", 4,
          "QUInt4x2Storage", 1,
          "QUInt2x4Storage", 1,
          "storage.UntypedStorage", 1);

  private static final Map<String, Object> LIST = new HashMap<>();

  static {
    LIST.put("torch._utils._rebuild_tensor", (Function) TorchGlobals::tensor);
    LIST.put("torch._utils._rebuild_tensor_v2", (Function) TorchGlobals::tensor);
    LIST.put("torch._utils._rebuild_tensor_v3", (Function) TorchGlobals::tensorOfKind);
    LIST.put("torch._utils._rebuild_qtensor", (Function) TorchGlobals::tensor);
    LIST.put("torch._tensor._rebuild_from_type_v2", (Function) TorchGlobals::subclass);
    LIST.put("torch._utils._rebuild_parameter", (Function) TorchGlobals::parameter);
    LIST.put("torch._utils._rebuild_parameter_with_state", (Function) TorchGlobals::parameter);
    LIST.put("torch.Size", (Function) arguments -> sequence(argument(arguments, 0)));
    LIST.put("collections.OrderedDict", (Function) TorchGlobals::orderedDict);
    for (ElementType type : ElementType.values()) {
      if (type != ElementType.UNREAD) {
        LIST.put(
            "torch." + type.storage, new StorageClass("torch." + type.storage, type, type.bytes()));
      }
    }
    UNREAD.forEach(
        (name, bytes) ->
            LIST.put(
                "torch." + name, new StorageClass("torch." + name, ElementType.UNREAD, bytes)));
  }

  private TorchGlobals() {}

  /** What a name of the list stands for; any other is foreign. */
  static Object find(String module, String name) {
    String full = module + "." + name;
    Object global = LIST.get(full);
    return global == null ? new Foreign(full) : global;
  }

  /** (storage, offset, size, stride, requires_grad, hooks …). */
  private static Object tensor(List<?> arguments) {
    return tensor(arguments, null);
  }

  /** (storage, offset, size, stride, requires_grad, hooks, dtype …), of the newer dtypes. */
  private static Object tensorOfKind(List<?> arguments) {
    return tensor(arguments, argument(arguments, 6) instanceof Foreign f ? f.name : "unknown");
  }

  private static Object tensor(List<?> arguments, String kind) {
    Object first = argument(arguments, 0);
    if (first instanceof Foreign) {
      return first;
    }
    if (first instanceof TorchStorage storage) {
      Strides strides = new Strides(longs(argument(arguments, 2)), longs(argument(arguments, 3)));
      return new TorchTensor(storage, kind, asLong(argument(arguments, 1)), strides);
    }
    throw new IllegalArgumentException("a tensor without a storage");
  }

  /** (tensor, requires_grad, hooks …). */
  private static Object parameter(List<?> arguments) {
    Object first = argument(arguments, 0);
    if (first instanceof TorchTensor || first instanceof Foreign) {
      return first;
    }
    throw new IllegalArgumentException("a parameter without a tensor");
  }

  /** (function, class, arguments, attributes): what a function makes, as of another class. */
  private static Object subclass(List<?> arguments) {
    return argument(arguments, 0) instanceof Function function
        ? function.call(sequence(argument(arguments, 2)))
        : IGNORED;
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

  /** The class of a storage, known or foreign. */
  static StorageClass storageClass(Object value) {
    if (value instanceof StorageClass known) {
      return known;
    }
    if (value instanceof Foreign foreign) {
      return new StorageClass(foreign.name, ElementType.UNREAD, 0);
    }
    throw new IllegalArgumentException("a storage that is not described in full");
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
