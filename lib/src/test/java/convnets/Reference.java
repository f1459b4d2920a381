package convnets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.zip.CRC32;

/** Tables of the reference implementations, from the test resources. */
public final class Reference {

  private static final long MASK = 0xFFFFFFFFL;

  private Reference() {}

  /** The lines of a table, cells apart; the first is the head where the table has one. */
  public static List<String[]> rows(String file) {
    try (InputStream in = Reference.class.getResourceAsStream("/reference/" + file)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().map(line -> line.split("\t", -1)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Number i of a name, from 0 to below 1, drawn by a hash from the name and the place, as {@code
   * ci/parity/fixtures.py} draws it as well: what goes into a reference need not be stored.
   */
  public static IntToDoubleFunction uniform(String name) {
    CRC32 crc = new CRC32();
    crc.update(name.getBytes(StandardCharsets.UTF_8));
    long seed = crc.getValue();
    return i -> {
      long k = ((i + 1) * 2654435761L + seed) & MASK;
      k = ((k ^ (k >> 16)) * 2246822519L) & MASK;
      k = ((k ^ (k >> 13)) * 3266489917L) & MASK;
      return (k ^ (k >> 16)) / 4294967296.0;
    };
  }

  /** An array in one number that every element moves. */
  public static double projection(String name, double[] array) {
    IntToDoubleFunction u = uniform("projection " + name);
    double sum = 0;
    for (int i = 0; i < array.length; i++) {
      sum += array[i] * (u.applyAsDouble(i) - 0.5);
    }
    return sum;
  }

  /** A shape as the tables write it: 1x3x224x224. */
  public static Shape shape(String text) {
    return new Shape(Arrays.stream(text.split("x")).mapToLong(Long::parseLong).toArray());
  }

  /**
   * Compares an array with the norm and the projection that another program wrote of its own.
   *
   * @param expected both, with a space between
   * @param share of the norm, by which they may differ
   */
  public static void assertAgrees(String name, NDArray actual, String expected, double share) {
    double[] numbers = actual.toType(DataType.FLOAT64, false).toDoubleArray();
    double norm = Math.sqrt(Arrays.stream(numbers).map(v -> v * v).sum());
    String[] words = expected.split(" ");
    double wanted = Double.parseDouble(words[0]);
    assertThat(norm).as(name).isCloseTo(wanted, within(share * wanted));
    assertThat(projection(name, numbers))
        .as(name)
        .isCloseTo(Double.parseDouble(words[1]), within(share * wanted));
  }
}
