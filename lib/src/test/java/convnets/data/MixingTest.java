package convnets.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MixingTest {
  private static final int N = 24;
  private static final int CLASSES = 5;
  private static final int H = 7;
  private static final int W = 10;
  private static final int PIXELS = 3 * H * W;

  private final NDManager manager = NDManager.newBaseManager();
  private final ImageDataset data = TestData.random(manager, N, 3, H, W, CLASSES, 1);
  private final Batches plain = Batches.of(data, N).shuffle(2);

  @AfterEach
  void close() {
    manager.close();
  }

  /** A plain batch and the same one mixed, as loops over them need it. */
  private record Pair(
      float[] plain, long[] own, float[] mixed, float[] targets, long[] labels, Batch batch) {

    /** Which images of the plain batch could be the partner of one, by what else is in it. */
    private int[] candidates(int i, double share) {
      return IntStream.range(0, N)
          .filter(
              j ->
                  IntStream.range(0, PIXELS)
                      .allMatch(
                          k -> {
                            double expected =
                                share * plain[i * PIXELS + k] + (1 - share) * plain[j * PIXELS + k];
                            return Math.abs(expected - mixed[i * PIXELS + k]) < 1e-5;
                          }))
          .toArray();
    }
  }

  private Pair pair(Mixing mixing, int epoch) {
    try (Batch before = plain.batch(epoch, 0)) {
      Batch after = plain.mix(mixing).batch(epoch, 0);
      assertThat(after.images().getShape()).isEqualTo(before.images().getShape());
      assertThat(after.targets().get(1).getShape()).isEqualTo(new Shape(N, CLASSES));
      assertThat(after.targets().get(1).getDataType()).isEqualTo(DataType.FLOAT32);
      return new Pair(
          before.images().toFloatArray(),
          before.labels().toLongArray(),
          after.images().toFloatArray(),
          after.targets().get(1).toFloatArray(),
          after.labels().toLongArray(),
          after);
    }
  }

  /** Each row must be of the form share · own + (1 - share) · partner's. */
  private static void assertTargets(Pair pair, int[] partners, double share) {
    for (int i = 0; i < N; i++) {
      long other = pair.own[partners[i]];
      for (int c = 0; c < CLASSES; c++) {
        double expected = (c == pair.own[i] ? share : 0) + (c == other ? 1 - share : 0);
        assertThat((double) pair.targets[i * CLASSES + c]).isCloseTo(expected, within(1e-6));
      }
      assertThat(pair.labels[i]).isEqualTo(share < 0.5 ? other : pair.own[i]);
    }
  }

  @Test
  void mixupBlendsEachImageWithItsPartner() {
    boolean mostlyOther = false;
    for (int epoch = 0; epoch < 8; epoch++) {
      Pair pair = pair(Mixing.mixup(1), epoch);
      double share = new Draws(plain, epoch).beta(1);
      mostlyOther |= share < 0.5;
      int[] partners = new int[N];
      for (int i = 0; i < N; i++) {
        assertThat(pair.candidates(i, share)).hasSize(1);
        partners[i] = pair.candidates(i, share)[0];
      }
      assertThat(partners).doesNotHaveDuplicates();
      assertTargets(pair, partners, share);
    }
    assertThat(mostlyOther).isTrue();
  }

  @Test
  void cutMixPastesARectangleAndCountsItsPixels() {
    double clipped = 0;
    for (int epoch = 0; epoch < 40; epoch++) {
      Pair pair = pair(Mixing.cutMix(1), epoch);
      // The union of what has changed anywhere is the rectangle: pixels are random bytes.
      boolean[] changed = new boolean[H * W];
      for (int k = 0; k < pair.mixed.length; k++) {
        changed[k % (H * W)] |= pair.mixed[k] != pair.plain[k];
      }
      int[] ys = IntStream.range(0, H * W).filter(k -> changed[k]).map(k -> k / W).toArray();
      int[] xs = IntStream.range(0, H * W).filter(k -> changed[k]).map(k -> k % W).toArray();
      int area = ys.length == 0 ? 0 : (max(ys) - min(ys) + 1) * (max(xs) - min(xs) + 1);
      assertThat(ys).as("a full rectangle").hasSize(area);
      double share = 1 - (double) area / (H * W);
      int[] partners = new int[N];
      for (int i = 0; i < N; i++) {
        partners[i] = area == 0 ? i : partner(pair, i, changed);
      }
      assertThat(partners).doesNotHaveDuplicates();
      if (area > 0) {
        assertTargets(pair, partners, share);
      }
      double drawn = new Draws(plain, epoch).beta(1);
      assertThat(share).isGreaterThanOrEqualTo(drawn - 1e-9);
      clipped += share - drawn > 0.2 ? 1 : 0;
    }
    assertThat(clipped).as("rectangles that hang over the border").isPositive();
  }

  private static int partner(Pair pair, int i, boolean[] changed) {
    return IntStream.range(0, N)
        .filter(
            j ->
                IntStream.range(0, PIXELS)
                    .allMatch(
                        k ->
                            pair.mixed[i * PIXELS + k]
                                == pair.plain[(changed[k % (H * W)] ? j : i) * PIXELS + k]))
        .findFirst()
        .orElseThrow();
  }

  /** The draws of a batch, made again from the generator that Batches gives to the mixing. */
  private record Draws(Batches batches, int epoch) {
    double beta(double alpha) {
      return Pairing.beta(alpha, batches.mixingRandom(epoch, 0));
    }
  }

  private static int min(int[] values) {
    return Arrays.stream(values).min().getAsInt();
  }

  private static int max(int[] values) {
    return Arrays.stream(values).max().getAsInt();
  }

  @Test
  void eitherIsOneOrTheOtherAboutEquallyOften() {
    Mixing either = Mixing.either(Mixing.mixup(1), Mixing.cutMix(1));
    int blended = 0;
    for (int epoch = 0; epoch < 200; epoch++) {
      try (Batch batch = plain.mix(either).batch(epoch, 0)) {
        // Only blends hold numbers that are no byte divided by 255.
        float[] values = batch.images().mul(255).toFloatArray();
        blended +=
            IntStream.range(0, values.length)
                    .anyMatch(k -> Math.abs(values[k] - Math.round(values[k])) > 0.01)
                ? 1
                : 0;
      }
    }
    assertThat(blended).isBetween(70, 130); // 100 expected, deviation 7
  }

  @Test
  void mixingChangesNothingThatIsDrawnElsewhereAndComesAgain() {
    Transform cut = Transforms.cutout(3);
    Batches batches = plain.transform(cut, Transforms.flip()).mix(Mixing.mixup(0.4));
    try (Batch one = batches.batch(3, 0);
        Batch again = batches.epoch(3).iterator().next();
        Batch unmixed = plain.transform(cut, Transforms.flip()).batch(3, 0)) {
      assertThat(one.images()).isEqualTo(again.images());
      assertThat(one.targets().get(1)).isEqualTo(again.targets().get(1));
      // Blends with a permutation keep the sum of the batch.
      assertThat(one.images().sum().getFloat() / unmixed.images().sum().getFloat())
          .isCloseTo(1, within(1e-5f));
      assertThat(one.images()).isNotEqualTo(unmixed.images());
      assertThat(unmixed.targets()).hasSize(1);
    }
  }

  @Test
  void aBatchOfOneIsItsOwnPartner() {
    try (Batch batch = Batches.of(data.take(1), 4).mix(Mixing.mixup(1)).batch(0, 0);
        Batch before = Batches.of(data.take(1), 4).batch(0, 0)) {
      assertThat(batch.images()).isEqualTo(before.images());
      assertThat(batch.targets().get(1).toFloatArray()).containsExactly(1, 0, 0, 0, 0);
    }
  }

  @Test
  void nothingIsLeftBehind() {
    int before = manager.getManagedArrays().size();
    Mixing either = Mixing.either(Mixing.mixup(1), Mixing.cutMix(1));
    for (int epoch = 0; epoch < 10; epoch++) {
      for (Batch batch : Batches.of(data, 5).shuffle(1).mix(either).epoch(epoch)) {
        assertThat(batch.manager().getManagedArrays()).hasSizeBetween(3, 4);
      }
    }
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  /** Mean 1/2, variance 1/(8α + 4), symmetric; at α = 1 all numbers are equally likely. */
  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.2, 0.5, 1, 2, 30})
  void betaHasTheMomentsOfItsDistribution(double alpha) {
    SplittableRandom random = new SplittableRandom(9);
    int n = 100_000;
    double[] draws = DoubleStream.generate(() -> Pairing.beta(alpha, random)).limit(n).toArray();
    double mean = Arrays.stream(draws).average().getAsDouble();
    double variance = Arrays.stream(draws).map(x -> (x - 0.5) * (x - 0.5)).average().getAsDouble();
    double fourth = Arrays.stream(draws).map(x -> Math.pow(x - 0.5, 4)).average().getAsDouble();
    double expected = 1 / (8 * alpha + 4);
    assertThat(Arrays.stream(draws)).allMatch(x -> x >= 0 && x <= 1);
    assertThat(mean).isCloseTo(0.5, within(5 * Math.sqrt(expected / n)));
    assertThat(variance / expected).isCloseTo(1, within(0.02));
    // The kurtosis is 3 - 6 / (2α + 3).
    assertThat(fourth / (expected * expected)).isCloseTo(3 - 6 / (2 * alpha + 3), within(0.1));
  }

  @Test
  void argumentsAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Mixing.mixup(0))
        .withMessage("alpha (0.0) must be above 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Mixing.cutMix(Double.NaN))
        .withMessage("alpha (NaN) must be above 0");
    assertThat(List.of(Mixing.mixup(0.2), Mixing.cutMix(1)))
        .hasToString("[Mixup[alpha=0.2], CutMix[alpha=1.0]]");
  }
}
