package convnets.notebook;

import com.sun.source.tree.BlockTree;
import com.sun.source.tree.CatchTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.EnhancedForLoopTree;
import com.sun.source.tree.ForLoopTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TryTree;
import com.sun.source.tree.TypeParameterTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import jdk.jshell.Snippet;

/**
 * The names in one snippet of a notebook, as Java's own parser sees them: what the snippet declares
 * for the cells after it, and what it takes from around it. A method may bear the name of a
 * variable, so methods have sets of their own.
 */
final class SnippetNames {

  final Set<String> declaredMethods = new HashSet<>();
  final Set<String> declared = new HashSet<>();

  final Set<String> usedMethods = new HashSet<>();

  /** Types, variables, and the first parts of qualified names. */
  final Set<String> used = new HashSet<>();

  /** All that occurs in code, the later parts of qualified names too. */
  final Set<String> named = new HashSet<>();

  /** What is imported, as in {@code java.util.List} or {@code java.util.*}. */
  final Set<String> imported = new HashSet<>();

  /**
   * @param kind what JShell takes the snippet for
   * @param source its text
   */
  SnippetNames(Snippet.Kind kind, String source) {
    String unit =
        switch (kind) {
          case IMPORT, TYPE_DECL -> source;
          case METHOD -> "class $ {" + source + "}";
          default -> "class $ {{" + source + "\n;}}";
        };
    for (CompilationUnitTree tree : parse(unit)) {
      new Scanner().scan(tree, null);
      for (Tree type : tree.getTypeDecls()) {
        declare(kind, type);
      }
    }
    used.removeAll(declared);
  }

  private static Iterable<? extends CompilationUnitTree> parse(String text) {
    JavaFileObject file =
        new SimpleJavaFileObject(URI.create("string:///$.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
          }
        };
    try {
      return ((JavacTask)
              ToolProvider.getSystemJavaCompiler()
                  .getTask(null, null, problem -> {}, null, null, List.of(file)))
          .parse();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void declare(Snippet.Kind kind, Tree type) {
    switch (kind) {
      case IMPORT -> {}
      case TYPE_DECL -> declare(type);
      case METHOD -> ((ClassTree) type).getMembers().forEach(this::declare);
      default ->
          ((ClassTree) type)
              .getMembers()
              .forEach(block -> ((BlockTree) block).getStatements().forEach(this::declare));
    }
  }

  private void declare(Tree tree) {
    if (tree instanceof ClassTree type) {
      declared.add(type.getSimpleName().toString());
    } else if (tree instanceof VariableTree variable) {
      declared.add(variable.getName().toString());
    } else if (tree instanceof MethodTree method) {
      declaredMethods.add(method.getName().toString());
    }
  }

  /** Collects what is used; what the snippet itself declares further in is left out. */
  private final class Scanner extends TreeScanner<Void, Void> {

    /** What is declared around the place that is read, innermost first; methods with "()". */
    private final Deque<Set<String>> scopes = new ArrayDeque<>(List.of(new HashSet<>()));

    private boolean isLocal(String name) {
      return scopes.stream().anyMatch(scope -> scope.contains(name));
    }

    private Void within(Runnable reading) {
      scopes.push(new HashSet<>());
      reading.run();
      scopes.pop();
      return null;
    }

    @Override
    public Void visitImport(ImportTree node, Void p) {
      imported.add(node.getQualifiedIdentifier().toString());
      return super.visitImport(node, p);
    }

    @Override
    public Void visitMethodInvocation(MethodInvocationTree node, Void p) {
      if (node.getMethodSelect() instanceof IdentifierTree method) {
        String name = method.getName().toString();
        named.add(name);
        if (!isLocal(name + "()")) {
          usedMethods.add(name);
        }
        scan(node.getTypeArguments(), p);
        return scan(node.getArguments(), p);
      }
      return super.visitMethodInvocation(node, p);
    }

    @Override
    public Void visitIdentifier(IdentifierTree node, Void p) {
      String name = node.getName().toString();
      named.add(name);
      if (!isLocal(name)) {
        used.add(name);
      }
      return null;
    }

    @Override
    public Void visitMemberSelect(MemberSelectTree node, Void p) {
      named.add(node.getIdentifier().toString());
      return super.visitMemberSelect(node, p);
    }

    @Override
    public Void visitMemberReference(MemberReferenceTree node, Void p) {
      named.add(node.getName().toString());
      return super.visitMemberReference(node, p);
    }

    @Override
    public Void visitVariable(VariableTree node, Void p) {
      super.visitVariable(node, p);
      scopes.element().add(node.getName().toString());
      return null;
    }

    @Override
    public Void visitClass(ClassTree node, Void p) {
      scopes.element().add(node.getSimpleName().toString());
      return within(
          () -> {
            node.getTypeParameters().forEach(this::add);
            for (Tree member : node.getMembers()) { // which may be used before they stand there
              if (member instanceof MethodTree method) {
                scopes.element().add(method.getName() + "()");
              } else if (member instanceof VariableTree field) {
                scopes.element().add(field.getName().toString());
              } else if (member instanceof ClassTree type) {
                scopes.element().add(type.getSimpleName().toString());
              }
            }
            super.visitClass(node, p);
          });
    }

    private void add(TypeParameterTree parameter) {
      scopes.element().add(parameter.getName().toString());
    }

    @Override
    public Void visitMethod(MethodTree node, Void p) {
      return within(
          () -> {
            node.getTypeParameters().forEach(this::add);
            super.visitMethod(node, p);
          });
    }

    @Override
    public Void visitBlock(BlockTree node, Void p) {
      return within(() -> super.visitBlock(node, p));
    }

    @Override
    public Void visitLambdaExpression(LambdaExpressionTree node, Void p) {
      return within(() -> super.visitLambdaExpression(node, p));
    }

    @Override
    public Void visitForLoop(ForLoopTree node, Void p) {
      return within(() -> super.visitForLoop(node, p));
    }

    @Override
    public Void visitEnhancedForLoop(EnhancedForLoopTree node, Void p) {
      return within(
          () -> {
            scan(node.getExpression(), p); // in which the variable is not known
            scan(node.getVariable(), p);
            scan(node.getStatement(), p);
          });
    }

    @Override
    public Void visitTry(TryTree node, Void p) {
      return within(() -> super.visitTry(node, p));
    }

    @Override
    public Void visitCatch(CatchTree node, Void p) {
      return within(() -> super.visitCatch(node, p));
    }
  }
}
