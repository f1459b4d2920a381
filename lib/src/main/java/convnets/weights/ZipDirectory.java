package convnets.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Where in a ZIP archive the bytes of its entries lie. {@code java.util.zip} does not say, and
 * tensors are read in place. (PKWARE, APPNOTE.TXT, sections 4.3.7 to 4.3.16.)
 */
final class ZipDirectory {

  static final int LOCAL_HEADER = 0x04034b50;

  private static final int LOCAL_HEADER_BYTES = 30;
  private static final int CENTRAL_HEADER = 0x02014b50;
  private static final int CENTRAL_HEADER_BYTES = 46;
  private static final int END = 0x06054b50;
  private static final int END_BYTES = 22;
  private static final int END_64 = 0x06064b50;
  private static final int END_64_BYTES = 56;
  private static final int LOCATOR_64 = 0x07064b50;
  private static final int LOCATOR_64_BYTES = 20;
  private static final int EXTRA_64 = 1;

  /** In a field of 32 bits: the number is in an extra field of 64 bits. */
  private static final long SEE_64 = 0xffffffffL;

  private static final int MAX_COMMENT = 0xffff;

  /** Room for a hundred thousand tensors. */
  private static final int MAX_DIRECTORY = 16 << 20;

  /** A stretch of the file. */
  record Stretch(long position, long length) {}

  private record Entry(int flags, int method, long compressed, long length, long header) {}

  private final FileBytes file;
  private final Map<String, Entry> entries = new HashMap<>();

  /** Reads the directory at the end of an archive. */
  ZipDirectory(FileBytes file) throws IOException {
    this.file = file;
    Stretch directory = directory();
    if (directory.length > MAX_DIRECTORY) {
      throw MalformedException.foreign("its directory has %d bytes", directory.length);
    }
    ByteBuffer bytes = file.read(directory.position, directory.length);
    while (bytes.hasRemaining()) {
      readEntry(bytes);
    }
  }

  Set<String> names() {
    return entries.keySet();
  }

  boolean has(String name) {
    return entries.containsKey(name);
  }

  /** The bytes of an entry, which must be there and not compressed. */
  Stretch find(String name) throws IOException {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw MalformedException.damaged("its archive has no entry %s", name);
    }
    if (entry.method != 0 || (entry.flags & 1) != 0) {
      throw MalformedException.foreign(
          "entry %s of its archive is compressed or encrypted, which torch.save never does", name);
    }
    ByteBuffer header = file.read(entry.header, LOCAL_HEADER_BYTES);
    long names = (header.getShort(26) & 0xffffL) + (header.getShort(28) & 0xffffL);
    long position = entry.header + LOCAL_HEADER_BYTES + names;
    if (header.getInt(0) != LOCAL_HEADER
        || entry.length != entry.compressed
        || !file.has(position, entry.length)) {
      throw MalformedException.damaged("entry %s of its archive is not where it should be", name);
    }
    return new Stretch(position, entry.length);
  }

  private Stretch directory() throws IOException {
    long tail = Math.min(file.size(), END_BYTES + MAX_COMMENT);
    ByteBuffer bytes = file.read(file.size() - tail, tail);
    for (int at = bytes.limit() - END_BYTES; at >= 0; at--) {
      if (bytes.getInt(at) == END
          && (bytes.getShort(at + 20) & 0xffff) == bytes.limit() - at - END_BYTES) {
        long length = bytes.getInt(at + 12) & SEE_64;
        long position = bytes.getInt(at + 16) & SEE_64;
        boolean large = length == SEE_64 || position == SEE_64;
        return large ? directory64(file.size() - tail + at) : new Stretch(position, length);
      }
    }
    throw MalformedException.damaged("its archive has no directory at its end");
  }

  private Stretch directory64(long end) throws IOException {
    ByteBuffer locator = file.read(end - LOCATOR_64_BYTES, LOCATOR_64_BYTES);
    ByteBuffer record = file.read(locator.getLong(8), END_64_BYTES);
    if (locator.getInt(0) != LOCATOR_64 || record.getInt(0) != END_64) {
      throw MalformedException.damaged("its archive has no directory at its end");
    }
    return new Stretch(record.getLong(48), record.getLong(40));
  }

  private void readEntry(ByteBuffer bytes) throws MalformedException {
    int at = bytes.position();
    if (bytes.remaining() < CENTRAL_HEADER_BYTES || bytes.getInt(at) != CENTRAL_HEADER) {
      throw MalformedException.damaged("the directory of its archive is wrong");
    }
    int nameBytes = bytes.getShort(at + 28) & 0xffff;
    int extraBytes = bytes.getShort(at + 30) & 0xffff;
    int commentBytes = bytes.getShort(at + 32) & 0xffff;
    if (bytes.remaining() < CENTRAL_HEADER_BYTES + nameBytes + extraBytes + commentBytes) {
      throw MalformedException.damaged("the directory of its archive is wrong");
    }
    int extraAt = at + CENTRAL_HEADER_BYTES + nameBytes;
    ByteBuffer extra = extra64(bytes.slice(extraAt, extraBytes).order(ByteOrder.LITTLE_ENDIAN));
    long length = wide(bytes.getInt(at + 24), extra); // in the order of the extra field
    long compressed = wide(bytes.getInt(at + 20), extra);
    long header = wide(bytes.getInt(at + 42), extra);
    Entry entry =
        new Entry(bytes.getShort(at + 8), bytes.getShort(at + 10), compressed, length, header);
    String name =
        new String(bytes.array(), at + CENTRAL_HEADER_BYTES, nameBytes, StandardCharsets.UTF_8);
    if (entries.put(name, entry) != null) {
      throw MalformedException.damaged("its archive has two entries %s", name);
    }
    bytes.position(extraAt + extraBytes + commentBytes);
  }

  /** The extra field of 64-bit numbers; empty if there is none. */
  private static ByteBuffer extra64(ByteBuffer extra) {
    while (extra.remaining() >= 4) {
      int id = extra.getShort() & 0xffff;
      int length = Math.min(extra.getShort() & 0xffff, extra.remaining());
      if (id == EXTRA_64) {
        return extra.slice(extra.position(), length).order(ByteOrder.LITTLE_ENDIAN);
      }
      extra.position(extra.position() + length);
    }
    return ByteBuffer.allocate(0);
  }

  /** A field of 32 bits, or the next 64-bit number instead. */
  private static long wide(int field, ByteBuffer extra) throws MalformedException {
    long number = field & SEE_64;
    if (number != SEE_64) {
      return number;
    }
    if (extra.remaining() < Long.BYTES) {
      throw MalformedException.damaged("the directory of its archive is wrong");
    }
    return extra.getLong();
  }
}
