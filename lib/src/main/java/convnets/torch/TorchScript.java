package convnets.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import java.util.Arrays;
import java.util.List;

/**
 * The way to native operators of PyTorch that DJL's API lacks: the archive that {@link TorchOps},
 * {@link ParameterOps}, {@link FusedOps} and {@link ImageOps} name, which loads on every platform
 * ({@code torch_ops.pt}, made by {@code src/main/torchscript/torch_ops.py}), and what the scripts
 * take as arguments.
 */
final class TorchScript {

  /** Owns what outlives every caller. */
  static final PtNDManager HOST =
      (PtNDManager) Engine.getEngine("PyTorch").newBaseManager(Device.cpu());

  private static final int GENERATION = 1_000;

  /** Small tuples of numbers. */
  private static final Constants<List<Long>> INTEGERS = new Constants<>(GENERATION);

  private static final Constants<List<Double>> NUMBERS = new Constants<>(GENERATION);

  private TorchScript() {}

  /** Loaded at first use, once. */
  private static final class Core {
    static final ScriptArchive ARCHIVE = new ScriptArchive(ScriptArchive.resource("torch_ops.pt"));
  }

  /** Calls a method that returns one array; autograd records it. */
  static NDArray call(String method, NDArray... arguments) {
    return Core.ARCHIVE.call(method, arguments);
  }

  /** Calls a method that returns several arrays; autograd records it. */
  static NDList calls(String method, NDArray... arguments) {
    return Core.ARCHIVE.calls(method, arguments);
  }

  /** Calls a method that returns nothing; autograd does not record it. */
  static void run(String method, IValue... arguments) {
    returned(method, arguments).close();
  }

  /** Calls a method that returns whatever it likes; autograd does not record it. */
  static IValue returned(String method, IValue... arguments) {
    return Core.ARCHIVE.returned(method, arguments);
  }

  static IValue value(NDArray array) {
    return IValue.from((PtNDArray) array);
  }

  static IValue list(List<NDArray> arrays) {
    return IValue.listFrom(arrays.toArray(PtNDArray[]::new));
  }

  /** Whole numbers that a script reads, on the host. */
  static NDArray integers(long... values) {
    List<Long> key = Arrays.stream(values).boxed().toList();
    return INTEGERS.get(key, () -> unscoped(HOST.create(values)));
  }

  /** Numbers that a script reads, on the host, in double precision. */
  static NDArray numbers(double... values) {
    List<Double> key = Arrays.stream(values).boxed().toList();
    return NUMBERS.get(key, () -> unscoped(HOST.create(values)));
  }

  /** Keeps an array that is made inside somebody's scope from being freed with it. */
  static NDArray unscoped(NDArray array) {
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
