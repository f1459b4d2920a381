package convnets.notebook;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadPoolExecutor;
import jdk.jshell.JShell;

/**
 * The Jupyter kernel in which this JVM runs.
 *
 * <p>JJava grew out of IJava and kept its shape under other names, so both are reached by
 * reflection, and the library depends on neither.
 */
final class Kernel implements Screen {

  /** Where a kernel keeps what is needed here. */
  private enum Kind {
    JJAVA(
        "JJava",
        "org.dflib.jjava.jupyter.kernel.BaseKernel",
        "notebookKernel",
        "org.dflib.jjava.jupyter.kernel.BaseNotebookStatics",
        List.of("evaluator", "execControl"),
        List.of("jShell")),
    IJAVA(
        "IJava",
        "io.github.spencerpark.ijava.IJava",
        "getKernelInstance",
        "io.github.spencerpark.ijava.runtime.Display",
        List.of("evaluator", "executionControlProvider", "controllers"),
        List.of("evaluator", "shell"));

    final String title;
    final String door;
    final String instance;
    final String display;
    final List<String> wayToExecutor;
    final List<String> wayToShell;

    Kind(
        String title,
        String door,
        String instance,
        String display,
        List<String> wayToExecutor,
        List<String> wayToShell) {
      this.title = title;
      this.door = door;
      this.instance = instance;
      this.display = display;
      this.wayToExecutor = wayToExecutor;
      this.wayToShell = wayToShell;
    }
  }

  private final Kind kind;
  private final Object instance;

  private Kernel(Kind kind, Object instance) {
    this.kind = kind;
    this.instance = instance;
  }

  /** The kernel that runs this JVM, or nothing in an ordinary program. */
  static Optional<Kernel> running() {
    for (Kind kind : Kind.values()) {
      try {
        Object instance = Class.forName(kind.door).getMethod(kind.instance).invoke(null);
        if (instance != null) {
          return Optional.of(new Kernel(kind, instance));
        }
      } catch (ReflectiveOperationException | LinkageError e) {
        // Not this one.
      }
    }
    return Optional.empty();
  }

  /** Whether the kernel shows the causes of an exception by itself. */
  boolean showsCauses() {
    return kind == Kind.JJAVA;
  }

  /** The kernel's registry of renderers. */
  Object renderer() {
    try {
      return instance.getClass().getMethod("getRenderer").invoke(instance);
    } catch (ReflectiveOperationException e) {
      throw unexpected(e);
    }
  }

  @Override
  public String display(Object value) {
    return (String) call("display", new Class<?>[] {Object.class}, value);
  }

  @Override
  public void update(String id, Object value) {
    call("updateDisplay", new Class<?>[] {String.class, Object.class}, id, value);
  }

  private Object call(String method, Class<?>[] types, Object... arguments) {
    try {
      return Class.forName(kind.display).getMethod(method, types).invoke(null, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : unexpected(e);
    } catch (ReflectiveOperationException e) {
      throw unexpected(e);
    }
  }

  /**
   * Lets cells run in a pool of our own from the next statement on. The kernels offer no hook
   * before or after a cell, so the pool that they keep in a private field is exchanged.
   *
   * @return whether it worked: another version of a kernel may keep its pool elsewhere
   */
  boolean runCellsIn(CellExecutor.Factory factory) {
    try {
      Object control = follow(kind.wayToExecutor);
      if (control instanceof Map<?, ?> controls) { // IJava's, of one element
        control = controls.values().iterator().next();
      }
      Field executor = field(control, "executor");
      ThreadPoolExecutor old = (ThreadPoolExecutor) executor.get(control);
      if (!(old instanceof CellExecutor)) {
        executor.set(control, factory.replacing(old));
        old.shutdown(); // when the cell that runs in it has ended
      }
      return true;
    } catch (ReflectiveOperationException | RuntimeException e) {
      return false;
    }
  }

  /** The JShell in which cells are evaluated. */
  JShell shell() {
    try {
      return (JShell) follow(kind.wayToShell);
    } catch (ReflectiveOperationException e) {
      throw unexpected(e);
    }
  }

  private Object follow(List<String> way) throws ReflectiveOperationException {
    Object end = instance;
    for (String name : way) {
      end = field(end, name).get(end);
    }
    return end;
  }

  private static Field field(Object owner, String name) throws NoSuchFieldException {
    Field field = owner.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return field;
  }

  private IllegalStateException unexpected(ReflectiveOperationException e) {
    return new IllegalStateException(
        "this version of " + kind.title + " is not one that the course knows: " + e, e);
  }
}
