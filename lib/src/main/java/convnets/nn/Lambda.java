package convnets.nn;

import ai.djl.ndarray.NDArray;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A layer without parameters, given by a function of its input. */
final class Lambda extends Unit {

  /** The input itself. */
  static final UnaryOperator<NDArray> IDENTITY = UnaryOperator.identity();

  private final Role role;
  private final String name;
  private final Window window;
  private final UnaryOperator<NDArray> function;

  /**
   * A layer.
   *
   * @param window what it sees of its input, or null for the pixel itself
   */
  Lambda(Role role, String name, Window window, UnaryOperator<NDArray> function) {
    this.role = role;
    this.name = name;
    this.window = window;
    this.function = function;
  }

  /** Whether it returns its input, always. */
  boolean isIdentity() {
    return function == IDENTITY;
  }

  @Override
  protected NDArray forward(Pass pass, NDArray x) {
    return function.apply(x);
  }

  @Override
  public Optional<Window> window() {
    return Optional.ofNullable(window);
  }

  @Override
  protected boolean repeatsItself() {
    return isIdentity() || ofThisLibrary(function);
  }

  @Override
  protected String kind() {
    return Names.word(name);
  }

  @Override
  public Label label() {
    return Label.of(role, name);
  }

  @Override
  public String describe() {
    return name;
  }
}
