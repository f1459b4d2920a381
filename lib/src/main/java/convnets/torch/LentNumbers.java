package convnets.torch;

import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Keeps numbers that autograd still needs.
 *
 * <p>On a CPU, DJL's {@code x.mul(0.5)} makes an array over memory of the JVM and lets go of that
 * memory at once, but autograd has noted the array for the gradient. If the garbage collector comes
 * before the gradient is computed, it is computed with whatever lies there by then, and nothing
 * says so. The same goes for {@code div} and {@code pow}. Managers that are watched here keep the
 * memory of such numbers until they are closed.
 */
public final class LentNumbers {

  /** Larger ones are no numbers in formulas, and would add up. */
  private static final int LARGEST = Double.BYTES;

  private static final Field RESOURCES = field(BaseNDManager.class, "resources");
  private static final Field MEMORY = field(PtNDArray.class, "dataRef");

  private LentNumbers() {}

  /**
   * From now on, until it is closed, a manager keeps the memory of numbers that arrays of its own
   * are multiplied with; so do the managers that are made from it later.
   *
   * @param manager of arrays from which gradients will flow; not yet used by other threads
   */
  public static void keep(NDManager manager) {
    try {
      if (manager instanceof BaseNDManager
          && RESOURCES.get(manager) instanceof ConcurrentHashMap<?, ?> resources
          && !(resources instanceof Keeper)) {
        RESOURCES.set(manager, new Keeper(resources));
      }
    } catch (IllegalAccessException e) {
      throw new AssertionError(e); // both fields were made accessible
    }
  }

  private static Field field(Class<?> owner, String name) {
    try {
      Field field = owner.getDeclaredField(name);
      field.setAccessible(true);
      return field;
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException(
          "this version of DJL has no %s in %s: look whether numbers are still lent to autograd"
              .formatted(name, owner.getSimpleName()),
          e);
    }
  }

  /** What a manager owns, by name; and the memory of numbers that it has let go of. */
  private static final class Keeper extends ConcurrentHashMap<String, AutoCloseable> {

    private static final long serialVersionUID = 1;

    private final transient Queue<ByteBuffer> kept = new ConcurrentLinkedQueue<>();

    Keeper(ConcurrentHashMap<?, ?> resources) {
      resources.forEach((name, resource) -> super.put((String) name, (AutoCloseable) resource));
    }

    @Override
    public AutoCloseable put(String name, AutoCloseable resource) {
      if (resource instanceof NDManager child) {
        keep(child);
      }
      return super.put(name, resource);
    }

    /** DJL lets go of an array's memory after it has taken the array out of here. */
    @Override
    public AutoCloseable remove(Object name) {
      AutoCloseable resource = super.remove(name);
      if (resource instanceof PtNDArray array) {
        keepMemory(array);
      }
      return resource;
    }

    private void keepMemory(PtNDArray array) {
      try {
        if (MEMORY.get(array) instanceof ByteBuffer memory && memory.capacity() <= LARGEST) {
          kept.add(memory);
        }
      } catch (IllegalAccessException e) {
        throw new AssertionError(e); // it was made accessible
      }
    }
  }
}
