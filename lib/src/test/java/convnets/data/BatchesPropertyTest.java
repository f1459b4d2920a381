package convnets.data;

import static convnets.Refusals.orRefused;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.statistics.Statistics;

/**
 * Batches of any size of any number of examples: each example exactly once in an epoch, in as many
 * batches as counted by hand. {@code -Djqwik.tries.default} makes it longer.
 */
class BatchesPropertyTest {

  private enum Rest {
    KEPT,
    DROPPED,
    SINGLE_JOINED
  }

  private static NDManager manager;

  @BeforeContainer
  static void start() {
    manager = NDManager.newBaseManager();
  }

  @AfterContainer
  static void stop() {
    manager.close();
  }

  @Provide
  Arbitrary<Integer> sizes() {
    return Arbitraries.frequencyOf(
        Tuple.of(10, Arbitraries.integers().between(1, 12)),
        Tuple.of(2, Arbitraries.integers().between(13, 60)),
        Tuple.of(1, Arbitraries.of(0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 1 << 30)));
  }

  /** The sizes of the batches of an epoch. */
  private static List<Integer> byHand(int n, int size, Rest rest) {
    List<Integer> sizes = new ArrayList<>();
    int left = n;
    while (left > 0) {
      int taken = Math.min(size, left);
      sizes.add(taken);
      left -= taken;
    }
    int last = sizes.size() - 1;
    if (last >= 0 && rest == Rest.DROPPED && sizes.get(last) < size) {
      sizes.remove(last);
    } else if (last > 0 && rest == Rest.SINGLE_JOINED && sizes.get(last) == 1 && size > 1) {
      sizes.remove(last);
      sizes.set(last - 1, size + 1);
    }
    return sizes;
  }

  @Property(seed = "18", shrinking = ShrinkingMode.BOUNDED)
  void eachExampleComesOnceAnEpoch(
      @ForAll @IntRange(max = 40) int n,
      @ForAll("sizes") int size,
      @ForAll Rest rest,
      @ForAll boolean shuffled,
      @ForAll long seed,
      @ForAll @IntRange(min = -1, max = 1000) int epoch,
      @ForAll @IntRange(min = -1, max = 41) int from) {
    try (ImageDataset data = TestData.numbered(manager, n)) {
      Batches any = orRefused(() -> Batches.of(data, size));
      Statistics.label("outcome")
          .collect(any == null ? "no such size" : "batches")
          .coverage(c -> c.check("batches").percentage(share -> share > 50));
      assertThat(any == null).as("refused").isEqualTo(size < 1);
      if (any == null) {
        return;
      }
      Batches shaped =
          switch (rest) {
            case KEPT -> any;
            case DROPPED -> any.dropLast();
            case SINGLE_JOINED -> any.joinSingle();
          };
      Batches batches = shuffled ? shaped.shuffle(seed) : shaped;
      List<Integer> expected = byHand(n, size, rest);
      assertThat(batches.count()).isEqualTo(expected.size());
      Iterable<Batch> part = orRefused(() -> batches.epoch(epoch, from));
      assertThat(part == null).isEqualTo(epoch < 0 || from < 0 || from > expected.size());
      if (part == null) {
        return;
      }
      List<List<Integer>> all = numbers(batches.epoch(epoch));
      assertThat(all.stream().map(List::size).toList()).isEqualTo(expected);
      List<Integer> seen = all.stream().flatMap(List::stream).toList();
      Set<Integer> once = new HashSet<>(seen);
      assertThat(once).hasSameSizeAs(seen);
      if (rest != Rest.DROPPED) {
        assertThat(seen).hasSize(n);
      }
      if (!shuffled) {
        assertThat(seen).isEqualTo(IntStream.range(0, seen.size()).boxed().toList());
      }
      // Whoever resumes sees what is left.
      assertThat(numbers(part)).isEqualTo(all.subList(from, all.size()));
      if (from < all.size()) {
        try (Batch batch = batches.batch(epoch, from)) {
          assertThat(numbers(batch)).isEqualTo(all.get(from));
        }
      }
    }
    assertThat(manager.getManagedArrays()).isEmpty();
  }

  private static List<List<Integer>> numbers(Iterable<Batch> batches) {
    List<List<Integer>> numbers = new ArrayList<>();
    for (Batch batch : batches) {
      numbers.add(numbers(batch));
    }
    return numbers;
  }

  private static List<Integer> numbers(Batch batch) {
    float[] pixels = batch.images().toFloatArray();
    assertThat(batch.images().getShape()).isEqualTo(new Shape(pixels.length, 1, 1, 1));
    assertThat(batch.labels().getShape()).isEqualTo(new Shape(pixels.length));
    return IntStream.range(0, pixels.length).mapToObj(i -> Math.round(255 * pixels[i])).toList();
  }
}
