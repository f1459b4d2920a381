package convnets.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.AbstractSet;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckTest {

  private final NDManager manager = NDManager.newBaseManager(Device.cpu()); // as messages say

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void aTodoSaysNotStarted() {
    assertThat(Course.todo("05.2"))
        .hasMessage("Not started: exercise 05.2. Replace this line by your answer.");
  }

  @Test
  void tellsExpectedActualAndHint() {
    assertWrong(
        () ->
            Course.check("05.2")
                .hint("two strides")
                .that("output shape", new Shape(2, 64, 16, 16))
                .equalTo(new Shape(2, 64, 8, 8)),
        "Wrong: 05.2 — output shape: expected (2, 64, 8, 8), but got (2, 64, 16, 16)."
            + " Hint: two strides");
  }

  @Test
  void whatHoldsPasses() {
    assertThatCode(
            () ->
                check()
                    .that("count", 5)
                    .equalTo(5L)
                    .that("names", List.of("a"))
                    .equalTo(List.of("a"))
                    .that("words", new String[] {"a"})
                    .equalTo(new String[] {"a"})
                    .that("loss", 0.50001f)
                    .closeTo(0.5, 1e-4)
                    .that("infinity", Double.POSITIVE_INFINITY)
                    .closeTo(Double.POSITIVE_INFINITY, 0)
                    .that("floats", new float[] {1, 2})
                    .closeTo(new double[] {1, 2}, 0)
                    .that("longs", new long[] {1, 2})
                    .equalTo(new int[] {1, 2})
                    .that("array", manager.ones(new Shape(2, 3)))
                    .closeTo(manager.ones(new Shape(2, 3), DataType.INT64), 0)
                    .isTrue("condition", true)
                    .passed())
        .doesNotThrowAnyException();
  }

  @Test
  void shapesComeBeforeNumbers() {
    NDArray row = manager.ones(new Shape(1, 3));

    assertWrong(
        () -> check().that("y", row).closeTo(manager.ones(new Shape(2, 3)), 1),
        "Wrong: 00.1 — y: expected shape (2, 3), but got shape (1, 3).");
    assertWrong(
        () -> check().that("y", manager.ones(new Shape())).closeTo(manager.ones(new Shape(1)), 1),
        "Wrong: 00.1 — y: expected shape (1), but got the number 1.");
    assertWrong(
        () -> check().that("y", manager.ones(new Shape(0))).closeTo(manager.ones(new Shape(1)), 1),
        "Wrong: 00.1 — y: expected shape (1), but got shape (0).");
  }

  @Test
  void tellsTheFirstPlaceAndTheExtent() {
    NDArray expected = manager.zeros(new Shape(2, 3));
    NDArray actual = manager.create(new float[] {0, 0, 0, 0, .5f, 2}, new Shape(2, 3));

    assertWrong(
        () -> check().that("y", actual).closeTo(expected, 0.1),
        "Wrong: 00.1 — y: at (1, 1) expected 0, but got 0.5 (2 of 6 values differ, at most by 2).");
  }

  @Test
  void nanIsEqualToNothing() {
    assertWrong(
        () -> check().that("loss", Double.NaN).closeTo(Double.NaN, 1),
        "Wrong: 00.1 — loss: expected NaN, but got NaN.");
    assertWrong(
        () -> check().that("loss", Float.NaN).equalTo(Float.NaN),
        "Wrong: 00.1 — loss: expected NaN, but got NaN.");
    NDArray nan = manager.create(new float[] {1, Float.NaN});
    assertWrong(
        () -> check().that("y", nan).closeTo(manager.ones(new Shape(2)), 1e9),
        "Wrong: 00.1 — y: at (1) expected 1, but got NaN.");
  }

  @Test
  void valuesThatPrintAlikeAreToldApart() {
    assertWrong(
        () -> check().that("x", 0.1f).equalTo(0.1),
        "Wrong: 00.1 — x: expected 0.1, but got 0.10000000149011612.");
  }

  @Test
  void theAnswerIsNotAskedWhetherItIsRight() {
    Object flatterer =
        new Object() {
          @Override
          public boolean equals(Object other) {
            return true;
          }

          @Override
          public int hashCode() {
            return 0;
          }

          @Override
          public String toString() {
            return "flatterer";
          }
        };

    assertWrong(
        () -> check().that("name", flatterer).equalTo("conv1"),
        "Wrong: 00.1 — name: expected conv1, but got flatterer.");
    assertWrong(
        () -> check().that("count", flatterer).equalTo(3),
        "Wrong: 00.1 — count: expected 3, but got flatterer.");
  }

  @Test
  void noSetOfTheAnswersIsBelieved() {
    Set<String> boaster =
        new AbstractSet<>() {
          @Override
          public int size() {
            return 2;
          }

          @Override
          public Iterator<String> iterator() {
            return Collections.emptyIterator();
          }

          @Override
          public String toString() {
            return "boaster";
          }
        };

    assertThatThrownBy(() -> check().that("names", boaster).equalTo(Set.of("a", "b")))
        .isInstanceOf(CheckFailedException.class)
        .hasMessageEndingWith("but got boaster.");
    check().that("names", new TreeSet<>(List.of("b", "a"))).equalTo(Set.of("a", "b")).passed();
  }

  @Test
  void nothingAndClosedArraysAreWrong() {
    NDArray closed = manager.ones(new Shape(2));
    closed.close();

    assertWrong(
        () -> check().that("y", null).closeTo(1, 1), "Wrong: 00.1 — y: expected 1, but got null.");
    assertWrong(
        () -> check().that("y", closed).closeTo(manager.ones(new Shape(1)), 1),
        "Wrong: 00.1 — y: expected (1) float32 on cpu: 1, but got an array that has been closed.");
  }

  @Test
  void conditions() {
    assertWrong(
        () -> check().isTrue("bias is absent", false),
        "Wrong: 00.1 — bias is absent: expected true, but got false.");
  }

  @Test
  void aCheckClaimsSomething() {
    assertThatThrownBy(() -> check().passed())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("00.1");
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY})
  void tolerancesAreNumbers(double tolerance) {
    assertThatThrownBy(() -> check().that("x", 1).closeTo(1, tolerance))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tolerance (" + tolerance + ")");
  }

  @Test
  void onlyNumbersAreClose() {
    assertThatThrownBy(() -> check().that("x", "1").closeTo("1", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected (1)");
  }

  private static Check check() {
    return Course.check("00.1");
  }

  private static void assertWrong(ThrowingCallable body, String message) {
    assertThatThrownBy(body).isInstanceOf(CheckFailedException.class).hasMessage(message);
  }
}
