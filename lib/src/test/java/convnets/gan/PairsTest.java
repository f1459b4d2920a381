package convnets.gan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.data.Batch;
import convnets.data.Batches;
import convnets.data.Examples;
import convnets.data.Menagerie;
import convnets.data.MenageriePortraits;
import convnets.data.Source;
import convnets.data.Target;
import convnets.data.Transforms;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PairsTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** Pictures of 3 × 2 pixels, all of them the picture's number. */
  private Examples numbered(int count, int channels, int first) {
    float[] pixels = new float[count * channels * 6];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = first + i / (channels * 6);
    }
    NDArray images = manager.create(pixels, new Shape(count, channels, 3, 2));
    long[] labels = IntStream.range(0, count).mapToLong(i -> i % 2).toArray();
    return Examples.of(images, manager.create(labels))
        .kinds(Target.CLASS)
        .classes(List.of("even", "odd"));
  }

  private static float[] numbers(NDArray pictures) {
    return pictures.reshape(pictures.getShape().get(0), -1).max(new int[] {1}).toFloatArray();
  }

  @Test
  void aPairIsOnePictureWithTheChannelsOfBoth() {
    Pairs pairs = Pairs.of(numbered(5, 1, 0), numbered(5, 2, 10));
    assertThat(pairs.size()).isEqualTo(5);
    assertThat(pairs.inputShape()).isEqualTo(new Shape(3, 3, 2));
    assertThat(pairs.classes()).containsExactly("even", "odd");
    try (Batch batch = Batches.of(pairs, 3).batch(0, 1)) { // pictures 3 and 4
      assertThat(batch.images().getShape()).isEqualTo(new Shape(2, 3, 3, 2));
      assertThat(numbers(Pairs.first(batch.images(), 1))).containsExactly(3, 4);
      assertThat(numbers(Pairs.second(batch.images(), 1))).containsExactly(13, 14);
      assertThat(batch.labels().toLongArray()).containsExactly(1, 0);
    }
  }

  @Test
  void whatMovesTheOneMovesTheOther() {
    MenageriePortraits day = Menagerie.portraits(3).size(16);
    Source pairs = Pairs.of(day.source(manager, 40), day.ground(0, 0, 0).source(manager, 40));
    Batches moved =
        Batches.of(pairs, 40).transform(Transforms.flip(), Transforms.padAndCrop(3)).shuffle(5);
    try (Batch batch = moved.batch(2, 0)) {
      NDArray light = Pairs.first(batch.images(), 3);
      NDArray dark = Pairs.second(batch.images(), 3);
      // On white a pixel is never darker than on black; black borders come from the crop.
      assertThat(light.sub(dark).min().getFloat()).isGreaterThanOrEqualTo(-1e-6f);
      // Where the animal is opaque both are the same.
      NDArray same =
          light.sub(dark).abs().max(new int[] {1}).lt(1e-6).toType(DataType.FLOAT32, false);
      assertThat(same.mean().getFloat()).isBetween(0.2f, 0.9f);
    }
  }

  @Test
  void whatIsMadeOfAPictureIsItsPartner() {
    Pairs pairs =
        Pairs.made(
            Menagerie.portraits(1).size(8).source(manager, 7), x -> x.mean(new int[] {1}, true));
    assertThat(pairs.inputShape()).isEqualTo(new Shape(4, 8, 8));
    for (Source source : new Source[] {pairs, Examples.of(pairs)}) {
      try (Batch batch = Batches.of(source, 7).batch(0, 0)) {
        NDArray mean = Pairs.second(batch.images(), 1).mean(new int[] {1}, true);
        NDArray first = Pairs.first(batch.images(), 1);
        assertThat(first.sub(mean).abs().max().getFloat()).isLessThan(1e-6f);
        assertThat(first.max().getFloat()).isEqualTo(1);
      }
    }
  }

  @Test
  void strangersAreDrawnAnewInEachEpochAndAllComeEquallyOften() {
    Pairs pairs = Pairs.unaligned(numbered(12, 1, 0), numbered(5, 1, 100));
    Set<String> orders = new HashSet<>();
    for (int epoch = 0; epoch < 4; epoch++) {
      List<Float> partners = new ArrayList<>();
      for (Batch batch : Batches.of(pairs, 4).epoch(epoch)) {
        try (batch) {
          for (float partner : numbers(Pairs.second(batch.images(), 1))) {
            partners.add(partner);
          }
        }
      }
      int[] counts = new int[5];
      partners.forEach(partner -> counts[Math.round(partner) - 100]++);
      assertThat(Arrays.stream(counts).min().getAsInt()).isEqualTo(2);
      assertThat(Arrays.stream(counts).max().getAsInt()).isEqualTo(3);
      orders.add(partners.toString());
    }
    assertThat(orders).hasSize(4);
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Pairs.of(numbered(4, 1, 0), numbered(5, 1, 0)))
        .withMessage("first (4) and second (5) must be as many, or call Pairs.unaligned");
    Source wide = Menagerie.portraits(1).source(manager, 4);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Pairs.of(numbered(4, 1, 0), wide))
        .withMessageContaining("must be images (C, H, W) of one height and width");
    NDArray pairs = manager.zeros(new Shape(1, 3, 2, 2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Pairs.second(pairs, 3))
        .withMessageContaining("must have channels");
  }
}
