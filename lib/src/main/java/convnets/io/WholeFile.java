package convnets.io;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

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

  private static final AtomicLong DRAFTS = new AtomicLong();

  private WholeFile() {}

  /**
   * Writes a file under a name of its own beside its target, and publishes it. Folders are created.
   * If it fails, the target is as it was and nothing is left behind. What a process that was killed
   * has left is taken away by the next that writes the same file.
   */
  public static void write(Path target, Content content) throws IOException {
    Path folder = target.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    String name = target.getFileName().toString();
    sweep(folder, name);
    long process = ProcessHandle.current().pid();
    Path draft = folder.resolve("%s.%d-%d.part".formatted(name, process, DRAFTS.incrementAndGet()));
    try {
      try (OutputStream out = new FileOutputStream(draft.toFile())) {
        content.writeTo(out);
      }
      publish(draft, target);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  /** Deletes the drafts of a file, {@code NAME.PROCESS-NUMBER.part}, whose processes are gone. */
  private static void sweep(Path folder, String name) throws IOException {
    Pattern draft = Pattern.compile(Pattern.quote(name + ".") + "(\\d+)-\\d+\\.part");
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Matcher found = draft.matcher(file.getFileName().toString());
        if (found.matches() && ProcessHandle.of(Long.parseLong(found.group(1))).isEmpty()) {
          Files.deleteIfExists(file);
        }
      }
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
