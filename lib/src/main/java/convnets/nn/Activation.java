package convnets.nn;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;

/** A function applied to every number, any shape to the same shape. */
public final class Activation extends Unit {

  private final String name;
  private final UnaryOperator<NDArray> function;

  Activation(String name, UnaryOperator<NDArray> function) {
    this.name = name;
    this.function = function;
  }

  @Override
  protected NDArray forward(Pass pass, NDArray x) {
    return pass.dry() ? pass.shaped(x.getShape(), x) : function.apply(x);
  }

  @Override
  protected boolean repeatsItself() {
    return ofThisLibrary(function);
  }

  @Override
  protected String kind() {
    return Names.word(name);
  }

  @Override
  public Label label() {
    return Label.of(Role.ACTIVATION, name);
  }

  @Override
  public String describe() {
    return name;
  }
}
