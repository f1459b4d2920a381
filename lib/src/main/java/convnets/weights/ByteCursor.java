package convnets.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Reads a stretch of a file from its start to its end, little-endian, and never beyond. */
final class ByteCursor {

  private static final int WINDOW = 1 << 16;

  private final FileBytes file;
  private final long end;

  /** The bytes that come next; behind its limit, {@link #next} goes on. */
  private ByteBuffer window = ByteBuffer.allocate(0);

  private long next;

  ByteCursor(FileBytes file, long start, long end) {
    this.file = file;
    this.next = start;
    this.end = end;
  }

  /** Where in the file the next byte lies. */
  long position() {
    return next - window.remaining();
  }

  private long remaining() {
    return end - position();
  }

  /** A window with at least {@code count} bytes, which must be a few. */
  private ByteBuffer need(int count) throws IOException {
    if (window.remaining() < count) {
      if (remaining() < count) {
        throw endsEarly(count);
      }
      long position = position();
      window = file.read(position, Math.min(WINDOW, end - position));
      next = position + window.remaining();
    }
    return window;
  }

  private MalformedException endsEarly(long count) {
    return MalformedException.damaged(
        "at byte %d another %d bytes are expected, but only %d follow",
        position(), count, remaining());
  }

  int uint8() throws IOException {
    return need(1).get() & 0xff;
  }

  int uint16() throws IOException {
    return need(2).getShort() & 0xffff;
  }

  int int32() throws IOException {
    return need(4).getInt();
  }

  long uint32() throws IOException {
    return int32() & 0xffffffffL;
  }

  long int64() throws IOException {
    return need(8).getLong();
  }

  double bigEndianDouble() throws IOException {
    double number = need(8).order(ByteOrder.BIG_ENDIAN).getDouble();
    window.order(ByteOrder.LITTLE_ENDIAN);
    return number;
  }

  /** The next bytes; memory is taken only if the stretch has as many. */
  byte[] bytes(long count) throws IOException {
    if (count < 0 || count > remaining()) {
      throw endsEarly(count);
    }
    ByteBuffer bytes = file.read(position(), count);
    skip(count);
    return bytes.array();
  }

  String utf8(long count) throws IOException {
    return new String(bytes(count), StandardCharsets.UTF_8);
  }

  /** The text up to a line feed, which must be near. */
  String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int letter = uint8(); letter != '\n'; letter = uint8()) {
      if (line.length() == 256) {
        throw MalformedException.damaged("a name at byte %d has no end", position());
      }
      line.append((char) letter);
    }
    return line.toString();
  }

  /** Passes over bytes. */
  void skip(long count) throws IOException {
    if (count < 0 || count > remaining()) {
      throw endsEarly(count);
    }
    if (count <= window.remaining()) {
      window.position(window.position() + (int) count);
    } else {
      next = position() + count;
      window = ByteBuffer.allocate(0);
    }
  }
}
