package convnets;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Notebooks import packages as a whole, so that each public name must mean one thing there. */
class VocabularyTest {

  /** What notebooks import of DJL as a whole; the rest they import class by class. */
  private static final List<String> IMPORTED =
      List.of("ai.djl.ndarray", "ai.djl.ndarray.types", "ai.djl.training");

  @Test
  void aPublicNameMeansOneThing() throws Exception {
    assertThat(publicClasses(Options.class))
        .extracting(Class::getSimpleName)
        .contains("Models")
        .doesNotHaveDuplicates();
  }

  @Test
  void noPublicNameIsDjlsWhereNotebooksImportBoth() throws Exception {
    List<String> djls =
        publicClasses(NDArray.class).stream()
            .filter(c -> IMPORTED.contains(c.getPackageName()))
            .map(Class::getSimpleName)
            .toList();
    assertThat(djls).contains("NDArray", "Shape", "ParameterStore");
    assertThat(publicClasses(Options.class))
        .extracting(Class::getSimpleName)
        .doesNotContainAnyElementsOf(djls);
  }

  /**
   * The public classes of the jar or the folder that holds a class, without those within others.
   */
  private static List<Class<?>> publicClasses(Class<?> member)
      throws IOException, URISyntaxException {
    Path origin = Path.of(member.getProtectionDomain().getCodeSource().getLocation().toURI());
    if (Files.isDirectory(origin)) {
      return publicClasses(origin);
    }
    try (FileSystem jar = FileSystems.newFileSystem(origin)) {
      return publicClasses(jar.getPath("/"));
    }
  }

  private static List<Class<?>> publicClasses(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .map(
              file ->
                  root.relativize(file)
                      .toString()
                      .replace(file.getFileSystem().getSeparator(), "."))
          .filter(name -> name.endsWith(".class") && !name.contains("$") && !name.contains("-"))
          .<Class<?>>map(name -> load(name.substring(0, name.length() - ".class".length())))
          .filter(c -> Modifier.isPublic(c.getModifiers()))
          .toList();
    }
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, VocabularyTest.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }
}
