package convnets.io;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/**
 * Files that are there whole or not at all, whenever the process is killed or the power fails, and
 * whoever else writes them at the same time.
 *
 * <p>Nothing here is a channel: those close themselves when their thread is interrupted, which is
 * just when a training is stopped and writes its checkpoint.
 */
public final class WholeFile {

  /** Writes the bytes of a file. */
  @FunctionalInterface
  public interface Content {
    /** Called once; the stream is closed by whoever calls. */
    void writeTo(OutputStream out) throws IOException;
  }

  private WholeFile() {}

  /**
   * Writes a file under a name of its own beside its target, and publishes it. Folders are created.
   * If it fails, the target is as it was and nothing is left behind.
   */
  public static void write(Path target, Content content) throws IOException {
    Path folder = target.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path draft = folder.resolve(target.getFileName() + "." + UUID.randomUUID() + ".part");
    try {
      try (OutputStream out = new FileOutputStream(draft.toFile())) {
        content.writeTo(out);
      }
      publish(draft, target);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  /**
   * Gives a file that is complete its name, in place of what has it: first its bytes are forced to
   * the disk, then it is moved in one step.
   *
   * @param draft in the folder of the target
   */
  static void publish(Path draft, Path target) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(draft.toFile(), "rw")) {
      file.getFD().sync();
    }
    Files.move(
        draft,
        target.toAbsolutePath(),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }
}
