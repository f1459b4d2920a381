package convnets.data;

import static convnets.data.Target.BOXES;
import static convnets.data.Target.CLASS;
import static convnets.data.Target.INSTANCES;
import static convnets.data.Target.MASK;
import static convnets.data.Target.VALUES;
import static convnets.data.Transforms.cutout;
import static convnets.data.Transforms.flip;
import static convnets.data.Transforms.normalise;
import static convnets.data.Transforms.padAndCrop;
import static convnets.data.Transforms.randAugment;
import static convnets.data.Transforms.zoomOut;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.inspect.NativeMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Arrays with targets of all kinds, on their way through batches. */
class ExamplesTest {
  private static final int N = 19;
  private static final int H = 9;
  private static final int W = 13;

  private final NDManager manager = NDManager.newBaseManager();
  private final Random random = new Random(1);
  private final NDArray pixels = bytes(256, N, 3, H, W);
  private final NDArray labels = bytes(3, N).toType(DataType.INT64, true);
  private final NDArray mask = bytes(40, N, H, W);
  private final NDArray values = manager.randomNormal(new Shape(N, 2));
  private final NDArray boxes = boxes();

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray bytes(int below, long... shape) {
    long[] numbers = new long[(int) new Shape(shape).size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = random.nextInt(below);
    }
    return manager.create(numbers, new Shape(shape)).toType(DataType.UINT8, true);
  }

  /** Two in each image, within it; the last has none. */
  private NDArray boxes() {
    float[] rows = new float[N * 2 * 5];
    for (int row = 0; row < N * 2; row++) {
      rows[5 * row] = row < 2 * N - 2 ? random.nextInt(3) : -1;
      rows[5 * row + 1] = random.nextInt(W * 4) / 4f;
      rows[5 * row + 2] = random.nextInt(H * 4) / 4f;
      rows[5 * row + 3] = rows[5 * row + 1] + (W - rows[5 * row + 1]) / 2;
      rows[5 * row + 4] = rows[5 * row + 2] + (H - rows[5 * row + 2]) / 2;
    }
    return manager.create(rows, new Shape(N, 2, 5));
  }

  private Examples all() {
    return Examples.of(pixels, labels, boxes, mask, mask, values)
        .kinds(CLASS, BOXES, MASK, INSTANCES, VALUES);
  }

  @Test
  void targetsAreValuesUntilTheyAreSaidToBeMore() {
    assertThat(Examples.of(pixels, labels, values).kinds()).containsExactly(VALUES, VALUES);
    assertThat(all().kinds()).containsExactly(CLASS, BOXES, MASK, INSTANCES, VALUES);
    assertThat(all()).asString().startsWith("19 examples (3, 9, 13) with targets [CLASS, BOXES");
    Examples plain = Examples.of(pixels, mask, boxes);
    try (Batch batch = Batches.of(plain, N).transform(flip(), (x, r) -> x).batch(0, 0)) {
      assertThat(batch.targets().get(0)).isEqualTo(mask);
      assertThat(batch.targets().get(1)).isEqualTo(boxes);
    }
  }

  /** Crops and flips in front are done together, on bytes; here they are done one by one. */
  @Test
  void targetsGoThroughTheSameStepsAsTheirImages() {
    List<List<Transform>> chains =
        List.of(
            List.of(flip()),
            List.of(flip(), padAndCrop(2), flip(), normalise(Cifar10.STATISTICS), cutout(3)),
            List.of(padAndCrop(2), flip(), padAndCrop(3), flip()),
            List.of(
                randAugment(2, 9), zoomOut(2), flip(), Transform.ofColours((x, r) -> x.add(1))));
    Batches plain = Batches.of(all(), N).shuffle(5);
    for (List<Transform> chain : chains) {
      var whole = (JointTransform) chain.stream().reduce(Transform::andThen).orElseThrow();
      JointTransform once = whole::draw;
      try (Batch before = plain.batch(1, 0);
          Batch after = plain.transform(chain.toArray(Transform[]::new)).batch(1, 0);
          Batch expected = plain.transform(once).batch(1, 0)) {
        assertThat(after.images()).isEqualTo(expected.images());
        assertThat(List.copyOf(after.targets())).isEqualTo(List.copyOf(expected.targets()));
        assertThat(after.targets().get(0)).isEqualTo(before.targets().get(0));
        assertThat(after.targets().get(1)).isNotEqualTo(before.targets().get(1));
        assertThat(after.targets().get(2)).isNotEqualTo(before.targets().get(2));
        assertThat(after.targets().get(2)).isEqualTo(after.targets().get(3));
        assertThat(after.targets().get(4)).isEqualTo(before.targets().get(4));
      }
    }
    try (Batch batch = plain.batch(1, 0)) {
      assertThat(batch.targets().get(2).getDataType()).isEqualTo(DataType.INT64);
    }
  }

