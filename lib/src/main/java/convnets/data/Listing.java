package convnets.data;

import convnets.io.FileException;
import convnets.io.Pictures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a folder of classes holds.
 *
 * @param files all pictures, class by class, each class by the paths in its folder
 * @param labels the class of each
 * @param classes their names, in the order of the alphabet
 */
record Listing(List<Path> files, int[] labels, List<String> classes) {

  /** Of pictures that are read. */
  static final List<String> ENDINGS =
      List.of("jpg", "jpeg", "png", "gif", "bmp", "webp", "tif", "tiff");

  /** Of pictures that are not, but would be missed. */
  private static final Set<String> FOREIGN =
      Set.of(
          "heic", "heif", "avif", "jxl", "jp2", "psd", "svg", "ppm", "pgm", "pbm", "dng", "cr2",
          "cr3", "nef", "arw", "raf", "orf", "rw2");

  /** What systems leave behind, besides what begins with a dot. */
  private static final Set<String> OF_SYSTEMS =
      Set.of(
          "__MACOSX",
          "@eaDir",
          "$RECYCLE.BIN",
          "System Volume Information",
          "lost+found",
          "__pycache__");

  private static final Set<String> PARTS =
      Set.of("train", "training", "test", "testing", "val", "valid", "validation", "dev");

  /** In place of letters that Java does not know. */
  private static final char UNKNOWN = '\uFFFD';

  private static final String REMEDY = "mend them, or move them away";

  /**
   * Lists a folder: each folder in it is a class, and all pictures in that, however deep, are of
   * it.
   *
   * @throws FileException if that is not so; the message names all that is wrong
   */
  static Listing of(Path folder) {
    Faults faults = new Faults();
    List<Path> classes = classes(folder, faults);
    List<Path> files = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    Map<String, List<Path>> foreign = new TreeMap<>();
    for (int label = 0; label < classes.size(); label++) {
      Path of = classes.get(label);
      List<Path> pictures = pictures(of, foreign, faults);
      if (pictures.isEmpty()) {
        faults.add("%s holds no pictures: expected files ending in %s", of, ENDINGS);
      }
      files.addAll(pictures);
      labels.addAll(Collections.nCopies(pictures.size(), label));
    }
    foreign.forEach(
        (ending, pictures) ->
            faults.add(
                "%d of .%s, as %s, which cannot be read: convert to JPEG or PNG",
                pictures.size(), ending, pictures.get(0)));
    if (!faults.isEmpty()) { // what else can be seen in little time is told with it
      ImageFolder.glance(files).forEach(damaged -> faults.add("%s", damaged));
    }
    faults.refuse(folder, REMEDY);
    return new Listing(
        List.copyOf(files),
        labels.stream().mapToInt(Integer::intValue).toArray(),
        classes.stream().map(Listing::name).toList());
  }

  private static List<Path> classes(Path folder, Faults faults) {
    List<Path> classes;
    try (Stream<Path> entries = Files.list(folder)) {
      classes =
          entries
              .filter(entry -> Files.isDirectory(entry) && !passedOver(entry))
              .sorted(Comparator.comparing(Listing::name))
              .toList();
    } catch (IOException | UncheckedIOException e) {
      throw new FileException("cannot read the folder " + folder + ": " + e, e);
    }
    if (classes.isEmpty()) {
      throw new FileException(folder + " holds no folders: expected one for each class");
    }
    if (classes.stream().allMatch(c -> PARTS.contains(name(c).toLowerCase(Locale.ROOT)))) {
      throw new FileException(
          "%s holds %s, which look like parts of the data, not classes: read one of these"
              .formatted(folder, classes.stream().map(Listing::name).toList()));
    }
    Map<String, Path> alike = new HashMap<>();
    for (Path c : classes) {
      if (name(c).indexOf(UNKNOWN) >= 0) {
        faults.add(
            "the name of %s has letters that this Java cannot read, as it takes names of files to"
                + " be in %s: set LC_ALL=C.UTF-8 in the environment, and start Java anew",
            c, System.getProperty("sun.jnu.encoding"));
        continue;
      }
      Path other = alike.put(name(c).toLowerCase(Locale.ROOT), c);
      if (other != null) {
        faults.add(
            "%s and %s differ only in case, and would be one folder on another system: join them,"
                + " or rename one",
            other, c);
      }
    }
    return classes;
  }

  /** The same on every system: some take letters with accents apart. */
  private static String name(Path folder) {
    return Normalizer.normalize(folder.getFileName().toString(), Normalizer.Form.NFC);
  }

  private static boolean passedOver(Path entry) {
    String name = entry.getFileName().toString();
    return name.startsWith(".") || OF_SYSTEMS.contains(name);
  }

  private static String ending(Path file) {
    String name = file.getFileName().toString();
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  /** All pictures in a folder and the folders in it; links are followed. */
  private static List<Path> pictures(Path top, Map<String, List<Path>> foreign, Faults faults) {
    List<Path> pictures = new ArrayList<>();
    var visitor =
        new SimpleFileVisitor<Path>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return !folder.equals(top) && passedOver(folder)
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (!passedOver(file)) {
              look(file, attributes);
            }
            return FileVisitResult.CONTINUE;
          }

          private void look(Path file, BasicFileAttributes attributes) {
            boolean wanted = ENDINGS.contains(ending(file));
            if (wanted && attributes.isSymbolicLink()) { // the others have been followed
              faults.add("%s is a link to nothing", file);
            } else if (wanted && attributes.isRegularFile()) {
              pictures.add(file);
            } else if (FOREIGN.contains(ending(file))) {
              foreign.computeIfAbsent(ending(file), e -> new ArrayList<>()).add(file);
            }
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException problem) {
            if (!passedOver(file)) {
              faults.add("%s %s", file, reason(problem));
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, IOException problem) {
            if (problem != null) {
              faults.add("%s %s", folder, reason(problem));
            }
            return FileVisitResult.CONTINUE;
          }
        };
    try {
      Files.walkFileTree(top, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, visitor);
    } catch (IOException e) {
      faults.add("%s %s", top, reason(e));
    }
    pictures.sort(Comparator.comparing(file -> top.relativize(file).toString().replace('\\', '/')));
    return pictures;
  }

  private static String reason(IOException problem) {
    if (problem instanceof FileSystemLoopException) {
      return "is a link to a folder that it lies in";
    }
    if (problem instanceof AccessDeniedException) {
      return "cannot be read: see its permissions";
    }
    return "cannot be read: " + Pictures.reason(problem);
  }
}
