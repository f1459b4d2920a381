package convnets.notebook;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.pytorch.jni.JniUtils;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each way in which a function can be wrong, against one that doubles every second column. */
class FunctionClaimTest {

  private static final UnaryOperator<NDArray> RIGHT = x -> x.get("..., ::2").mul(2);

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anotherWayToComputeItPassesWhateverTheGradMode(boolean gradMode) {
    boolean before = JniUtils.isGradMode();
    JniUtils.setGradMode(gradMode);
    try {
      assertThatCode(
              () ->
                  compare(
                      x -> {
                        NDArray kept = x.get("..., ::2");
                        return kept.add(kept);
                      }))
          .doesNotThrowAnyException();
    } finally {
      JniUtils.setGradMode(before);
    }
  }

  @Test
  void floatArithmeticIsAllowedFor() {
    assertThatCode(() -> compare(x -> RIGHT.apply(x).mul(3).div(3).add(1e-6f)))
        .doesNotThrowAnyException();
  }

  /** At zero a ReLU has the gradient 0, and the maximum with 0 one half. */
  @Test
  void whereTheExpectedFunctionJumpsOtherNumbersAreDrawn() {
    NDArray[] first = {null};
    UnaryOperator<NDArray> right =
        x -> {
          if (first[0] == null) {
            first[0] = x.duplicate(); // all numbers of the first draw are at the kink
          }
          return Activation.relu(x.sub(first[0]));
        };

    assertThatCode(() -> compare(x -> x.sub(first[0]).maximum(0), right))
        .doesNotThrowAnyException();
    first[0] = null;
    assertThatThrownBy(() -> compare(x -> x.sub(first[0]).maximum(0).mul(2), right))
        .isInstanceOf(CheckFailedException.class)
        .hasMessageContaining("f, values for (2, 3, 5)");
  }

  @Test
  void shapesComeFirst() {
    assertWrong(x -> x.mul(2), "f, shape for (2, 3, 5): expected (2, 3, 3), but got (2, 3, 5)");
    assertWrong(x -> null, "f, shape for (2, 3, 5): expected (2, 3, 3), but got null");
  }

  @Test
  void valuesAreCompared() {
    assertWrong(
        RIGHT.andThen(NDArray::neg)::apply, "f, values for (2, 3, 5): at (0, 0, 0) expected");
  }

  @Test
  void theInputStaysAsItWas() {
    assertWrong(
        x -> {
          x.muli(0);
          return RIGHT.apply(x);
        },
        "f, its input afterwards for (2, 3, 5): at (0, 0, 0) expected");
    assertWrong(
        x -> {
          NDArray y = RIGHT.apply(x);
          x.close();
          return y;
        },
        "f, its input afterwards for (2, 3, 5): expected");
  }

  @Test
  void theOutputIsOpen() {
    assertWrong(
        x -> {
          NDArray y = RIGHT.apply(x);
          y.close();
          return y;
        },
        "but got an array that has been closed");
  }

  @Test
  void theGradientReachesTheInput() {
    String wrong = "f, gradient at the input for (2, 3, 5): at (0, 0, 0) expected";
    assertWrong(x -> RIGHT.apply(x.stopGradient()), wrong);
    assertWrong(
        x -> {
          NDArray y = RIGHT.apply(x);
          return x.getManager().create(y.toFloatArray(), y.getShape());
        },
        wrong);
    assertWrong(x -> RIGHT.apply(x).mul(2).sub(RIGHT.apply(x).stopGradient()), wrong);
  }

  @Test
  void everyShapeCounts() {
    UnaryOperator<NDArray> ofTwo =
        x -> {
          NDArray y = RIGHT.apply(x);
          return NDArrays.concat(new NDList(y.get("0:1"), y.get("1:2")), 0);
        };

    assertThatThrownBy(
            () ->
                Course.check("00.1")
                    .function("f", ofTwo)
                    .equalTo(Expected.of(RIGHT), new Shape(2, 3, 5), new Shape(3, 4, 4)))
        .isInstanceOf(CheckFailedException.class)
        .hasMessageContaining("f, shape for (3, 4, 4): expected (3, 4, 2), but got (2, 4, 2)");
  }

  @Test
  void countsHaveNoGradient() {
    UnaryOperator<NDArray> places = x -> x.argMax(1);

    assertThatCode(() -> compare(places, places)).doesNotThrowAnyException();
    assertThatThrownBy(() -> compare(x -> x.argMin(1).toType(DataType.INT64, false), places))
        .isInstanceOf(CheckFailedException.class);
  }

  @Test
  void whatTheAnswerThrowsIsToldAsItIs() {
    assertThatThrownBy(
            () ->
                compare(
                    x -> {
                      throw Course.todo("00.1");
                    }))
        .isInstanceOf(TodoException.class);
  }

  private static void assertWrong(UnaryOperator<NDArray> answer, String message) {
    assertThatThrownBy(() -> compare(answer))
        .isInstanceOf(CheckFailedException.class)
        .hasMessageContaining(message);
  }

  private static void compare(UnaryOperator<NDArray> answer) {
    compare(answer, RIGHT);
  }

  private static void compare(UnaryOperator<NDArray> answer, UnaryOperator<NDArray> right) {
    Course.check("00.1").function("f", answer).equalTo(Expected.of(right), new Shape(2, 3, 5));
  }
}
