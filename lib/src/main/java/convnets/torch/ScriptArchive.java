package convnets.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A TorchScript module among the library's resources, whose methods are native operators of
 * PyTorch. It loads only if PyTorch has every operator that it names.
 */
final class ScriptArchive {

  private final PtSymbolBlock block;
  private final Map<String, NDArray> selectors = new ConcurrentHashMap<>();

  /**
   * Loads, and closes the stream.
   *
   * @throws ai.djl.engine.EngineException if PyTorch lacks one of its operators
   */
  ScriptArchive(InputStream archive) {
    try (archive) {
      block = JniUtils.loadModule(TorchScript.HOST, archive, false, false);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the native operators from the library's jar", e);
    }
  }

  /** One that a script of {@code src/main/torchscript} has made. */
  static InputStream resource(String name) {
    return ScriptArchive.class.getResourceAsStream(name);
  }

  /** Calls a method that returns one array; autograd records it. */
  NDArray call(String method, NDArray... arguments) {
    return calls(method, arguments).singletonOrThrow();
  }

  /** Calls a method that returns several arrays; autograd records it. */
  NDList calls(String method, NDArray... arguments) {
    NDList inputs = new NDList(arguments.length + 1);
    inputs.addAll(Arrays.asList(arguments));
    inputs.add(selectors.computeIfAbsent(method, ScriptArchive::selector));
    // "true" keeps autograd on, whatever the caller does: see the facts on native operators.
    return IValueUtils.forward(block, inputs, true);
  }

  /** Calls a method that returns whatever it likes; autograd does not record it. */
  IValue returned(String method, IValue... arguments) {
    try {
      return IValueUtils.runMethod(block, method, arguments);
    } finally {
      for (IValue argument : arguments) {
        argument.close();
      }
    }
  }

  /** DJL picks the method by the name of an extra argument that is not passed on. */
  private static NDArray selector(String method) {
    NDArray array = TorchScript.HOST.create(0f);
    array.setName("module_method:" + method);
    return TorchScript.unscoped(array);
  }
}
