package convnets.train;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * Named pieces of bytes in one file, a ZIP archive: either all of them or none. Its last entry is
 * called {@code end}, so that a file that was cut off is recognised wherever the cut is.
 *
 * <p>It is read and written by streams of {@code java.io}: channels close themselves when the
 * thread is interrupted, which is just when a checkpoint is written.
 */
final class Archive {

  private static final String END = "end";

  private Archive() {}

  /**
   * Writes a file beside the target and moves it there when it is whole and on the disk: the target
   * is the old file or the new one, whenever power fails.
   */
  static void write(Path file, Map<String, Supplier<byte[]>> pieces) {
    Path target = file.toAbsolutePath();
    Path draft = target.resolveSibling(target.getFileName() + ".tmp");
    try {
      Files.createDirectories(target.getParent());
      try {
        writeDraft(draft, pieces);
        Files.move(
            draft, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(draft);
      }
    } catch (IOException e) {
      throw new CheckpointException("cannot write checkpoint " + file + ": " + e.getMessage(), e);
    }
  }

  private static void writeDraft(Path draft, Map<String, Supplier<byte[]>> pieces)
      throws IOException {
    try (FileOutputStream out = new FileOutputStream(draft.toFile());
        ZipOutputStream zip = new ZipOutputStream(new BufferedOutputStream(out))) {
      zip.setLevel(Deflater.NO_COMPRESSION); // weights do not get smaller
      for (Map.Entry<String, Supplier<byte[]>> piece : pieces.entrySet()) {
        zip.putNextEntry(new ZipEntry(piece.getKey()));
        zip.write(piece.getValue().get());
      }
      zip.putNextEntry(new ZipEntry(END));
      zip.finish();
      zip.flush();
      out.getFD().sync();
    }
  }

  /**
   * Reads all pieces; each one's checksum is verified.
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
    if (pieces.remove(END) == null) {
      throw new CheckpointException(
          "checkpoint %s was cut off, or is none: delete it to train from the beginning"
              .formatted(file));
    }
    return pieces;
  }
}
