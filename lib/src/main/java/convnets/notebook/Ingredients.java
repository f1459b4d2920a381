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
    Set<String> looked = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(name));
    while (!open.isEmpty()) {
      declarations(open.remove())
          .forEach(
              snippet -> {
                if (snippet instanceof ImportSnippet imported) {
                  found.addAll(List.of(imported.fullname().split("\\.")));
                  return;
                }
                SnippetNames names = new SnippetNames(snippet.kind(), snippet.source());
                found.addAll(names.named);
                Stream.concat(names.used.stream(), names.usedMethods.stream())
                    .filter(looked::add)
                    .forEach(open::add);
              });
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
}
