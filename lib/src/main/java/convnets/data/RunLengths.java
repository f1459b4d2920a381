package convnets.data;

import java.util.Arrays;

/**
 * The pixels of a thing as COCO writes them: columns from left to right, each from top to bottom,
 * as lengths of runs outside and inside, in turn, the first one outside and perhaps 0.
 *
 * @param height of the picture
 * @param width of the picture
 * @param counts the lengths; their sum is the number of pixels
 */
record RunLengths(int height, int width, int[] counts) {
  /** COCO's text has 5 bits of a number in a character, the lowest first. */
  private static final int BITS = 5;

  private static final int LOWEST = (1 << BITS) - 1;

  /** This bit of a character says that more follow. */
  private static final int MORE = 1 << BITS;

  /** The sign of a number is this bit of its last character. */
  private static final int SIGN = 1 << BITS - 1;

  private static final int FIRST_CHARACTER = 48;

  /** Runs from this one on are written as differences from the one before the last. */
  private static final int DIFFERENCES = 3;

  /** Checks that the runs fill the picture. */
  RunLengths {
    long sum = 0;
    for (int count : counts) {
      if (count < 0) {
        throw new IllegalArgumentException("a run has the length " + count);
      }
      sum += count;
    }
    if (sum != (long) height * width) {
      throw new IllegalArgumentException(
          "its runs make %d pixels, and %d × %d (height × width) are %d"
              .formatted(sum, height, width, (long) height * width));
    }
  }

  /**
   * Encodes a mask.
   *
   * @param mask row by row; what is not 0 is inside
   */
  static RunLengths of(boolean[] mask, int height, int width) {
    int[] counts = new int[mask.length + 1];
    int runs = 0;
    int length = 0;
    boolean inside = false;
    for (int x = 0; x < width; x++) {
      for (int y = 0; y < height; y++) {
        if (mask[y * width + x] != inside) {
          counts[runs++] = length;
          length = 0;
          inside = !inside;
        }
        length++;
      }
    }
    counts[runs++] = length;
    return new RunLengths(height, width, Arrays.copyOf(counts, runs));
  }

  /**
   * Reads COCO's text.
   *
   * @throws IllegalArgumentException if it is none, or its runs do not fill the picture
   */
  static RunLengths parse(String text, int height, int width) {
    int[] counts = new int[text.length()];
    int runs = 0;
    int next = 0;
    while (next < text.length()) {
      long number = 0;
      int shift = 0;
      int bits;
      do {
        if (next == text.length() || shift > Integer.SIZE) {
          throw new IllegalArgumentException("its runs end within a number");
        }
        bits = text.charAt(next++) - FIRST_CHARACTER;
        if (bits < 0 || bits >= 2 * MORE) {
          throw new IllegalArgumentException(
              "its runs hold the character " + text.charAt(next - 1));
        }
        number |= (long) (bits & LOWEST) << shift;
        shift += BITS;
      } while ((bits & MORE) != 0);
      if ((bits & SIGN) != 0) {
        number |= -1L << shift;
      }
      long count = runs >= DIFFERENCES ? number + counts[runs - 2] : number;
      counts[runs++] = (int) Math.max(-1, Math.min(count, Integer.MAX_VALUE));
    }
    return new RunLengths(height, width, Arrays.copyOf(counts, runs));
  }

  /** COCO's text. */
  String text() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < counts.length; i++) {
      long number = i >= DIFFERENCES ? (long) counts[i] - counts[i - 2] : counts[i];
      boolean more;
      do {
        int bits = (int) (number & LOWEST);
        number >>= BITS;
        more = (bits & SIGN) != 0 ? number != -1 : number != 0;
        text.append((char) (FIRST_CHARACTER + (more ? bits | MORE : bits)));
      } while (more);
    }
    return text.toString();
  }

  /** How many pixels are inside. */
  int area() {
    int area = 0;
    for (int i = 1; i < counts.length; i += 2) {
      area += counts[i];
    }
    return area;
  }

  /** The mask, row by row. */
  boolean[] mask() {
    boolean[] mask = new boolean[height * width];
    int pixel = 0;
    for (int i = 0; i < counts.length; i++) {
      for (int end = pixel + counts[i]; pixel < end; pixel++) {
        mask[pixel % height * width + pixel / height] = i % 2 == 1;
      }
    }
    return mask;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RunLengths o
        && height == o.height
        && width == o.width
        && Arrays.equals(counts, o.counts);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * height + width) + Arrays.hashCode(counts);
  }
}
