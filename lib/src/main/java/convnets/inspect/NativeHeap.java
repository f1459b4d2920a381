package convnets.inspect;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;

/** Who knows how much of the C library's memory is in use. */
final class NativeHeap {

  /** Bytes in mappings of their own: glibc's {@code hblkhd}, by its place in the structs below. */
  private static final int MAPPED = 4;

  /** Bytes in use on the heaps: glibc's {@code uordblks}. */
  private static final int ON_HEAPS = 7;

  private NativeHeap() {}

  /** The best that this system has. */
  static LongSupplier counter() {
    try {
      if (Platform.isLinux()) {
        return glibc();
      }
      if (Platform.isMac()) {
        return macOs();
      }
    } catch (LinkageError e) {
      return NativeHeap::committed; // a C library without it, or none that JNA can be loaded for
    }
    return NativeHeap::committed;
  }

  /** What glibc has handed out, of its heaps and in mappings of their own. */
  private static LongSupplier glibc() {
    NativeLibrary process = NativeLibrary.getProcess();
    try {
      Function mallinfo2 = process.getFunction("mallinfo2"); // from glibc 2.33 on
      return () -> {
        Mallinfo2 found = (Mallinfo2) mallinfo2.invoke(Mallinfo2.class, new Object[0]);
        return found.numbers[ON_HEAPS] + found.numbers[MAPPED];
      };
    } catch (UnsatisfiedLinkError e) {
      Function mallinfo = process.getFunction("mallinfo"); // counts modulo 4 GiB
      return () -> {
        Mallinfo found = (Mallinfo) mallinfo.invoke(Mallinfo.class, new Object[0]);
        return Integer.toUnsignedLong(found.numbers[ON_HEAPS])
            + Integer.toUnsignedLong(found.numbers[MAPPED]);
      };
    }
  }

  /** The size in use of all zones: the second field, behind an int and four bytes of nothing. */
  private static LongSupplier macOs() {
    Function statistics = NativeLibrary.getProcess().getFunction("malloc_zone_statistics");
    return () -> {
      try (Memory found = new Memory(4 * Long.BYTES)) {
        statistics.invokeVoid(new Object[] {Pointer.NULL, found});
        return found.getLong(Long.BYTES);
      }
    };
  }

  /** What the system has promised to the process: memory that is given back is taken off. */
  private static long committed() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getCommittedVirtualMemorySize();
  }

  /**
   * glibc's struct of this name, ten numbers of one type: as an array, since only two are read. The
   * systems of the course have 64 bits, so its {@code size_t} is a long.
   */
  @Structure.FieldOrder("numbers")
  public static final class Mallinfo2 extends Structure implements Structure.ByValue {
    public long[] numbers = new long[10];
  }

  /** Its older brother. */
  @Structure.FieldOrder("numbers")
  public static final class Mallinfo extends Structure implements Structure.ByValue {
    public int[] numbers = new int[10];
  }
}
