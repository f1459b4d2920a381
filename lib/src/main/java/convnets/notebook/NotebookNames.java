package convnets.notebook;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import jdk.jshell.ImportSnippet;
import jdk.jshell.JShell;
import jdk.jshell.MethodSnippet;
import jdk.jshell.PersistentSnippet;
import jdk.jshell.Snippet;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;

/**
 * The names that a notebook's own cells declare and use, apart from those that its exercises ask
 * for. Declared or imported by anybody else, such a name would change what those cells mean.
 */
final class NotebookNames {

  private final JShell shell;
  private final Set<String> sources = new HashSet<>();
  private final Set<String> sourcesOfChecks = new HashSet<>();
  private final Set<String> sourcesOfAnswers = new HashSet<>();
  private final Set<String> declared = new HashSet<>();
  private final Set<String> methods = new HashSet<>();
  private final Set<String> others = new HashSet<>(Set.of("convnets", "java"));
  private final Set<String> imports = new HashSet<>(Set.of("java.lang.*"));

  /**
   * @param shell which the notebook runs in; what it holds already counts as the notebook's
   * @param setUp the cells without exercises and checks
   * @param checks the cells with checks
   * @param answers the solutions' cells, for the names that the exercises ask for
   */
  NotebookNames(JShell shell, String[] setUp, String[] checks, String[] answers) {
    this.shell = shell;
    shell.snippets().forEach(snippet -> sources.add(text(snippet.source())));
    shell.imports().forEach(snippet -> imports.add(snippet.fullname()));
    read(setUp, sources, this::add);
    read(checks, sourcesOfChecks, this::add);
    sourcesOfChecks.removeAll(sources);
    sources.addAll(sourcesOfChecks);
    read(answers, sourcesOfAnswers, this::leaveOut);
    sources.addAll(sourcesOfAnswers);
  }

  private void read(String[] cells, Set<String> into, Consumer<SnippetNames> reader) {
    SourceCodeAnalysis analysis = shell.sourceCodeAnalysis();
    for (String cell : cells) {
      CompletionInfo info = analysis.analyzeCompletion(cell);
      while (info.completeness().isComplete()) {
        into.add(text(info.source()));
        Snippet.Kind kind = analysis.sourceToSnippets(info.source()).get(0).kind();
        reader.accept(new SnippetNames(kind, info.source()));
        info = analysis.analyzeCompletion(info.remaining());
      }
    }
  }

  /** A snippet's text as both kernels evaluate it, apart from spaces around it. */
  private static String text(String source) {
    return source.strip();
  }

  private void add(SnippetNames names) {
    declared.addAll(names.declared);
    declared.addAll(names.declaredMethods);
    others.addAll(names.declared);
    others.addAll(names.used);
    methods.addAll(names.declaredMethods);
    methods.addAll(names.usedMethods);
    imports.addAll(names.imported);
  }

  private void leaveOut(SnippetNames names) {
    declared.removeAll(names.declared);
    declared.removeAll(names.declaredMethods);
    others.removeAll(names.declared);
    methods.removeAll(names.declaredMethods);
  }

  /** Whether a snippet stands in the notebook, word for word. */
  boolean own(Snippet snippet) {
    return sources.contains(text(snippet.source()));
  }

  /** Whether a snippet stands in the notebook's checks alone. */
  boolean ofCheck(Snippet snippet) {
    return sourcesOfChecks.contains(text(snippet.source()));
  }

  /** Whether a snippet stands in the solution of an exercise. */
  boolean ofAnswer(Snippet snippet) {
    return sourcesOfAnswers.contains(text(snippet.source()));
  }

  /** The names that an exercise asks for, told by the cell of its solution. */
  Set<String> askedFor(String answer) {
    Set<String> asked = new HashSet<>();
    read(
        new String[] {answer},
        new HashSet<>(),
        names -> {
          asked.addAll(names.declared);
          asked.addAll(names.declaredMethods);
        });
    return asked;
  }

  /** Whether the notebook declares this name, and no exercise asks for it. */
  boolean declares(String name) {
    return declared.contains(name);
  }

  /** Whether a declaration or import would give one of the notebook's names another meaning. */
  boolean changedBy(PersistentSnippet snippet) {
    String name = snippet.name();
    if (snippet instanceof ImportSnippet imported) {
      String from = imported.fullname();
      boolean same = imports.contains(from) || imports.contains(packageOf(from) + ".*");
      return !same && (others.contains(name) || imported.isStatic() && methods.contains(name));
    }
    return (snippet instanceof MethodSnippet ? methods : others).contains(name);
  }

  private static String packageOf(String qualified) {
    return qualified.substring(0, Math.max(0, qualified.lastIndexOf('.')));
  }
}
