package convnets.notebook;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import jdk.jshell.ImportSnippet;
import jdk.jshell.JShell;
import jdk.jshell.PersistentSnippet;
import jdk.jshell.Snippet;

/** What a method of a notebook is made of, as Java's parser sees it: comments and texts are not. */
final class Ingredients {

  private final JShell shell;

  Ingredients(JShell shell) {
    this.shell = shell;
  }

  /**
   * All names in the declarations of this name, and in those of the notebook that they build on.
   *
   * @param name of a method, a type or a variable
   */
  Set<String> of(String name) {
    Set<String> found = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(name));
    while (!open.isEmpty()) {
      String next = open.remove();
      declarations(next).flatMap(Ingredients::names).filter(found::add).forEach(open::add);
    }
    return found;
  }

  private Stream<PersistentSnippet> declarations(String name) {
    return shell
        .snippets()
        .filter(snippet -> shell.status(snippet).isActive())
        .filter(PersistentSnippet.class::isInstance)
        .map(PersistentSnippet.class::cast)
        .filter(snippet -> snippet.name().equals(name));
  }

  private static Stream<String> names(Snippet snippet) {
    return snippet instanceof ImportSnippet imported
        ? Stream.of(imported.fullname().split("\\."))
        : new SnippetNames(snippet.kind(), snippet.source()).named.stream();
  }
}
