package convnets.notebook;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** A function of an array that an answer wrote, about to be compared with what it should be. */
public final class FunctionClaim {

  private static final double TOLERANCE = 1e-5;

  /** A difference of neighbours that no slope explains, as a share of the largest number. */
  private static final double JUMP = 1e-3;

  private static final int MOST_DRAWS = 4;

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
   * The function must leave its input as it was. Where the expected function jumps right beside the
   * numbers that were drawn, others are drawn: there no answer can be told from a wrong one.
   *
   * @throws CheckFailedException if it does not
   */
  public Check equalTo(Expected<UnaryOperator<NDArray>> expected, Shape... shapes) {
    for (Shape shape : shapes) {
      try (NDManager manager = NDManager.newBaseManager()) {
        compare(expected.value(), manager, shape);
      }
    }
    return check;
  }

  private void compare(UnaryOperator<NDArray> expected, NDManager manager, Shape shape) {
    for (int draws = 1; ; draws++) {
      NDArray x = manager.randomNormal(shape);
      NDArray right = expected.apply(x);
      NDArray weights = manager.randomNormal(right.getShape());
      try {
        compare(expected, x, right, weights);
        return;
      } catch (CheckFailedException failure) {
        if (draws == MOST_DRAWS
            || !Jumps.near(x, JUMP, beside -> outputs(expected, beside, weights))) {
          throw failure;
        }
      }
    }
  }

  private void compare(UnaryOperator<NDArray> expected, NDArray x, NDArray right, NDArray weights) {
    String input = " for " + x.getShape();
    NDArray kept = x.duplicate();
    NDArray output = check.runs(what + input, () -> answer.apply(kept));
    check.that(what + ", shape" + input, shape(output)).equalTo(right.getShape());
    check.that(what + ", its input afterwards" + input, kept).equalTo(x);
    check.that(what + ", values" + input, output).nearTo(right, TOLERANCE);
    if (!right.getDataType().isFloating()) {
      return; // of counts and choices there is no gradient
    }
    check
        .that(
            what + ", gradient at the input" + input,
            check.runs(what + input, () -> gradient(answer, x, weights)))
        .nearTo(gradient(expected, x, weights), TOLERANCE);
  }

  /** What the function gives, and the gradient if it has one. */
  private static List<NDArray> outputs(
      UnaryOperator<NDArray> function, NDArray x, NDArray weights) {
    List<NDArray> outputs = new ArrayList<>(List.of(function.apply(x)));
    if (outputs.get(0).getDataType().isFloating()) {
      outputs.add(gradient(function, x, weights));
    }
    return outputs;
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
