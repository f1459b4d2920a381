package convnets;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;

/** Damages files as disks, downloads and enemies do. */
public final class Damage {
  private static final long[] EDGES = {
    0,
    1,
    -1,
    0x7f,
    0x80,
    0xff,
    0xffff,
    1 << 24,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    0xffffffffL,
    1L << 40,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Long.MAX_VALUE / 4 + 1
  };

  private Damage() {}

  /** One to three faults. */
  public static byte[] damaged(byte[] sound, Random random) {
    byte[] damaged = sound;
    for (int n = 1 + random.nextInt(3); n > 0 && damaged.length > 0; n--) {
      damaged = mutate(damaged.clone(), random);
    }
    return damaged;
  }

  private static byte[] mutate(byte[] bytes, Random random) {
    int at = random.nextInt(bytes.length);
    int length = Math.min(1 + random.nextInt(16), bytes.length - at);
    switch (random.nextInt(6)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[at] = (byte) random.nextInt(256);
      case 2 -> {
        return Arrays.copyOf(bytes, at);
      }
      case 3 -> {
        long edge = EDGES[random.nextInt(EDGES.length)];
        byte[] number = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(edge).array();
        int size = Math.min(1 << random.nextInt(4), bytes.length - at);
        System.arraycopy(number, 0, bytes, at, size);
      }
      case 4 -> { // a piece is lost
        byte[] shorter = Arrays.copyOf(bytes, bytes.length - length);
        System.arraycopy(bytes, at + length, shorter, at, bytes.length - at - length);
        return shorter;
      }
      default -> { // a piece is there twice
        byte[] longer = Arrays.copyOf(bytes, bytes.length + length);
        System.arraycopy(bytes, at, longer, at + length, bytes.length - at);
        return longer;
      }
    }
    return bytes;
  }
}