  @Test
  void leavesNothingBehindAndResumesExactly() {
    var batches =
        Batches.of(all(), 4)
            .shuffle(6)
            .transform(padAndCrop(1), flip(), randAugment(1, 9), zoomOut(2), cutout(2));
    int before = manager.getManagedArrays().size();
    List<NDList> whole = new ArrayList<>();
    for (Batch batch : batches.epoch(2)) {
      assertThat(batch.manager().getManagedArrays()).hasSize(6);
      NDList copies = new NDList();
      batch.targets().forEach(target -> copies.add(target.duplicate()));
      copies.attach(manager);
      whole.add(copies);
    }
    assertThat(manager.getManagedArrays()).hasSize(before + 5 * 5);
    int index = 3;
    for (Batch batch : batches.epoch(2, 3)) {
      assertThat(List.copyOf(batch.targets())).isEqualTo(List.copyOf(whole.get(index++)));
    }
    assertThat(index).isEqualTo(5);
  }

  @ParameterizedTest
  @EnumSource(
      value = Target.class,
      names = {"BOXES", "MASK", "INSTANCES"})
  void aTransformThatDoesNotSayWhatItMovesIsRefused(Target kind) {
    Examples examples = Examples.of(pixels, kind == BOXES ? boxes : mask).kinds(kind);
    Transform function = (x, r) -> x.mul(2);
    String message =
        "transform 2 of 2 does not say whether it moves pixels, and targets [" + kind + "]";
    for (Transform transform : List.of(function, flip().andThen(function))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Batches.of(examples, 4).transform(flip(), transform))
          .withMessageContaining(message)
          .withMessageContaining("Transform.ofColours");
    }
    Transform colours = flip().andThen(Transform.ofColours(function));
    try (Batch batch = Batches.of(examples, 4).transform(colours).batch(0, 0)) {
      assertThat(batch.size()).isEqualTo(4);
    }
  }

  @Test
  void onlyNamedClassesAreMixed() {
    Mixing mixing = Mixing.mixup(1);
    Examples classes = Examples.of(pixels, labels).kinds(CLASS);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Batches.of(classes, 4).mix(mixing))
        .withMessageEndingWith("cannot be mixed: it does not name its classes");
    for (Examples other : List.of(all(), Examples.of(pixels, boxes).kinds(BOXES))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Batches.of(other, 4).mix(mixing))
          .withMessageContaining("cannot be mixed: only images with a class each can, not with");
    }
    Examples named = classes.classes(List.of("a", "b", "c"));
    ImageDataset data =
        ImageDataset.of(
            manager,
            pixels.toByteArray(),
            pixels.getShape(),
            Arrays.stream(labels.toLongArray()).mapToInt(l -> (int) l).toArray(),
            named.classes());
    try (Batch one = Batches.of(named, N).mix(mixing).batch(0, 0);
        Batch other = Batches.of(data, N).mix(mixing).batch(0, 0)) {
      assertThat(one.images()).isEqualTo(other.images());
      assertThat(one.targets().get(1)).isEqualTo(other.targets().get(1));
    }
  }

  @Test
  void refusesArraysThatAreNotOfTheirKind() {
    Examples examples = Examples.of(pixels, values);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> examples.kinds(CLASS, BOXES))
        .withMessage("kinds [CLASS, BOXES] must be one for each of the 1 targets");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> examples.kinds(CLASS))
        .withMessageContaining("must be (N), int64, to be a class");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> examples.kinds(BOXES))
        .withMessageContaining("must be (N, K, 5), float32, to be boxes");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Examples.of(pixels, mask.get(":, 1:")).kinds(MASK))
        .withMessageContaining("must be (N, H, W), int64 or uint8, to be a mask");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Examples.of(values, values, mask).kinds(VALUES, MASK))
        .withMessageContaining("for inputs (19, 2)");
  }

  @Test
  void aSourceMustGiveWhatItSays() {
    Source wrong =
        new Source() {
          @Override
          public int size() {
            return 4;
          }

          @Override
          public Shape inputShape() {
            return new Shape(3, H, W);
          }

          @Override
          public List<Target> kinds() {
            return List.of(CLASS, BOXES);
          }

          @Override
          public NDManager manager() {
            return manager;
          }

          @Override
          public NDList gather(NDManager owner, int... indices) {
            return new NDList(owner.zeros(new Shape(indices.length, 3, H, W)));
          }
        };
    assertThatThrownBy(() -> Batches.of(wrong, 2).batch(0, 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("must give inputs and targets [CLASS, BOXES], and gave 1 arrays");
  }

  /** More than two portions. */
  @Test
  void aSourceIsMadeOnceAndKept() {
    MenagerieSource drawn = Menagerie.pictures(1).animals(1, 2).source(manager, 600);
    Portions source = new Portions(drawn, 600);
    Examples kept = Examples.of(source);
    assertThat(source.asked).containsExactlyElementsOf(IntStream.range(0, 600).boxed().toList());
    assertThat(source.largest).isBetween(1, 256);
    assertThat(kept.size()).isEqualTo(600);
    assertThat(kept.inputShape()).isEqualTo(drawn.inputShape());
    assertThat(kept.kinds()).containsExactly(BOXES, MASK, INSTANCES);
    assertThat(kept.classes()).isEqualTo(drawn.classes());
    assertThat(kept.manager().getManagedArrays()).hasSize(4);
    int[] some = {599, 0, 255, 256, 511, 512, 0};
    assertThat(List.copyOf(kept.gather(manager, some)))
        .isEqualTo(List.copyOf(drawn.gather(manager, some)));
    assertThat(source.asked).hasSize(600);
    try (Batch read = Batches.of(kept, 50).shuffle(4).transform(flip()).batch(3, 2);
        Batch made = Batches.of(drawn, 50).shuffle(4).transform(flip()).batch(3, 2)) {
      assertThat(read.images()).isEqualTo(made.images());
      assertThat(List.copyOf(read.targets())).isEqualTo(List.copyOf(made.targets()));
    }
  }

  /** Another source, which notes what it is asked for, and has no more than so many examples. */
  private static final class Portions implements Source {
    private final Source other;
    private final int good;
    private final List<Integer> asked = new ArrayList<>();
    private int largest;

    Portions(Source other, int good) {
      this.other = other;
      this.good = good;
    }

    @Override
    public int size() {
      return other.size();
    }

    @Override
    public Shape inputShape() {
      return other.inputShape();
    }

    @Override
    public List<Target> kinds() {
      return other.kinds();
    }

    @Override
    public List<String> classes() {
      return other.classes();
    }

    @Override
    public NDManager manager() {
      return other.manager();
    }

    @Override
    public NDList gather(NDManager owner, int... indices) {
      Arrays.stream(indices).forEach(asked::add);
      largest = Math.max(largest, indices.length);
      NDList gathered = other.gather(owner, indices);
      if (asked.size() > good) {
        throw new IllegalStateException("no more");
      }
      return gathered;
    }
  }

  @Test
  void aSourceThatFailsLeavesNothing() {
    Source failing = new Portions(Menagerie.pictures(1).source(manager, 300), 256);
    int before = manager.getManagedArrays().size();
    assertThatThrownBy(() -> Examples.of(failing)).hasMessage("no more");
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void ofASourceThatIsNewInEachEpochTheFirstIsKept() {
    MenagerieSource source = Menagerie.pictures(2).source(manager, 5);
    assertThat(Examples.of(source.fresh()).epoch(1).gather(manager, 4).head())
        .isEqualTo(source.gather(manager, 4).head());
  }

  /** 100 MB, of which a portion is 3. */
  @Test
  void memoryHoldsTheExamplesAndAPortion() {
    Shape image = new Shape(3, 64, 64);
    Source zeros =
        new Source() {
          @Override
          public int size() {
            return 8_192;
          }

          @Override
          public Shape inputShape() {
            return image;
          }

          @Override
          public List<Target> kinds() {
            return List.of(CLASS);
          }

          @Override
          public NDManager manager() {
            return manager;
          }

          @Override
          public NDList gather(NDManager owner, int... indices) {
            Shape n = new Shape(indices.length);
            return new NDList(
                owner.zeros(n.addAll(image), DataType.UINT8), owner.zeros(n, DataType.INT64));
          }
        };
    List<Examples> kept = new ArrayList<>();
    long peak = NativeMemory.peak(() -> kept.add(Examples.of(zeros)));
    assertThat(peak).isLessThan(150_000_000);
    kept.get(0).close();
  }

  @Test
  void someOfTheTargetsAreChosen() {
    Examples all = all();
    Examples boxesAlone = all.targets(BOXES);
    assertThat(boxesAlone.kinds()).containsExactly(BOXES);
    assertThat(boxesAlone.gather(manager, 3, 4).get(1)).isEqualTo(boxes.get("3:5"));
    Examples turned = all.classes(List.of("a", "b")).targets(VALUES, CLASS);
    assertThat(turned.kinds()).containsExactly(VALUES, CLASS);
    assertThat(turned.classes()).containsExactly("a", "b");
    assertThat(turned.gather(manager, 0).get(1)).isEqualTo(values.get("0:1"));
    assertThat(turned.gather(manager, 0).get(2)).isEqualTo(labels.get("0:1"));
    Examples two = Examples.of(pixels, values, labels, values).kinds(VALUES, CLASS, VALUES);
    assertThat(two.targets(VALUES).kinds()).containsExactly(VALUES, VALUES);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> two.targets(CLASS, MASK))
        .withMessage("kinds [CLASS, MASK] must be one or more of [VALUES, CLASS, VALUES]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> two.targets())
        .withMessageStartingWith("kinds [] must be one or more of");
  }

  @Test
  void theFirstOnesAreTakenIntoMemoryOfTheirOwn() {
    Examples drawn = Examples.of(Menagerie.pictures(3).source(manager, 9));
    Examples few = drawn.take(4);
    NDList before = drawn.gather(manager, 0, 1, 2, 3);
    drawn.close();
    drawn.close();
    assertThat(few.size()).isEqualTo(4);
    assertThat(few.kinds()).isEqualTo(drawn.kinds());
    assertThat(few.classes()).isEqualTo(drawn.classes());
    assertThat(List.copyOf(few.gather(manager, 0, 1, 2, 3))).isEqualTo(List.copyOf(before));
    assertThat(few.manager().getManagedArrays()).hasSize(4);
    few.close();
    assertThat(all().take(0).size()).isZero();
    for (int n : new int[] {-1, N + 1}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> all().take(n))
          .withMessage("n (%d) must be from 0 to the number of examples (19)", n);
    }
  }

  @Test
  void arraysThatWereGivenStayOpen() {
    Examples examples = all();
    examples.take(2).close();
    examples.targets(BOXES).close();
    examples.close();
    assertThat(pixels.getShape().get(0)).isEqualTo(N);
    assertThat(examples.gather(manager, 1).head()).isEqualTo(pixels.get("1:2"));
  }
}
