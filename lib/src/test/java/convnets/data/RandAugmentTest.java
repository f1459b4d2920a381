package convnets.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.Reference;
import convnets.torch.HostCopy;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Operations against what torchvision makes of the same pictures; policies against their draws. */
class RandAugmentTest {
  private static final List<String[]> ROWS = Reference.rows("augmentations.tsv");

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** All magnitudes of torchvision's rows in one batch. */
  @ParameterizedTest
  @EnumSource(Operation.class)
  void operationsAreThoseOfTorchvision(Operation operation) {
    int pictures = 0;
    for (String[] input : rows("input").toList()) {
      List<String[]> expected =
          ROWS.stream().filter(row -> named(row[0], operation) && row[1].equals(input[1])).toList();
      if (!expected.isEmpty()) {
        pictures += expected.size();
        float[] magnitudes = new float[expected.size()];
        NDList copies = new NDList();
        for (int i = 0; i < magnitudes.length; i++) {
          magnitudes[i] = Float.parseFloat(expected.get(i)[2]);
          copies.add(image(input));
        }
        NDArray results = operation.apply(NDArrays.stack(copies), magnitudes);
        for (int i = 0; i < magnitudes.length; i++) {
          assertClose(operation + " " + magnitudes[i], results.get(i), expected.get(i)[3]);
        }
      }
    }
    assertThat(pictures).isPositive();
  }

  private static Stream<String[]> rows(String kind) {
    return ROWS.stream().filter(row -> row[0].equals(kind));
  }

  private static boolean named(String torchvisions, Operation operation) {
    return torchvisions.toUpperCase(Locale.ROOT).equals(operation.name().replace("_", ""));
  }

  private NDArray image(String[] row) {
    byte[] bytes = HexFormat.of().parseHex(row[3]);
    float[] pixels = new float[bytes.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (bytes[i] & 255) / 255f;
    }
    return manager.create(pixels, Reference.shape(row[2]));
  }

  private static void assertClose(String what, NDArray result, String hex) {
    float[] values = result.toFloatArray();
    assertThat(values).hasSize(hex.length() / 4);
    for (int i = 0; i < values.length; i++) {
      double expected = HexFormat.fromHexDigits(hex, 4 * i, 4 * i + 4) / 65535.0;
      assertThat((double) values[i]).as("%s at %d", what, i).isCloseTo(expected, within(2e-5));
    }
  }

  @Test
  void magnitudesAreThoseOfTorchvision() {
    List<String[]> rows = Reference.rows("augmentation_magnitudes.tsv");
    for (String[] row : rows) {
      boolean standard = row[0].equals("RandAugment");
      int bin = Integer.parseInt(row[2]);
      RandAugment policy = RandAugment.standard(1, bin);
      RandAugment.Row entry =
          (standard ? policy : RandAugment.trivialWide())
              .table().stream().filter(r -> named(row[1], r.operation())).findFirst().orElseThrow();
      long height = Long.parseLong(row[3]);
      long width = Long.parseLong(row[4]);
      float positive = new RandAugment.Draw(entry, bin, false).magnitude(height, width, standard);
      float negative = new RandAugment.Draw(entry, bin, true).magnitude(height, width, standard);
      float rounded = entry.operation() == Operation.POSTERIZE ? Math.round(positive) : positive;
      assertThat(rounded)
          .as(String.join(" ", row))
          .isCloseTo(Float.parseFloat(row[5]), within(1e-5f));
      assertThat(negative).isEqualTo(entry.signed() ? -positive : positive);
    }
    assertThat(rows).hasSize(2 * 14 * 3 * 4);
  }

