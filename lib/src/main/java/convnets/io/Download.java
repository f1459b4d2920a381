package convnets.io;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fetches a large file so that it is whole or not there.
 *
 * <p>The bytes gather in {@code NAME.part}, where a later attempt goes on. Only when the checksum
 * holds does the file get its name, in one step.
 */
public final class Download {
  private static final int CONNECT_MILLIS = 20_000;
  private static final int STALL_MILLIS = 60_000;
  private static final int RANGE_NOT_SATISFIABLE = 416;
  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d+)-\\d+/(\\d+|\\*)");

  private final URI source;
  private final Path target;
  private final Checksum checksum;
  private final DownloadProgress progress;

  private Download(URI source, Path target, Checksum checksum, DownloadProgress progress) {
    this.source = source;
    this.target = target;
    this.checksum = checksum;
    this.progress = progress;
  }

  /**
   * Fetches {@code source} to {@code target}, whose folders are created. If {@code target} is there
   * and right, nothing is fetched; if it is there and wrong, it is replaced.
   *
   * @param progress is told how far it is
   * @throws FileException if that fails; the message says what to do
   */
  public static void fetch(URI source, Path target, Checksum checksum, DownloadProgress progress) {
    if (!Files.isRegularFile(target) || !checksum.holds(target)) {
      new Download(source, target, checksum, progress).run();
    }
  }

  private void run() {
    Path part = target.resolveSibling(target.getFileName() + ".part");
    try {
      Files.createDirectories(target.toAbsolutePath().getParent());
      fill(part);
      Checksum found = Checksum.of(part, checksum.algorithm());
      if (!checksum.agrees(found)) {
        long bytes = Files.size(part);
        Files.delete(part);
        throw failure(
            "what came is not the file: expected %s %s, found %s (%d bytes). It was deleted; call again to start afresh"
                .formatted(checksum.algorithm(), checksum.hex(), found.hex(), bytes),
            null);
      }
      WholeFile.publish(part, target);
    } catch (IOException e) {
      throw failure(e.toString(), e);
    }
  }

  /** Appends to {@code part} what it lacks. */
  private void fill(Path part) throws IOException {
    try (FileChannel out =
        FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      lock(out, part);
      // Not java.net.http: its client has no time limit for a body that stalls.
      var connection = (HttpURLConnection) source.toURL().openConnection();
      try {
        fill(out, connection);
      } finally {
        connection.disconnect();
      }
    }
  }

  /** Keeps a second notebook from writing into the same file. The channel's end frees the lock. */
  private void lock(FileChannel out, Path part) throws IOException {
    try {
      if (out.tryLock() != null) {
        return;
      }
    } catch (OverlappingFileLockException e) {
      // Another thread of this process has it: the same answer.
    }
    throw failure("another download is writing to " + part + "; wait until it is done", null);
  }

  private void fill(FileChannel out, HttpURLConnection connection) throws IOException {
    long done = out.size();
    connection.setConnectTimeout(CONNECT_MILLIS);
    connection.setReadTimeout(STALL_MILLIS);
    connection.setRequestProperty("Accept-Encoding", "identity");
    if (done > 0) {
      connection.setRequestProperty("Range", "bytes=" + done + "-");
    }
    int status = connection.getResponseCode();
    long total;
    switch (status) {
      case HttpURLConnection.HTTP_OK -> {
        out.truncate(0);
        done = 0;
        total = connection.getContentLengthLong();
      }
      case HttpURLConnection.HTTP_PARTIAL -> total = total(connection, done);
      case RANGE_NOT_SATISFIABLE -> {
        // Nothing is missing; the checksum will tell whether the part is the file.
        return;
      }
      default -> throw failure("the server answered " + status, null);
    }
    out.position(done);
    try (InputStream in = connection.getInputStream()) {
      byte[] chunk = new byte[1 << 16];
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        for (ByteBuffer b = ByteBuffer.wrap(chunk, 0, n); b.hasRemaining(); ) {
          out.write(b);
        }
        done += n;
        progress.update(done, total);
        if (Thread.currentThread().isInterrupted()) {
          throw new InterruptedIOException("stopped");
        }
      }
    } catch (IOException e) {
      throw interrupted(done, total, e);
    }
    if (done < total) {
      throw interrupted(done, total, null);
    }
  }

  /** The whole file's size from the answer to a range request, or -1. */
  private long total(HttpURLConnection connection, long from) {
    String range = connection.getHeaderField("Content-Range");
    Matcher matcher = CONTENT_RANGE.matcher(range == null ? "" : range);
    if (!matcher.matches() || Long.parseLong(matcher.group(1)) != from) {
      throw failure("asked for bytes from %d, the server sent '%s'".formatted(from, range), null);
    }
    return matcher.group(2).equals("*") ? -1 : Long.parseLong(matcher.group(2));
  }

  private FileException interrupted(long done, long total, IOException cause) {
    String of = total < 0 ? "" : " of %d".formatted(total);
    String why = cause == null ? "the connection ended" : cause.toString();
    return failure(
        "%s after %d%s bytes; call again to go on from there".formatted(why, done, of), cause);
  }

  private FileException failure(String what, IOException cause) {
    return new FileException(
        "cannot download %s: %s. Or fetch it by other means and put it at %s"
            .formatted(source, what, target),
        cause);
  }
}
