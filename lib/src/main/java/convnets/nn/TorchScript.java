package convnets.nn;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The way to native operators of PyTorch that DJL's API lacks: one small TorchScript module ({@code
 * torch_ops.pt}, made by {@code src/main/torchscript/torch_ops.py}), whose methods {@link
 * TorchOps}, {@link ParameterOps}, {@link FusedOps} and {@link ImageOps} name.
 */
final class TorchScript {

  private static final String RESOURCE = "torch_ops.pt";

  /** Arrays that outlive every caller: the names of methods, and small tuples of numbers. */
  private static final Map<List<Long>, NDArray> INTEGERS = new ConcurrentHashMap<>();

  private static final Map<List<Double>, NDArray> NUMBERS = new ConcurrentHashMap<>();

  private static final Map<String, NDArray> METHODS = new ConcurrentHashMap<>();

  private TorchScript() {}

  /** Loaded at first use, once. */
  private static final class Module {
    static final PtNDManager MANAGER =
        (PtNDManager) Engine.getEngine("PyTorch").newBaseManager(Device.cpu());
    static final PtSymbolBlock BLOCK = load();

    private static PtSymbolBlock load() {
      try (InputStream in = TorchScript.class.getResourceAsStream(RESOURCE)) {
        return JniUtils.loadModule(MANAGER, in, false, false);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read " + RESOURCE + " from the library's jar", e);
      }
    }
  }

  /** Calls a method that returns one array; autograd records it. */
  static NDArray call(String method, NDArray... arguments) {
    return calls(method, arguments).singletonOrThrow();
  }

  /** Calls a method that returns several arrays; autograd records it. */
  static NDList calls(String method, NDArray... arguments) {
    NDList inputs = new NDList(arguments.length + 1);
    inputs.addAll(Arrays.asList(arguments));
    inputs.add(METHODS.computeIfAbsent(method, TorchScript::selector));
    // "true" keeps autograd on, whatever the caller does: see the facts on native operators.
    return IValueUtils.forward(Module.BLOCK, inputs, true);
  }

  /** Calls a method that returns nothing; autograd does not record it. */
  static void run(String method, IValue... arguments) {
    returned(method, arguments).close();
  }

  /** Calls a method that returns whatever it likes; autograd does not record it. */
  static IValue returned(String method, IValue... arguments) {
    try {
      return IValueUtils.runMethod(Module.BLOCK, method, arguments);
    } finally {
      for (IValue argument : arguments) {
        argument.close();
      }
    }
  }

  static IValue value(NDArray array) {
    return IValue.from((PtNDArray) array);
  }

  static IValue list(List<NDArray> arrays) {
    return IValue.listFrom(arrays.toArray(PtNDArray[]::new));
  }

  /** DJL picks the method by the name of an extra argument that is not passed on. */
  private static NDArray selector(String method) {
    NDArray array = Module.MANAGER.create(0f);
    array.setName("module_method:" + method);
    return unscoped(array);
  }

  /** Whole numbers that a script reads, on the host. */
  static NDArray integers(long... values) {
    List<Long> key = Arrays.stream(values).boxed().toList();
    return INTEGERS.computeIfAbsent(key, k -> unscoped(Module.MANAGER.create(values)));
  }

  /** Numbers that a script reads, on the host, in double precision. */
  static NDArray numbers(double... values) {
    List<Double> key = Arrays.stream(values).boxed().toList();
    return NUMBERS.computeIfAbsent(key, k -> unscoped(Module.MANAGER.create(values)));
  }

  /** Keeps an array that is made inside somebody's scope from being freed with it. */
  private static NDArray unscoped(NDArray array) {
    NDScope.unregister(array);
    return array;
  }

  /** How the scripts are told a precision; an error if it is none that networks compute in. */
  static int bits(DataType precision) {
    return switch (precision) {
      case FLOAT32 -> 32;
      case FLOAT16 -> 16;
      case BFLOAT16 -> -16;
      default ->
          throw new IllegalArgumentException(
              "precision (" + precision + ") must be FLOAT32, FLOAT16 or BFLOAT16");
    };
  }
}
