package convnets.nn;

import ai.djl.ndarray.NDArray;
import convnets.torch.FusedActivation;
import java.util.List;
import java.util.function.UnaryOperator;

/** A function applied to every number, any shape to the same shape. */
public final class Activation extends Unit {

  private final String name;

  /** What else defines it: "slope 0.2"; empty for most. */
  private final List<String> notes;

  private final FusedActivation fused;
  private final UnaryOperator<NDArray> function;

  private Activation(
      String name, List<String> notes, FusedActivation fused, UnaryOperator<NDArray> function) {
    this.name = name;
    this.notes = notes;
    this.fused = fused;
    this.function = function;
  }

  /** One that is always computed by itself. */
  Activation(String name, UnaryOperator<NDArray> function, String... notes) {
    this(name, List.of(notes), FusedActivation.NONE, function);
  }

  /** One that can be computed along with what comes before it. */
  Activation(FusedActivation fused, UnaryOperator<NDArray> function) {
    this(fused.toString(), List.of(), fused, function);
  }

  /** What is computed along with others in place of this; NONE if nothing can be. */
  FusedActivation fused() {
    return fused;
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
    return new Label(Role.ACTIVATION, name, notes);
  }

  @Override
  public String describe() {
    return notes.isEmpty() ? name : name + ", " + String.join(", ", notes);
  }
}
