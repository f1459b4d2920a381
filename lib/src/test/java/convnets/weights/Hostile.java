package convnets.weights;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.nn.Block;
import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Files that mean harm, and what must become of them. */
final class Hostile {

  /** More than any of the small files of these tests needs, less than what they ask for. */
  private static final long MEMORY = 32 << 20;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Hostile() {}

  /** Bytes written as letters of Latin-1. */
  static byte[] bytes(String letters) {
    return letters.getBytes(StandardCharsets.ISO_8859_1);
  }

  static String letters(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  static String uint32(long number) {
    return letters(
        ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt((int) number).array());
  }

  static String int64(long number) {
    return letters(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(number).array());
  }

  /** A text in a pickle. */
  static String text(String text) {
    return "X" + uint32(text.length()) + text;
  }

  /** An int in a pickle. */
  static String number(int number) {
    return "J" + uint32(number);
  }

  /** A file of the legacy layout. */
  static byte[] legacy(String pickle, String afterIt) {
    return bytes(
        "\u0080\u0002\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019."
            + "\u0080\u0002M\u00e9\u0003."
            + "\u0080\u0002}("
            + text("little_endian")
            + "\u0088u."
            + "\u0080\u0002"
            + pickle
            + afterIt);
  }

  /** The same pickle in a ZIP archive, beside one storage. */
  static byte[] zip(String pickle, byte[] storage) {
    return zip(pickle, List.of(storage));
  }

  /** The same beside several storages, called 0, 1, 2 … */
  static byte[] zip(String pickle, List<byte[]> storages) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      add(zip, "net/data.pkl", bytes("\u0080\u0002" + pickle));
      for (int i = 0; i < storages.size(); i++) {
        add(zip, "net/data/" + i, storages.get(i));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static void add(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(bytes);
  }

  /**
   * Loads a file, which either works or fails in the one way it may, taking little memory.
   *
   * @param before the numbers of the block
   * @return the failure's message, or null
   */
  static String load(Block block, Map<String, float[]> before, Path file) {
    long allocated = THREADS.getCurrentThreadAllocatedBytes();
    String failure = null;
    try {
      Weights.load(block, file);
    } catch (WeightsException e) {
      failure = e.getMessage();
    }
    allocated = THREADS.getCurrentThreadAllocatedBytes() - allocated;
    assertThat(allocated).isLessThan(MEMORY);
    if (failure != null) {
      for (Map.Entry<String, float[]> entry : TinyNet.numbers(block).entrySet()) {
        assertThat(Arrays.equals(entry.getValue(), before.get(entry.getKey()))).isTrue();
      }
      assertThat(failure.contains(file.toString())).isTrue();
    }
    return failure;
  }

  static Path write(Path folder, byte[] bytes) {
    try {
      return Files.write(folder.resolve("hostile.pth"), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
