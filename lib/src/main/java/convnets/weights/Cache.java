package convnets.weights;

import convnets.io.Download;
import convnets.io.DownloadProgress;
import convnets.io.FileException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * The folder of fetched weights, and the mirror they may come from. Both are laid out by address,
 * {@code HOST/PATH}, as {@code wget --force-directories} does: the cache of one machine can be the
 * mirror of another.
 */
final class Cache {

  static final String FOLDER = "convnets.weights";
  static final String MIRROR = "convnets.weights.mirror";
  private static final String FOLDER_VARIABLE = "CONVNETS_WEIGHTS";
  private static final String MIRROR_VARIABLE = "CONVNETS_WEIGHTS_MIRROR";

  private Cache() {}

  /** The file of an origin, fetched if it is not there yet. */
  static Path fetch(Origin origin, DownloadProgress progress) {
    Path target = folder().resolve(origin.path());
    Optional<String> mirror = setting(MIRROR, MIRROR_VARIABLE);
    try {
      if (mirror.isPresent() && !isAddress(mirror.get())) {
        return present(origin, target) ? target : inFolder(Path.of(mirror.get()), origin);
      }
      URI source =
          mirror
              .map(base -> URI.create(base.replaceFirst("/*$", "/") + origin.path()))
              .orElse(origin.address());
      Download.fetch(source, target, origin.checksum(), progress);
      return target;
    } catch (FileException e) {
      throw new WeightsException(
          "%s. Or set %s to the address or folder of a mirror that has %s"
              .formatted(e.getMessage(), MIRROR_VARIABLE, origin.path()),
          e);
    }
  }

  private static boolean present(Origin origin, Path target) {
    return Files.isRegularFile(target) && origin.checksum().holds(target);
  }

  /** A mirror on disk is used where it lies. */
  private static Path inFolder(Path mirror, Origin origin) {
    Path file = mirror.resolve(origin.path());
    if (!Files.isRegularFile(file)) {
      throw new WeightsException(
          "the mirror lacks %s. Fetch %s by other means and put it there, or unset %s"
              .formatted(file, origin, MIRROR_VARIABLE));
    }
    origin.checksum().verify(file, "Fetch " + origin + " again");
    return file;
  }

  private static boolean isAddress(String mirror) {
    return mirror.startsWith("http://") || mirror.startsWith("https://");
  }

  /** The folder that was set, or one among the user's caches. */
  static Path folder() {
    return setting(FOLDER, FOLDER_VARIABLE)
        .map(Path::of)
        .orElseGet(() -> caches().resolve("convnets").resolve("weights"))
        .toAbsolutePath();
  }

  private static Path caches() {
    Path home = Path.of(System.getProperty("user.home"));
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    if (system.startsWith("windows")) {
      return environment("LOCALAPPDATA").orElse(home.resolve("AppData").resolve("Local"));
    }
    return system.startsWith("mac")
        ? home.resolve("Library").resolve("Caches")
        : environment("XDG_CACHE_HOME").orElse(home.resolve(".cache"));
  }

  private static Optional<Path> environment(String variable) {
    return Optional.ofNullable(System.getenv(variable)).filter(v -> !v.isBlank()).map(Path::of);
  }

  private static Optional<String> setting(String property, String variable) {
    String chosen = System.getProperty(property);
    return Optional.ofNullable(chosen != null ? chosen : System.getenv(variable))
        .filter(value -> !value.isBlank());
  }
}
