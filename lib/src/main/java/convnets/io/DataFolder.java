package convnets.io;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Where the course's data lie: data sets, pictures, weights.
 *
 * <p>If the system property {@code convnets.data} or else the environment variable {@code
 * CONVNETS_DATA} names a folder, data sets are looked for there and nowhere else. Otherwise they
 * are looked for in the {@code data/} folders of the working directory and of every folder above
 * it, so that a notebook in {@code notebooks/} finds the course's {@code data/}.
 */
public final class DataFolder {
  /** The system property that names the folder. */
  public static final String PROPERTY = "convnets.data";

  private static final String VARIABLE = "CONVNETS_DATA";

  private DataFolder() {}

  /**
   * The path of a data set.
   *
   * @param name its file or folder, relative to the data folder, such as {@code fashion-mnist}
   * @throws FileException if no data folder holds it; the message says where was looked
   */
  public static Path find(String name) {
    return findAny(name).orElseThrow(() -> new FileException(notFound(name)));
  }

  /** The first of {@code names} that the nearest data folder holding any of them holds. */
  public static Optional<Path> findAny(String... names) {
    for (Path folder : folders()) {
      for (String name : names) {
        Path path = folder.resolve(name);
        if (Files.exists(path)) {
          return Optional.of(path);
        }
      }
    }
    return Optional.empty();
  }

  /** The folder that new data sets are written to: the nearest one, or the one that was set. */
  public static Path forDownloads() {
    List<Path> folders = folders();
    return folders.stream()
        .filter(Files::isDirectory)
        .findFirst()
        .or(() -> chosen())
        .orElseThrow(
            () ->
                new FileException(
                    "no data folder to download to: none of "
                        + list(folders)
                        + " exists. Create one, or set "
                        + VARIABLE
                        + " to a folder"));
  }

  /** Says that {@code name} was not found, where was looked, and what to do. */
  public static String notFound(String name) {
    return name
        + " was not found. Looked in "
        + list(folders())
        + ". "
        + (chosen().isPresent()
            ? "Correct " + VARIABLE + " (or the system property " + PROPERTY + ")"
            : "Start from inside the course's folder, or set " + VARIABLE + " to the data folder");
  }

  /** The data folders in the order in which they are searched; they need not exist. */
  private static List<Path> folders() {
    Optional<Path> chosen = chosen();
    if (chosen.isPresent()) {
      return List.of(chosen.get());
    }
    List<Path> folders = new ArrayList<>();
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      folders.add(at.resolve("data"));
    }
    return folders;
  }

  private static Optional<Path> chosen() {
    String property = System.getProperty(PROPERTY);
    String folder = property != null ? property : System.getenv(VARIABLE);
    return Optional.ofNullable(folder)
        .filter(f -> !f.isBlank())
        .map(f -> Path.of(f).toAbsolutePath());
  }

  private static String list(List<Path> folders) {
    return folders.stream().map(Path::toString).collect(Collectors.joining(", "));
  }
}
