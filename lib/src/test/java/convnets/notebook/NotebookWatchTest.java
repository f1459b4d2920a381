package convnets.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import jdk.jshell.JShell;
import jdk.jshell.MethodSnippet;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.TypeDeclSnippet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** In a JShell without a kernel; the scorer's own tests try both kernels. */
class NotebookWatchTest {

  private static final String[] SET_UP = {
    "import convnets.notebook.Course;\nimport static java.lang.Math.*;",
    "List<Integer> data = new ArrayList<>(List.of(1, 2)); double scale = 2;\n"
        + "int size(int x) { return abs(x); }",
  };
  private static final String[] CHECKS = {
    "Map<String, Integer> wanted = new TreeMap<>();\n"
        + "for (int value : data) { Runnable later = () -> wanted.put(\"of\", twice(size(value))); }",
  };
  private static final String[] ANSWERS = {
    "int twice(int x) {\n  return 2 * x;\n}", "record Box(int value) {}"
  };

  private final JShell shell = JShell.builder().executionEngine("local").build();
  private NotebookWatch watch;

  @BeforeEach
  void runTheNotebook() throws URISyntaxException {
    shell.addToClasspath(
        Path.of(Referee.class.getProtectionDomain().getCodeSource().getLocation().toURI())
            .toString());
    run("import java.util.*;");
    watch = new NotebookWatch(shell, new NotebookNames(shell, SET_UP, CHECKS, ANSWERS));
    for (String cell : SET_UP) {
      run(cell);
    }
    assertThat(watch.prepare("")).isEmpty();
  }

  @AfterEach
  void close() {
    shell.close();
  }

  @Test
  void answersDeclareWhatIsAskedForAndWhatTheyLike() {
    assertFair(ANSWERS);
    assertFair("int twice(int x) { return new Doubler(x).get(); }");
    assertFair("record Doubler(int x) { int get() { int scale = 2; return scale * x; } }");
    assertFair("class Box { int value, data; }");
  }

  @Test
  void aCopyOfTheNotebooksOwnTextIsTheNotebooksOwn() {
    assertFair("int size(int x) { return abs(x); }");
  }

  @Test
  void namesThatTheNotebookUsesAreNotDeclaredAnew() {
    assertFoul("class TreeMap<K, V> {}", "declares TreeMap");
    assertFoul("interface Integer {}", "declares Integer");
    assertFoul("int abs(int x) { return 0; }", "declares abs");
    assertFoul("int size(Integer x) { return 0; }", "declares size");
    assertFoul("String wanted;", "declares wanted");
    assertFoul("String data;", "declares data");
  }

  @Test
  void aMethodMayBearTheNameOfAVariable() {
    assertFair("int scale(int x) { return x; }", "int abs = 3;");
  }

  @Test
  void localNamesOfTheNotebookAreFree() {
    assertFair("int value = 3, later = 4;");
  }

  @Test
  void importsThatChangeNothingAreFree() {
    assertFair("import java.util.List;", "import java.util.stream.*;", "import java.awt.Color;");
  }

  @Test
  void importsDoNotChangeWhatTheNotebookMeans() {
    assertFoul("import java.awt.List;", "imports java.awt.List, but the notebook means another");
  }

  @Test
  void importsOfMethodsDoNotEither() {
    assertFoul("import static java.lang.StrictMath.abs;", "imports java.lang.StrictMath.abs");
  }

  @Test
  void variablesOfTheNotebookAreNotAssigned() {
    assertFoul("data = new ArrayList<>(data);", "changes data");
    assertFoul("scale += 1;", "changes scale");
  }

  @Test
  void notEvenFromWithin() {
    run("int twice(int x) { scale = 3; return 2 * x; }");
    assertThat(watch.fouls()).isEmpty();
    assertFoul("twice(3);", "changes scale");
  }

  @Test
  void theNotebookMayRepeatItself() {
    run("scale = 3;");
    run(SET_UP);
    assertThat(watch.fouls()).isEmpty();
  }

  @Test
  void answersDoNotReachWhatOnlyTheCheckDeclares() {
    assertFoul("int twice(int x) { wanted.clear(); return x; }", "uses wanted, which the notebook");
  }

  @Test
  void norWhatAnEarlierCheckHasDeclared() {
    run(ANSWERS);
    run(CHECKS);
    assertThat(watch.fouls()).isEmpty();
    assertThat(watch.prepare("")).isEmpty();
    assertFoul("int twice(int x) { wanted.clear(); return x; }", "uses wanted, which the notebook");
  }

  @Test
  void theSolutionOfAnotherExerciseAnswersNothing() {
    run(ANSWERS);
    run("int twice(long x) { return 3; }");
    watch.prepare("int twice(int value) { return value * 2; }");
    assertThat(shell.methods()).extracting(MethodSnippet::source).doesNotContain(ANSWERS[0]);
    assertThat(shell.methods()).extracting(MethodSnippet::source).anyMatch(s -> s.contains("long"));
    assertThat(shell.types()).extracting(TypeDeclSnippet::name).contains("Box");
  }

  @Test
  void whatJShellResetsIsNobodysFault() {
    NotebookNames names =
        new NotebookNames(shell, new String[] {"Box box = new Box(1);"}, CHECKS, ANSWERS);
    run(ANSWERS);
    run("Box box = new Box(1);");
    NotebookWatch another = new NotebookWatch(shell, names);
    assertThat(another.prepare("")).isEmpty();
    run("record Box(long value) {}");
    assertThat(another.fouls()).isEmpty();
    run(ANSWERS);
    assertThat(another.prepare(ANSWERS[1])).isEmpty(); // the variable is gone with its type
    run(ANSWERS);
    run("Box box = new Box(1);");
    assertThat(another.prepare("")).isEmpty();
    run("box = new Box(3);");
    assertThat(another.fouls()).singleElement().asString().startsWith("changes box");
  }

  @Test
  void nobodyElseTellsWhatVariablesHold() {
    Object data = new ArrayList<>(List.of(1, 2));
    AtomicBoolean done = new AtomicBoolean();
    Thread forger =
        new Thread(
            () -> {
              while (!done.get()) {
                Referee.hold(0, null, data, 2.0);
              }
            });
    forger.start();
    try {
      for (int i = 0; i < 20; i++) {
        assertThat(watch.fouls()).isEmpty();
      }
    } finally {
      done.set(true);
    }
  }

  private void assertFair(String... sources) {
    run(sources);
    assertThat(watch.fouls()).isEmpty();
  }

  private void assertFoul(String source, String beginning) {
    run(source);
    assertThat(watch.fouls()).anyMatch(foul -> foul.startsWith(beginning));
  }

  /** As the kernels do. */
  private void run(String... cells) {
    for (String cell : cells) {
      CompletionInfo info = shell.sourceCodeAnalysis().analyzeCompletion(cell);
      while (info.completeness().isComplete()) {
        shell.eval(info.source());
        info = shell.sourceCodeAnalysis().analyzeCompletion(info.remaining());
      }
    }
  }
}
