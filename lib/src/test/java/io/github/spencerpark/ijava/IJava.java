package io.github.spencerpark.ijava;

import io.github.spencerpark.jupyter.kernel.display.Renderer;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A stand-in for IJava's door, and behind it for its kernel, laid out as in version 1.3.0. */
public final class IJava {

  private static JavaKernel kernel;

  private IJava() {}

  public static JavaKernel getKernelInstance() {
    return kernel;
  }

  /** Starts or, with null, ends the kernel. */
  public static void run(JavaKernel running) {
    kernel = running;
  }

  /** A stand-in for IJava's kernel. */
  public static final class JavaKernel {
    public final Control control = new Control();
    private final Renderer renderer = new Renderer();
    final Evaluator evaluator = new Evaluator(new Provider(Map.of("only", control)));

    public Renderer getRenderer() {
      return renderer;
    }
  }

  record Evaluator(Provider executionControlProvider) {}

  record Provider(Map<String, Control> controllers) {}

  /** Holds the pool. */
  public static final class Control {
    public final ExecutorService executor = Executors.newCachedThreadPool();
  }
}
