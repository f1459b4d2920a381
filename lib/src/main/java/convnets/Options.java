package convnets;

import java.util.function.Consumer;

/**
 * The options of an immutable design: plain fields, changed only in a fresh copy.
 *
 * @param <T> the subclass itself
 */
public abstract class Options<T extends Options<T>> implements Cloneable {

  /** For subclasses. */
  protected Options() {}

  /** A copy with a change. */
  @SuppressWarnings("unchecked") // a clone is of its original's class
  public final T with(Consumer<T> change) {
    try {
      T copy = (T) clone();
      change.accept(copy);
      return copy;
    } catch (CloneNotSupportedException e) {
      throw new AssertionError(e);
    }
  }
}
