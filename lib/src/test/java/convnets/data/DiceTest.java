package convnets.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DiceTest {
  @Test
  void sharesAreThoseOfJava() {
    var dice = new Dice(5);
    var random = new SplittableRandom(5);
    for (int i = 0; i < 1_000; i++) {
      assertThat(dice.share()).isEqualTo(random.nextDouble());
    }
  }

  @Test
  void bellIsTheSumOfEightBytes() {
    var dice = new Dice(6);
    var random = new SplittableRandom(6);
    for (int i = 0; i < 1_000; i++) {
      int sum = 0;
      for (long bits = random.nextLong(), k = 0; k < 8; k++, bits >>>= 8) {
        sum += (int) (bits & 0xff);
      }
      double deviation = Math.sqrt(8 * (256.0 * 256 - 1) / 12);
      assertThat((double) dice.bell()).isCloseTo((sum - 8 * 127.5) / deviation, within(1e-6));
    }
  }

  @Test
  void bellIsAlmostNormal() {
    var dice = new Dice(7);
    double[] sorted = IntStream.range(0, 200_000).mapToDouble(i -> dice.bell()).sorted().toArray();
    // The normal distribution's quantiles.
    assertThat(sorted[4_550]).isCloseTo(-2.0, within(0.03));
    assertThat(sorted[31_731]).isCloseTo(-1.0, within(0.03));
    assertThat(sorted[100_000]).isCloseTo(0.0, within(0.02));
    assertThat(sorted[168_269]).isCloseTo(1.0, within(0.03));
    assertThat(sorted[195_450]).isCloseTo(2.0, within(0.03));
  }

  @Test
  void belowGivesEveryNumberEquallyOften() {
    var dice = new Dice(8);
    int[] counts = new int[7];
    for (int i = 0; i < 70_000; i++) {
      counts[dice.below(7)]++;
    }
    assertThat(Arrays.stream(counts)).allMatch(count -> Math.abs(count - 10_000) < 500);
  }

  @Test
  void permutationHasEveryOrder() {
    var dice = new Dice(9);
    long orders =
        IntStream.range(0, 600)
            .mapToObj(i -> Arrays.toString(dice.permutation(3)))
            .distinct()
            .count();
    assertThat(orders).isEqualTo(6);
    assertThat(dice.permutation(50)).containsExactlyInAnyOrder(IntStream.range(0, 50).toArray());
  }

  @Test
  void splittingCostsOneNumberWhateverTheOtherDraws() {
    var dice = new Dice(10);
    Dice other = dice.split();
    IntStream.range(0, 100).forEach(i -> other.share());
    var same = new Dice(10);
    same.share();
    assertThat(dice.share()).isEqualTo(same.share());
  }

  @Test
  void eachSeedAndIndexHasNumbersOfItsOwn() {
    long first =
        IntStream.range(0, 10_000)
            .mapToObj(i -> Dice.at(i / 100, i % 100).share())
            .distinct()
            .count();
    assertThat(first).isEqualTo(10_000);
  }
}