  /** The same draws, image by image. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aBatchIsItsImagesOneByOne(int operations) {
    NDArray images = noise(60, 3, 16, 20);
    RandAugment policy = RandAugment.standard(operations, 12);
    float[] batched = policy.apply(images, new SplittableRandom(4)).toFloatArray();
    SplittableRandom random = new SplittableRandom(4);
    NDList one = new NDList();
    for (int i = 0; i < 60; i++) {
      one.add(images.get(i + ":" + (i + 1)));
    }
    for (int k = 0; k < operations; k++) {
      RandAugment.Draw[] draws = policy.draws(60, random);
      for (int i = 0; i < 60; i++) {
        float[] magnitude = {draws[i].magnitude(16, 20, true)};
        one.set(i, draws[i].row().operation().apply(one.get(i), magnitude));
      }
    }
    float[] expected = NDArrays.concat(one).toFloatArray();
    for (int i = 0; i < batched.length; i++) {
      assertThat(batched[i]).isCloseTo(expected[i], within(1e-6f));
    }
    assertThat(batched).isNotEqualTo(images.toFloatArray());
  }

  @Test
  void drawsAreUniform() {
    RandAugment.Draw[] draws = RandAugment.trivialWide().draws(62_000, new SplittableRandom(5));
    long[] bins = new long[31];
    long[] operations = new long[14];
    long negative = 0;
    for (RandAugment.Draw draw : draws) {
      bins[draw.bin()]++;
      operations[draw.row().operation().ordinal()]++;
      negative += draw.negative() ? 1 : 0;
    }
    // 2,000 expected, deviation 44; 4,429, deviation 64; 31,000, deviation 125.
    assertThat(Arrays.stream(bins)).allMatch(count -> Math.abs(count - 2_000) < 200);
    assertThat(Arrays.stream(operations)).allMatch(count -> Math.abs(count - 4_429) < 300);
    assertThat(negative).isBetween(30_400L, 31_600L);
  }

  @Test
  void pixelsStayFromZeroToOneAndNothingIsLeftBehind() {
    for (int channels : new int[] {1, 3}) {
      NDArray images = noise(200, channels, 12, 12);
      float[] before = HostCopy.floats(images);
      int arrays = manager.getManagedArrays().size();
      for (Transform policy :
          List.of(
              Transforms.randAugment(2, 9),
              Transforms.randAugment(1, 30),
              Transforms.trivialAugment())) {
        try (NDArray result = policy.apply(images, new SplittableRandom(6))) {
          assertThat(result.getShape()).isEqualTo(images.getShape());
          assertThat(manager.getManagedArrays()).hasSize(arrays + 1);
          for (float value : HostCopy.floats(result)) {
            assertThat(value).isBetween(0f, 1f);
          }
        }
      }
      assertThat(HostCopy.floats(images)).isEqualTo(before);
      assertThat(manager.getManagedArrays()).hasSize(arrays);
    }
  }

  private NDArray noise(int n, int c, int h, int w) {
    SplittableRandom random = new SplittableRandom(7);
    float[] pixels = new float[n * c * h * w];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = random.nextInt(256) / 255f;
    }
    return manager.create(pixels, new Shape(n, c, h, w));
  }

  @Test
  void comesBeforeNormalising() {
    Transform normalise = Transforms.normalise(Statistics.of(0.3, 0.2));
    Batches batches = Batches.of(TestData.random(manager, 8, 1, 6, 6, 2, 1), 4);
    Transform two = Transforms.flip().andThen(Transforms.randAugment(2, 9));
    for (Transform augment : List.of(Transforms.randAugment(2, 9), two)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> batches.transform(normalise, Transforms.flip(), augment))
          .withMessage(
              "randAugment takes pixels from 0 to 1, and comes after normalise: put it before");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> batches.transform(normalise).transform(Transforms.trivialAugment()))
        .withMessageStartingWith("trivialAugment takes");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> batches.transform(normalise).transform(normalise))
        .withMessageStartingWith("normalise comes twice");
    batches.transform(two, normalise).batch(0, 0).close();
  }

  /** Whatever made other pixels: only a look at them tells. */
  @Test
  void pixelsAreFromZeroToOne() {
    SplittableRandom random = new SplittableRandom(1);
    Transform augment = Transforms.randAugment(2, 9);
    for (float bad : new float[] {-0.1f, 1.1f, 255, Float.NaN}) {
      NDArray images = manager.full(new Shape(2, 1, 4, 4), bad);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> augment.apply(images, random))
          .withMessageContaining("and was given some from " + bad);
    }
  }

  @Test
  void argumentsAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Transforms.randAugment(0, 9))
        .withMessage("operations (0) must be at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Transforms.randAugment(2, 31))
        .withMessage("magnitude (31) must be from 0 to 30");
  }
}
