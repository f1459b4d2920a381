package convnets.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jdk.jshell.JShell;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that use what their text forbids, and those that only speak of it. */
class IngredientsTest {

  private final JShell shell = JShell.builder().executionEngine("local").build();
  private final Ingredients ingredients = new Ingredients(shell);

  @AfterEach
  void close() {
    shell.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "int root(int x) { return (int) Math.sqrt(x); }",
        "int root(int x) { return (int) java.lang.Math.sqrt(x); }",
        "int root(int x) { return helped(x); } int helped(int x) { return (int) Math.sqrt(x); }",
        "class Roots { int of(int x) { return (int) Math.sqrt(x); } }"
            + " int root(int x) { return new Roots().of(x); }",
        "java.util.function.DoubleUnaryOperator function = Math::sqrt;"
            + " int root(int x) { return (int) function.applyAsDouble(x); }",
        "import static java.lang.Math.sqrt; int root(int x) { return (int) sqrt(x); }",
        "import static java.lang.Math.*; int root(int x) { return (int) sqrt(x); }",
        "double before = Math.sqrt(2); int root(int x) { for (int before = 0; before < x; before++)"
            + " { } return (int) before; }",
        "int root(int x) { return x == 0 ? 0 : root(x - 1) + (int) Math.sqrt(1); }",
      })
  void isUsed(String answer) {
    run(answer);
    assertThatThrownBy(() -> Course.check("00.1").without(ingredients, "root", "Math", "sqrt"))
        .isInstanceOf(CheckFailedException.class)
        .hasMessageMatching(
            "Wrong: 00.1 — root: expected it without (Math|sqrt), but it uses that.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "int root(int x) { /* not Math.sqrt */ int r = 0; while (r * r < x) r++; return r; }",
        "String text = \"Math.sqrt\"; int root(int x) { return text.length(); }",
        "int other(int x) { return (int) Math.sqrt(x); } int root(int x) { return x; }",
        "int root(int x) { return (int) Math.sqrt(x); } int root(int x) { return x; }",
        "int root(int x) { int before = x; return before; } double before = Math.sqrt(2);",
        "int root(int before) { return before; } double before = Math.sqrt(2);",
        "int root(int x) { return List.of(x).size(); } int size() { return (int) Math.sqrt(2); }",
        "int root(int x) { class Of { int size() { return 1; } int two() { return size(); } }"
            + " return new Of().two(); } int size() { return (int) Math.sqrt(2); }",
      })
  void isNotUsed(String answer) {
    run(answer);
    Course.check("00.1").without(ingredients, "root", "Math", "sqrt").passed();
  }

  @Test
  void outsideANotebookNobodyCanTell() {
    assertThatThrownBy(() -> Course.check("00.1").without("root", "Math"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("there is no notebook to look at");
  }

  @BeforeEach
  void imports() {
    run("import java.util.List;");
  }

  private void run(String cell) {
    var info = shell.sourceCodeAnalysis().analyzeCompletion(cell);
    while (info.completeness().isComplete()) {
      assertThat(shell.eval(info.source())).allSatisfy(e -> assertThat(e.exception()).isNull());
      info = shell.sourceCodeAnalysis().analyzeCompletion(info.remaining());
    }
  }
}
