package convnets.nn;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;

/** A layer without parameters, given by a function of its input. */
final class Lambda extends Unit {

  private final String name;
  private final UnaryOperator<NDArray> function;

  Lambda(String name, UnaryOperator<NDArray> function) {
    this.name = name;
    this.function = function;
  }

  @Override
  protected NDArray forward(Pass pass, NDArray x) {
    return function.apply(x);
  }

  @Override
  public String describe() {
    return name;
  }
}
