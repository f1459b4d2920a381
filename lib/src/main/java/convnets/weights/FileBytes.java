package convnets.weights;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The bytes of an open file, read at positions that are compared with its size first.
 *
 * <p>It is read, not mapped: reading into PyTorch's own memory is as fast, a file that somebody
 * cuts off meanwhile ends in an exception and not in a signal, and on Windows a file that was once
 * mapped could not be replaced.
 */
final class FileBytes implements Closeable {

  private final Path path;
  private final FileChannel channel;
  private final long size;

  private FileBytes(Path path, FileChannel channel) throws IOException {
    this.path = path;
    this.channel = channel;
    this.size = channel.size();
  }

  static FileBytes open(Path path) throws IOException {
    return new FileBytes(path, FileChannel.open(path, StandardOpenOption.READ));
  }

  Path path() {
    return path;
  }

  long size() {
    return size;
  }

  /** Whether the file has these bytes, all of them. */
  boolean has(long position, long length) {
    return position >= 0 && length >= 0 && position <= size && length <= size - position;
  }

  /** Bytes of the file in memory of their own, little-endian. */
  ByteBuffer read(long position, long length) throws IOException {
    if (!has(position, length)) {
      throw MalformedException.damaged(
          "%d bytes are expected from byte %d, but the file has %d", length, position, size);
    }
    if (length > Integer.MAX_VALUE - 8) {
      throw MalformedException.unsupported(
          "%d bytes in one piece are more than the 2 GiB that are read here", length);
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) length).order(ByteOrder.LITTLE_ENDIAN);
    read(position, bytes);
    return bytes.flip();
  }

  /** Fills what remains of a buffer. */
  void read(long position, ByteBuffer target) throws IOException {
    long at = position;
    while (target.hasRemaining()) {
      int n = channel.read(target, at);
      if (n < 0) {
        throw MalformedException.damaged("the file ends at byte %d", at);
      }
      at += n;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
