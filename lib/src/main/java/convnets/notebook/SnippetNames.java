package convnets.notebook;

import com.sun.source.tree.BlockTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TypeParameterTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
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

    private final Set<String> inner = new HashSet<>();

    @Override
    public Void visitCompilationUnit(CompilationUnitTree node, Void p) {
      super.visitCompilationUnit(node, p);
      used.removeAll(inner);
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
        usedMethods.add(method.getName().toString());
        named.add(method.getName().toString());
        scan(node.getTypeArguments(), p);
        return scan(node.getArguments(), p);
      }
      return super.visitMethodInvocation(node, p);
    }

    @Override
    public Void visitIdentifier(IdentifierTree node, Void p) {
      used.add(node.getName().toString());
      named.add(node.getName().toString());
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
      inner.add(node.getName().toString());
      return super.visitVariable(node, p);
    }

    @Override
    public Void visitTypeParameter(TypeParameterTree node, Void p) {
      inner.add(node.getName().toString());
      return super.visitTypeParameter(node, p);
    }

    @Override
    public Void visitClass(ClassTree node, Void p) {
      inner.add(node.getSimpleName().toString());
      return super.visitClass(node, p);
    }
  }
}
