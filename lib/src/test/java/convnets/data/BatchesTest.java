package convnets.data;

import static convnets.data.Transforms.cutout;
import static convnets.data.Transforms.flip;
import static convnets.data.Transforms.normalise;
import static convnets.data.Transforms.padAndCrop;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BatchesTest {
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** The values of one-pixel images, batch by batch, as the bytes they were. */
  private static List<List<Integer>> values(Iterable<Batch> batches) {
    List<List<Integer>> values = new ArrayList<>();
    for (Batch batch : batches) {
      List<Integer> one = new ArrayList<>();
      for (float v : batch.images().toFloatArray()) {
        one.add(Math.round(v * 255));
      }
      values.add(one);
    }
    return values;
  }

  @Test
  void inOrderWithASmallerLastBatch() {
    var batches = Batches.of(TestData.numbered(manager, 7), 3);
    assertThat(batches.count()).isEqualTo(3);
    assertThat(values(batches))
        .containsExactly(List.of(0, 1, 2), List.of(3, 4, 5), List.of(6))
        .isEqualTo(values(batches.epoch(9)));
    assertThat(batches.dropLast().count()).isEqualTo(2);
    assertThat(values(batches.dropLast())).containsExactly(List.of(0, 1, 2), List.of(3, 4, 5));
    assertThat(Batches.of(TestData.numbered(manager, 6), 3).dropLast().count()).isEqualTo(2);
  }

  @Test
  void aSingleImageJoinsTheBatchBefore() {
    Batches seven = Batches.of(TestData.numbered(manager, 7), 3).joinSingle();
    assertThat(seven.count()).isEqualTo(2);
    assertThat(values(seven)).containsExactly(List.of(0, 1, 2), List.of(3, 4, 5, 6));
    Batches eight = Batches.of(TestData.numbered(manager, 8), 3).joinSingle();
    assertThat(values(eight)).containsExactly(List.of(0, 1, 2), List.of(3, 4, 5), List.of(6, 7));
    assertThat(values(Batches.of(TestData.numbered(manager, 1), 3).joinSingle()))
        .containsExactly(List.of(0));
    assertThat(Batches.of(TestData.numbered(manager, 3), 1).joinSingle().count()).isEqualTo(3);
    Batches all = Batches.of(TestData.numbered(manager, 7), Integer.MAX_VALUE);
    assertThat(values(all)).containsExactly(List.of(0, 1, 2, 3, 4, 5, 6));
    assertThat(all.count()).isEqualTo(1);
  }

  @Test
  void imagesAreFloatsFromZeroToOneAndLabelsFollow() {
    var data = TestData.random(manager, 40, 3, 4, 5, 7, 1);
    byte[] pixels = data.images().toByteArray();
    var seen = new ArrayList<Long>();
    for (Batch batch : Batches.of(data, 16).shuffle(2)) {
      assertThat(batch.images().getDataType()).isEqualTo(DataType.FLOAT32);
      assertThat(batch.labels().getDataType()).isEqualTo(DataType.INT64);
      assertThat(batch.images().getShape()).isEqualTo(new Shape(batch.size(), 3, 4, 5));
      for (int i = 0; i < batch.size(); i++) {
        float[] image = batch.images().get(i).toFloatArray();
        int origin = find(image, pixels);
        assertThat(batch.labels().getLong(i)).isEqualTo(origin % 7);
        seen.add((long) origin);
      }
    }
    assertThat(seen).hasSize(40).doesNotHaveDuplicates();
  }

  private static int find(float[] image, byte[] pixels) {
    return IntStream.range(0, pixels.length / image.length)
        .filter(
            n ->
                IntStream.range(0, image.length)
                    .allMatch(k -> image[k] == (pixels[n * image.length + k] & 255) / 255f))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theOrderDependsOnSeedAndEpochOnly() {
    var data = TestData.numbered(manager, 50);
    var batches = Batches.of(data, 8).shuffle(3);
    var third = values(batches.epoch(2));
    batches.epoch(0).iterator().next();
    assertThat(values(Batches.of(data, 8).shuffle(3).epoch(2))).isEqualTo(third);
    assertThat(values(batches.epoch(1))).isNotEqualTo(third);
    assertThat(values(Batches.of(data, 8).shuffle(4).epoch(2))).isNotEqualTo(third);
    assertThat(third.stream().flatMap(List::stream).sorted())
        .isEqualTo(IntStream.range(0, 50).boxed().toList());

    // Checkpoints of an older version of the library, or of Java, must resume exactly.
    assertThat(values(Batches.of(TestData.numbered(manager, 10), 10).shuffle(42).epoch(1)))
        .containsExactly(List.of(4, 2, 7, 3, 5, 6, 9, 0, 1, 8));
  }

  @Test
  void shufflingIsUniform() {
    var data = TestData.numbered(manager, 4);
    int[][] counts = new int[4][4];
    var batches = Batches.of(data, 4).shuffle(5);
    for (int epoch = 0; epoch < 2_000; epoch++) {
      List<Integer> order = values(batches.epoch(epoch)).get(0);
      for (int place = 0; place < 4; place++) {
        counts[place][order.get(place)]++;
      }
    }
    // 500 expected, deviation 19.
    assertThat(Arrays.stream(counts).flatMapToInt(Arrays::stream))
        .allSatisfy(count -> assertThat(count).isBetween(400, 600));
  }

  @Test
  void resumesWithinAnEpochToTheLastBit() {
    var data = TestData.random(manager, 50, 1, 6, 6, 2, 6);
    var batches = Batches.of(data, 8).shuffle(7).transform(padAndCrop(2), flip(), cutout(3));
    List<float[]> whole = images(batches.epoch(3));
    assertThat(images(batches.epoch(3, 4)))
        .usingRecursiveComparison()
        .isEqualTo(whole.subList(4, 7));
    assertThat(batches.batch(3, 5).images().toFloatArray()).isEqualTo(whole.get(5));
    assertThat(images(batches.epoch(3, 7))).isEmpty();

    // Another batch and another epoch draw differently, even from equal images.
    var equal = Batches.of(data.select(new int[16]), 8).shuffle(7).transform(cutout(3));
    assertThat(equal.batch(0, 0).images()).isNotEqualTo(equal.batch(0, 1).images());
    assertThat(equal.batch(0, 0).images()).isNotEqualTo(equal.batch(1, 0).images());
  }

  private static List<float[]> images(Iterable<Batch> batches) {
    List<float[]> images = new ArrayList<>();
    batches.forEach(batch -> images.add(batch.images().toFloatArray()));
    return images;
  }

  @Test
  void transformsFollowOneAnother() {
    var data = TestData.numbered(manager, 2);
    Transform plusOne = (x, random) -> x.add(1);
    Transform twice = (x, random) -> x.mul(2);
    var batches = Batches.of(data, 2).transform(plusOne).transform(twice, plusOne);
    assertThat(batches.batch(0, 0).images().toFloatArray())
        .containsExactly(3, (1 / 255f + 1) * 2 + 1);
    assertThat(Batches.of(data, 2).transform().batch(0, 0).images().toFloatArray())
        .containsExactly(0, 1 / 255f);
  }

  /** Crops and flips in front are done together, on bytes; one after another, they are not. */
  @Test
  void stepsGiveWhatTheyGiveOneAfterAnother() {
    var data = TestData.random(manager, 30, 3, 6, 9, 2, 10);
    Transform normalise = normalise(new Statistics(List.of(0.1, 0.2, 0.3), List.of(0.4, 0.5, 0.6)));
    List<List<Transform>> chains =
        List.of(
            List.of(flip()),
            List.of(padAndCrop(0), flip(), flip()),
            List.of(padAndCrop(2), flip(), normalise),
            List.of(flip(), padAndCrop(2), flip(), normalise, cutout(3)),
            List.of(padAndCrop(2), flip(), padAndCrop(3), flip()),
            List.of(normalise, padAndCrop(2), flip()));
    for (List<Transform> chain : chains) {
      Transform whole = chain.stream().reduce(Transform::andThen).orElseThrow();
      Transform opaque = (images, random) -> whole.apply(images, random);
      var steps = Batches.of(data, 30).shuffle(11).transform(chain.toArray(Transform[]::new));
      var once = Batches.of(data, 30).shuffle(11).transform(opaque);
      assertThat(steps.batch(1, 0).images().toFloatArray())
          .isEqualTo(once.batch(1, 0).images().toFloatArray());
    }
  }

  @Test
  void aThousandBatchesLeaveNothingBehind() {
    var data = TestData.random(manager, 4_000, 1, 8, 8, 10, 8);
    Transform careless = (x, random) -> x.add(1).sub(1);
    var batches =
        Batches.of(data, 4)
            .shuffle(9)
            .transform(
                padAndCrop(1), flip(), careless, normalise(Statistics.of(0.5, 0.25)), cutout(2));
    int before = manager.getManagedArrays().size();
    int count = 0;
    for (Batch batch : batches.epoch(0)) {
      assertThat(batch.manager().getManagedArrays()).hasSize(2);
      NDArray computed = batch.images().mean();
      assertThat(computed.getManager()).isSameAs(batch.manager());
      assertThat(manager.getManagedArrays()).hasSize(before + 3);
      count++;
    }
    assertThat(count).isEqualTo(1_000);
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void aBatchClosesTwiceWithoutHarm() {
    for (Batch batch : Batches.of(TestData.numbered(manager, 4), 2)) {
      try (batch) {
        assertThat(batch.size()).isEqualTo(2);
      }
      batch.close();
    }
  }

  @Test
  void aTransformThatThrowsLeavesNothingBehind() {
    var data = TestData.numbered(manager, 4);
    int before = manager.getManagedArrays().size();
    var batches = Batches.of(data, 2).transform(normalise(FashionMnist.STATISTICS), (x, r) -> null);
    assertThatThrownBy(() -> batches.batch(0, 0)).isInstanceOf(NullPointerException.class);
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void refusesWhatIsNotThere() {
    var batches = Batches.of(TestData.numbered(manager, 4), 3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Batches.of(batches.data(), 0))
        .withMessage("batch size (0) must be at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> batches.epoch(-1))
        .withMessage("epoch (-1) must not be negative");
    assertThatIllegalArgumentException().isThrownBy(() -> batches.epoch(0, 3));
    assertThatThrownBy(() -> batches.batch(0, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    var walk = batches.epoch(0, 2).iterator();
    assertThatThrownBy(walk::next).isInstanceOf(NoSuchElementException.class);
    assertThat(Batches.of(((ImageDataset) batches.data()).take(0), 3)).isEmpty();
  }
}
