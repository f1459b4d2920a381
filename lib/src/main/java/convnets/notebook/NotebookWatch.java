package convnets.notebook;

import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.ImportSnippet;
import jdk.jshell.JShell;
import jdk.jshell.PersistentSnippet;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.VarSnippet;

/** Sees what cells that are not a notebook's own do to it, in the JShell in which both run. */
final class NotebookWatch {

  private static final SecureRandom RANDOM = new SecureRandom();

  private static volatile long ticket;
  private static volatile Object[] held;

  private final JShell shell;
  private final NotebookNames names;

  /** What the notebook's variables held when they were first seen. */
  private final Map<String, Object> remembered = new HashMap<>();

  /**
   * Of these, those that JShell itself has reset since, to null or zero, or has lost the type of.
   */
  private final Set<String> reset = new HashSet<>();

  NotebookWatch(JShell shell, NotebookNames names) {
    this.shell = shell;
    this.names = names;
    shell.onSnippetEvent(this::follow);
  }

  /**
   * JShell resets variables that depend on what is declared anew; the notebook may repeat itself.
   */
  private void follow(SnippetEvent event) {
    if (event.snippet() instanceof VarSnippet variable) {
      if (event.causeSnippet() != null) {
        reset.add(variable.name());
      } else if (names.own(variable)) {
        remembered.remove(variable.name());
      }
    }
  }

  /**
   * Takes away what a cell to come must not find: what checks have declared, and what solutions of
   * other exercises have declared under a name that the cell's exercise asks for. Looks at the
   * notebook's variables, so that later changes are seen.
   *
   * @param answer the solution of the exercise that the cell answers; empty if it answers none
   * @return what is amiss, as {@link #fouls()}
   */
  List<String> prepare(String answer) {
    Set<String> asked = names.askedFor(answer);
    declarations()
        .filter(each -> names.ofCheck(each) || names.ofAnswer(each) && asked.contains(each.name()))
        .forEach(shell::drop);
    return fouls();
  }

  private Stream<PersistentSnippet> declarations() {
    return shell
        .snippets()
        .filter(PersistentSnippet.class::isInstance)
        .filter(this::active)
        .map(PersistentSnippet.class::cast);
  }

  /** What is amiss, a sentence without its subject for each name. */
  List<String> fouls() {
    Map<String, String> fouls = new LinkedHashMap<>();
    declarations()
        .filter(snippet -> !names.own(snippet))
        .forEach(snippet -> foul(snippet).ifPresent(what -> fouls.put(snippet.name(), what)));
    if (fouls.isEmpty()) { // otherwise variables may be gone with the meaning of their types
      changedVariables().forEach(name -> fouls.put(name, changes(name)));
    }
    return List.copyOf(fouls.values());
  }

  private static String changes(String name) {
    return "changes " + name + ", which is the notebook's: take a variable of your own";
  }

  private Set<String> changedVariables() {
    Map<String, Object> now = values();
    Set<String> changed = new TreeSet<>(remembered.keySet());
    changed.removeIf(
        name -> now.containsKey(name) ? same(name, now.get(name)) : reset.contains(name));
    remembered.clear();
    remembered.putAll(now);
    reset.clear();
    return changed;
  }

  private boolean active(Snippet snippet) {
    return switch (shell.status(snippet)) {
      case VALID, RECOVERABLE_DEFINED, RECOVERABLE_NOT_DEFINED -> true;
      default -> false;
    };
  }

  private Optional<String> foul(PersistentSnippet snippet) {
    String name = snippet.name();
    if (names.changedBy(snippet)) {
      return Optional.of(
          snippet instanceof ImportSnippet imported
              ? "imports " + imported.fullname() + ", but the notebook means another " + name
              : "declares " + name + ", which the notebook uses: take another name");
    }
    return snippet instanceof DeclarationSnippet declaration
        ? missing(declaration)
            .filter(names::declares)
            .findFirst()
            .map(later -> "uses " + later + ", which the notebook declares only later")
        : Optional.empty();
  }

  /** The names that a declaration lacks; JShell says "variable x", "method f(int)", "class C". */
  private Stream<String> missing(DeclarationSnippet declaration) {
    return shell.unresolvedDependencies(declaration).map(what -> what.split("[ (]")[1]);
  }

  /** What the notebook's variables hold, by name. */
  private Map<String, Object> values() {
    List<String> variables =
        shell
            .variables()
            .filter(v -> shell.status(v) == Snippet.Status.VALID && names.own(v))
            .map(VarSnippet::name)
            .filter(name -> !name.startsWith("$")) // the value of an expression
            .toList();
    if (variables.isEmpty()) {
      return Map.of();
    }
    ticket = RANDOM.nextLong();
    String arguments = ticket + "L, null, " + String.join(", ", variables);
    shell
        .eval("convnets.notebook.Referee.hold(" + arguments + ");")
        .forEach(event -> shell.drop(event.snippet()));
    Map<String, Object> values = new HashMap<>();
    for (int i = 0; held != null && i < variables.size(); i++) {
      values.put(variables.get(i), held[1 + i]);
    }
    held = null;
    return values;
  }

  /**
   * Called by the snippet above. Its first value makes sure that an array is not taken for several
   * values, the ticket that nobody else can call.
   */
  static void hold(long shown, Object[] values) {
    if (shown == ticket) {
      ticket = RANDOM.nextLong();
      held = values;
    }
  }

  private boolean same(String name, Object now) {
    Object before = remembered.get(name);
    return before == now
        || isPrimitive(before) && before.equals(now)
        || reset.contains(name) && (now == null || isPrimitive(now) && isZero(now));
  }

  private static boolean isPrimitive(Object value) {
    return value instanceof Number || value instanceof Boolean || value instanceof Character;
  }

  private static boolean isZero(Object value) {
    return value.equals(false)
        || value.equals('\0')
        || value instanceof Number number && number.doubleValue() == 0;
  }
}
