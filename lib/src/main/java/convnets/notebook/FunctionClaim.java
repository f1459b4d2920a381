package convnets.notebook;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;

/** A function of an array that an answer wrote, about to be compared with what it should be. */
public final class FunctionClaim {

  private static final double TOLERANCE = 1e-5;

  private final Check check;
  private final String what;
  private final UnaryOperator<NDArray> answer;

  FunctionClaim(Check check, String what, UnaryOperator<NDArray> answer) {
    this.check = check;
    this.what = what;
    this.answer = answer;
  }

  /**
   * Claims that the function computes the same as the expected one on random numbers of each shape,
   * up to float arithmetic: shapes first, then values, then the gradient that reaches the input.
   * The function must leave its input as it was.
   *
   * @throws CheckFailedException if it does not
   */
  public Check equalTo(Expected<UnaryOperator<NDArray>> expected, Shape... shapes) {
    for (Shape shape : shapes) {
      try (NDManager manager = NDManager.newBaseManager()) {
        compare(expected.value(), manager.randomNormal(shape));
      }
    }
    return check;
  }

  private void compare(UnaryOperator<NDArray> expected, NDArray x) {
    String input = " for " + x.getShape();
    NDArray right = expected.apply(x);
    NDArray kept = x.duplicate();
    NDArray output = check.runs(what + input, () -> answer.apply(kept));
    check.that(what + ", shape" + input, shape(output)).equalTo(right.getShape());
    check.that(what + ", its input afterwards" + input, kept).equalTo(x);
    check.that(what + ", values" + input, output).nearTo(right, TOLERANCE);
    if (!right.getDataType().isFloating()) {
      return; // of counts and choices there is no gradient
    }
    NDArray weights = x.getManager().randomNormal(right.getShape());
    check
        .that(
            what + ", gradient at the input" + input,
            check.runs(what + input, () -> gradient(answer, x, weights)))
        .nearTo(gradient(expected, x, weights), TOLERANCE);
  }

  private static Object shape(NDArray output) {
    return output == null || output.isReleased() ? Values.text(output) : output.getShape();
  }

  private static NDArray gradient(UnaryOperator<NDArray> function, NDArray x, NDArray weights) {
    NDArray source = x.duplicate();
    source.setRequiresGradient(true);
    return Backward.of(new NDList(source), weights, () -> function.apply(source)).gradient(0);
  }
}
