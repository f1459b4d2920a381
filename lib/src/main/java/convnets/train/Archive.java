package convnets.train;

import convnets.io.WholeFile;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * Named pieces of bytes in one file, a ZIP archive: either all of them or none. Its last entry is
 * called {@code end} and lists the others, so that a file that was cut off is recognised wherever
 * the cut is.
 *
 * <p>It is read and written by streams, as {@link WholeFile} says.
 */
final class Archive {

  private static final String END = "end";

  private Archive() {}

  /** Writes a file: the target is the old one or the new one, whenever power fails. */
  static void write(Path file, Map<String, Supplier<byte[]>> pieces) {
    try {
      WholeFile.write(file, out -> writeTo(out, pieces));
    } catch (IOException e) {
      throw new CheckpointException("cannot write checkpoint " + file + ": " + e.getMessage(), e);
    }
  }

  private static void writeTo(OutputStream out, Map<String, Supplier<byte[]>> pieces)
      throws IOException {
    ZipOutputStream zip = new ZipOutputStream(new BufferedOutputStream(out));
    zip.setLevel(Deflater.NO_COMPRESSION); // weights do not get smaller
    for (Map.Entry<String, Supplier<byte[]>> piece : pieces.entrySet()) {
      zip.putNextEntry(new ZipEntry(piece.getKey()));
      zip.write(piece.getValue().get());
    }
    zip.putNextEntry(new ZipEntry(END));
    zip.write(names(pieces.keySet()));
    zip.finish();
    zip.flush();
  }

  /**
   * Reads all pieces; each one's checksum is verified, and their names.
   *
   * @throws CheckpointException if the file is damaged, cut off, or something else
   */
  static Map<String, byte[]> read(Path file) {
    Map<String, byte[]> pieces = new LinkedHashMap<>();
    try (ZipInputStream zip =
        new ZipInputStream(new BufferedInputStream(new FileInputStream(file.toFile())))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        pieces.put(entry.getName(), zip.readAllBytes());
      }
    } catch (IOException e) {
      throw new CheckpointException(
          "checkpoint %s is damaged (%s): delete it to train from the beginning"
              .formatted(file, e.getMessage()),
          e);
    }
    if (pieces.isEmpty()) {
      throw new CheckpointException(
          file + " is not a checkpoint: name another file, or delete this one");
    }
    byte[] end = pieces.remove(END);
    if (end == null) {
      throw new CheckpointException(
          "checkpoint %s was cut off, or is none: delete it to train from the beginning"
              .formatted(file));
    }
    if (!Arrays.equals(end, names(pieces.keySet()))) {
      throw new CheckpointException(
          "checkpoint %s is damaged (names of its pieces): delete it to train from the beginning"
              .formatted(file));
    }
    return pieces;
  }

  /** What the last piece holds: a checksum of a zip file covers a piece, but not its name. */
  private static byte[] names(Set<String> names) {
    return String.join("\n", names).getBytes(StandardCharsets.UTF_8);
  }
}
