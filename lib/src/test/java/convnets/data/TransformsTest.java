package convnets.data;

import static convnets.data.Transforms.cutout;
import static convnets.data.Transforms.flip;
import static convnets.data.Transforms.normalise;
import static convnets.data.Transforms.padAndCrop;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every transform against a loop over pixels that makes the same draws. */
class TransformsTest {
  private static final int N = 50;
  private static final int C = 3;
  private static final int H = 6;
  private static final int W = 9;

  private final NDManager manager = NDManager.newBaseManager();
  private final float[] pixels = new float[N * C * H * W];
  private final NDArray images;

  TransformsTest() {
    var random = new Random(1);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    images = manager.create(pixels, new Shape(N, C, H, W));
  }

  @AfterEach
  void close() {
    manager.close();
  }

  /** Where a pixel comes from; null if it becomes zero. */
  private interface Origin {
    int[] of(int n, int y, int x);
  }

  private float[] naive(Origin origin) {
    float[] result = new float[pixels.length];
    for (int n = 0; n < N; n++) {
      for (int c = 0; c < C; c++) {
        for (int y = 0; y < H; y++) {
          for (int x = 0; x < W; x++) {
            int[] from = origin.of(n, y, x);
            boolean inside =
                from != null && from[0] >= 0 && from[0] < H && from[1] >= 0 && from[1] < W;
            result[at(n, c, y, x)] = inside ? pixels[at(n, c, from[0], from[1])] : 0;
          }
        }
      }
    }
    return result;
  }

  private static int at(int n, int c, int y, int x) {
    return ((n * C + c) * H + y) * W + x;
  }

  private float[] apply(Transform transform, long seed) {
    int before = manager.getManagedArrays().size();
    try (NDArray result = transform.apply(images, new SplittableRandom(seed))) {
      assertThat(result.getShape()).isEqualTo(images.getShape());
      assertThat(manager.getManagedArrays()).as("arrays left behind").hasSize(before + 1);
      assertThat(images.toFloatArray()).as("input").isEqualTo(pixels);
      // Adding zero makes -0 equal to 0.
      return result.add(0).toFloatArray();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, 11})
  void padAndCropIsAWindowOfThePaddedImage(int pad) {
    var random = new SplittableRandom(2);
    int[] top = new int[N];
    int[] left = new int[N];
    for (int n = 0; n < N; n++) {
      top[n] = random.nextInt(2 * pad + 1);
      left[n] = random.nextInt(2 * pad + 1);
    }
    assertThat(apply(padAndCrop(pad), 2))
        .isEqualTo(naive((n, y, x) -> new int[] {y + top[n] - pad, x + left[n] - pad}));
  }

  @Test
  void padAndCropReachesEveryOffsetAboutEquallyOften() {
    int[] seen = new int[25];
    NDArray marked = manager.zeros(new Shape(10_000, 1, 5, 5));
    marked.set(new NDIndex(":, 0, 2, 2"), 1);
    float[] moved = padAndCrop(2).apply(marked, new SplittableRandom(3)).toFloatArray();
    for (int i = 0; i < moved.length; i++) {
      seen[i % 25] += moved[i] == 1 ? 1 : 0;
    }
    // 400 expected, deviation 20.
    assertThat(Arrays.stream(seen)).allSatisfy(count -> assertThat(count).isBetween(300, 500));
  }

  @Test
  void flipMirrorsExactlyTheDrawnImages() {
    var random = new SplittableRandom(4);
    boolean[] mirrored = new boolean[N];
    int count = 0;
    for (int n = 0; n < N; n++) {
      mirrored[n] = random.nextBoolean();
      count += mirrored[n] ? 1 : 0;
    }
    assertThat(count).isBetween(1, N - 1);
    assertThat(apply(flip(), 4))
        .isEqualTo(naive((n, y, x) -> new int[] {y, mirrored[n] ? W - 1 - x : x}));
  }

  @Test
  void flipMirrorsAboutHalf() {
    NDArray pairs = manager.create(new float[20_000], new Shape(10_000, 1, 1, 2));
    pairs.set(new NDIndex(":, :, :, 1"), 1);
    NDArray flipped = flip().apply(pairs, new SplittableRandom(5));
    // 5,000 expected, deviation 50.
    assertThat(flipped.get(":, 0, 0, 0").sum().getFloat()).isBetween(4_750f, 5_250f);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 8, 40})
  void cutoutClearsASquareAsFarAsItIsInside(int size) {
    var random = new SplittableRandom(6);
    int[] top = new int[N];
    int[] left = new int[N];
    for (int n = 0; n < N; n++) {
      top[n] = random.nextInt(H) - size / 2;
      left[n] = random.nextInt(W) - size / 2;
    }
    assertThat(apply(cutout(size), 6))
        .isEqualTo(
            naive(
                (n, y, x) -> {
                  boolean inside =
                      y >= top[n] && y < top[n] + size && x >= left[n] && x < left[n] + size;
                  return inside ? null : new int[] {y, x};
                }));
  }

  @Test
  void normaliseSubtractsTheMeanAndDividesByTheDeviation() {
    var statistics = new Statistics(List.of(0.5, 0.25, -1.0), List.of(0.5, 2.0, 0.125));
    float[] expected = new float[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      int c = i / (H * W) % C;
      expected[i] =
          (pixels[i] - statistics.mean().get(c).floatValue())
              / statistics.deviation().get(c).floatValue();
    }
    assertThat(apply(normalise(statistics), 0)).isEqualTo(expected);
  }

  @Test
  void andThenGivesEachStepItsOwnGenerator() {
    Transform both = padAndCrop(2).andThen(flip());
    var random = new SplittableRandom(7);
    NDArray cropped = padAndCrop(2).apply(images, random.split());
    float[] expected = flip().apply(cropped, random.split()).toFloatArray();
    assertThat(both.apply(images, new SplittableRandom(7)).toFloatArray()).isEqualTo(expected);

    // Drawing more or less in the first step changes nothing in the second.
    Transform drawsALot = (x, r) -> cropped.mul(r.longs(100).count() / 100);
    assertThat(drawsALot.andThen(flip()).apply(images, new SplittableRandom(7)).toFloatArray())
        .isEqualTo(expected);
  }

  @Test
  void refusesWhatMakesNoSense() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> padAndCrop(-1))
        .withMessage("pad (-1) must not be negative");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cutout(0))
        .withMessage("size (0) must be at least 1");
    Transform grey = normalise(Statistics.of(0.5, 0.5));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> grey.apply(images, new SplittableRandom(0)))
        .withMessageContaining("3 channels, but there are statistics of 1");
  }
}
