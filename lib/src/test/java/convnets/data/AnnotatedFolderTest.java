package convnets.data;

import static convnets.data.Target.BOXES;
import static convnets.data.Target.CLASS;
import static convnets.data.Target.IGNORED;
import static convnets.data.Target.INSTANCES;
import static convnets.data.Target.MASK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.torch.HostBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scenes that are written and read again are the same, whichever format is between. */
class AnnotatedFolderTest {
  private static final int H = 40;
  private static final int W = 56;

  @TempDir private Path temp;
  private final NDManager manager = NDManager.newBaseManager();
  private final Source scenes =
      Menagerie.pictures(7).size(H, W).animals(1, 5).classes(20).source(manager, 12);

  @AfterEach
  void close() {
    manager.close();
  }

  private CocoFolder coco() {
    return CocoFolder.at(temp.resolve("set/scenes.json"), temp.resolve("pictures"));
  }

  private VocFolder voc() {
    return VocFolder.at(temp.resolve("voc")).classes(scenes.classes());
  }

  @Test
  void whatIsWrittenIsReadAgainToTheLastBit() {
    coco().write(scenes);
    voc().set("train").write(scenes);
    for (AnnotatedFolder<?> folder :
        List.of(coco(), voc(), voc().set("train"), coco().letterbox(), voc().letterbox())) {
      AnnotatedSource read = folder.source(manager, H, W).targets(BOXES, MASK, INSTANCES);
      assertThat(read.classes()).isEqualTo(scenes.classes());
      assertThat(read.size()).isEqualTo(scenes.size());
      assertThat(read.inputShape()).isEqualTo(scenes.inputShape());
      assertThat(read.faults()).isEmpty();
      same(read.gather(manager, 3, 0, 11, 7), scenes.gather(manager, 3, 0, 11, 7));
    }
  }

  private static void same(NDList read, NDList expected) {
    assertThat(read).hasSize(expected.size());
    for (int i = 0; i < expected.size(); i++) {
      assertThat(read.get(i).getDataType()).isEqualTo(expected.get(i).getDataType());
      NDArray rows = expected.get(i);
      if (i == 1) { // the fullest picture may have fewer things than it might
        long most = read.get(1).getShape().get(1);
        if (most < rows.getShape().get(1)) {
          assertThat(rows.get(":, {}:, 0", most).toFloatArray()).containsOnly(-1);
        }
        rows = rows.get(":, :{}", most);
      }
      assertThat(read.get(i)).isEqualTo(rows);
    }
  }

  @Test
  void edgesBetweenPixelsComeBack() {
    float[] rows = {
      -1, 9, 9, 9, 9, 1, 0.1f, 1 / 3f, 7.3f, 9.999999f, 0, 2.0000002f, 1e-7f, 10, 5.1f
    };
    float[] kept = {1, 0.1f, 1 / 3f, 7.3f, 9.999999f, 0, 2.0000002f, 1e-7f, 10, 5.1f};
    Source source = one(rows, new byte[100]);
    coco().write(source);
    VocFolder.at(temp.resolve("voc")).write(source);
    for (AnnotatedFolder<?> folder :
        List.of(coco(), VocFolder.at(temp.resolve("voc")).classes(source.classes()))) {
      AnnotatedSource read = folder.source(manager, 10, 10).targets(BOXES, INSTANCES);
      NDList example = read.gather(manager, 0);
      assertThat(example.get(1).toFloatArray()).isEqualTo(kept);
      // Padding stood before them: the things are rows 1 and 2 there, and 0 and 1 here.
      assertThat(example.get(2).toByteArray()).contains(1, 2).doesNotContain(3);
    }
  }

  /** A picture of 10 × 10 with two classes; things 2 and 3 are seen in its first rows. */
  private Source one(float[] rows, byte[] mask) {
    for (int p = 0; p < 20; p++) {
      mask[p] = (byte) (2 + p / 10);
    }
    return new Source() {
      @Override
      public int size() {
        return 1;
      }

      @Override
      public Shape inputShape() {
        return new Shape(1, 10, 10);
      }

      @Override
      public List<Target> kinds() {
        return List.of(BOXES, INSTANCES);
      }

      @Override
      public List<String> classes() {
        return List.of("a < b & \"c\"", "猫");
      }

      @Override
      public NDManager manager() {
        return manager;
      }

      @Override
      public NDList gather(NDManager owner, int... indices) {
        return new NDList(
            owner.zeros(new Shape(1, 1, 10, 10), DataType.UINT8),
            owner.create(rows, new Shape(1, rows.length / 5, 5)),
            HostBytes.array(owner, mask, new Shape(1, 10, 10)));
      }
    };
  }

  @Test
  void aLetterboxKeepsTheFormAndIgnoresItsBars() {
    coco().write(scenes);
    AnnotatedSource stretched = coco().source(manager, 2 * H, 2 * W).targets(BOXES, MASK);
    AnnotatedSource boxed = coco().letterbox().source(manager, 2 * W, 2 * W).targets(BOXES, MASK);
    int bar = W - H;
    for (int i = 0; i < scenes.size(); i++) {
      NDList expected = stretched.gather(manager, i);
      NDList example = boxed.gather(manager, i);
      String middle = ", %d:%d".formatted(bar, bar + 2 * H);
      assertThat(example.get(0).get(":, :" + middle)).isEqualTo(expected.get(0));
      assertThat(example.get(0).get(":, :, :%d".formatted(bar)).toByteArray())
          .containsOnly((byte) 0);
      assertThat(example.get(2).get(":" + middle)).isEqualTo(expected.get(2));
      assertThat(example.get(2).get(":, :%d".formatted(bar)).toByteArray())
          .containsOnly((byte) IGNORED);
      assertThat(example.get(2).get(":, %d:".formatted(bar + 2 * H)).toByteArray())
          .containsOnly((byte) IGNORED);
      List<Annotation> moved = boxed.annotations(i);
      List<Annotation> own = coco().source(manager, H, W).annotations(i);
      for (int k = 0; k < own.size(); k++) {
        assertThat(moved.get(k).left()).isEqualTo(2 * own.get(k).left());
        assertThat(moved.get(k).top()).isEqualTo(2 * own.get(k).top() + bar);
        assertThat(moved.get(k).right()).isEqualTo(2 * own.get(k).right());
        assertThat(moved.get(k).bottom()).isEqualTo(2 * own.get(k).bottom() + bar);
        assertThat(moved.get(k).area()).isEqualTo(4 * own.get(k).area());
      }
    }
  }

  @Test
  void barsAreAtTheSidesOfAWideImage() {
    coco().write(scenes);
    AnnotatedSource wide = coco().letterbox().source(manager, H, W + 20).targets(BOXES, MASK);
    AnnotatedSource plain = coco().source(manager, H, W).targets(BOXES, MASK);
    for (int i = 0; i < scenes.size(); i++) {
      NDList example = wide.gather(manager, i);
      NDList expected = plain.gather(manager, i);
      String middle = ", 10:%d".formatted(10 + W);
      assertThat(example.get(0).get(":, :, :" + middle)).isEqualTo(expected.get(0));
      assertThat(example.get(2).get(":, :" + middle)).isEqualTo(expected.get(2));
      assertThat(example.get(2).get(":, :, :10").toByteArray()).containsOnly((byte) IGNORED);
      for (int k = 0; k < plain.annotations(i).size(); k++) {
        Annotation own = plain.annotations(i).get(k);
        Annotation moved = wide.annotations(i).get(k);
        assertThat(moved.left()).isEqualTo(own.left() + 10);
        assertThat(moved.top()).isEqualTo(own.top());
        assertThat(moved.right()).isEqualTo(own.right() + 10);
      }
    }
  }

  @Test
  void masksOfAnotherSizeTakeThePixelAtTheirCentre() {
    voc().write(scenes);
    byte[] before =
        voc().source(manager, H, W).targets(MASK).gather(manager, 2).get(1).toByteArray();
    int height = 27;
    int width = 90;
    byte[] after =
        voc().source(manager, height, width).targets(MASK).gather(manager, 2).get(1).toByteArray();
    for (int p = 0; p < after.length; p++) {
      int y = (int) Math.floor((p / width + 0.5) * H / height);
      int x = (int) Math.floor((p % width + 0.5) * W / width);
      assertThat(after[p]).isEqualTo(before[y * W + x]);
    }
  }

  @Test
  void batchesAreAsAnyOther() {
    coco().write(scenes);
    AnnotatedSource read = coco().source(manager, H, W).targets(INSTANCES, BOXES);
    int count = 0;
    for (Batch batch : Batches.of(read, 5).shuffle(1).transform(Transforms.flip())) {
      assertThat(batch.targets().get(0).getDataType()).isEqualTo(DataType.INT64);
      assertThat(batch.targets().get(1).getShape().get(2)).isEqualTo(5);
      count += batch.size();
    }
    assertThat(count).isEqualTo(12);
    assertThat(read.toString()).contains("12 pictures", "[INSTANCES, BOXES] in 20 classes");
  }

  @Test
  void filesAreWholeAndTheListComesLast() throws IOException {
    Source failing = new Failing(scenes);
    assertThatThrownBy(() -> coco().write(failing)).hasMessage("the source fails");
    assertThatThrownBy(() -> voc().write(failing)).hasMessage("the source fails");
    try (Stream<Path> files = Files.walk(temp)) {
      assertThat(files.filter(Files::isRegularFile).map(f -> f.getFileName().toString()))
          .isNotEmpty()
          .allMatch(name -> name.endsWith(".png") || name.endsWith(".xml"));
    }
  }

  /** A source that fails at its third picture. */
  private record Failing(Source whole) implements Source {
    @Override
    public int size() {
      return whole.size();
    }

    @Override
    public Shape inputShape() {
      return whole.inputShape();
    }

    @Override
    public List<Target> kinds() {
      return whole.kinds();
    }

    @Override
    public List<String> classes() {
      return whole.classes();
    }

    @Override
    public NDManager manager() {
      return whole.manager();
    }

    @Override
    public NDList gather(NDManager owner, int... indices) {
      if (IntStream.of(indices).anyMatch(i -> i == 2)) {
        throw new IllegalStateException("the source fails");
      }
      return whole.gather(owner, indices);
    }
  }

  @Test
  void whatCannotBeWrittenOrGivenIsRefused() {
    Source classes = Menagerie.pictures(7).size(H, W).source(manager, 2).targets(CLASS);
    assertThatThrownBy(() -> coco().write(classes)).hasMessageContaining("must have [BOXES]");
    Source unnamed = one(new float[] {0, 0, 0, 1, 1}, new byte[100]);
    assertThatThrownBy(() -> coco().write(unnamed))
        .hasMessageContaining("has pixels of thing 2, and no box of it");
    coco().write(scenes);
    AnnotatedSource read = coco().source(manager, H, W);
    assertThat(read.kinds()).containsExactly(BOXES);
    assertThatThrownBy(() -> read.targets(CLASS)).hasMessageContaining("[CLASS] must be one or");
    assertThatThrownBy(() -> read.targets()).hasMessageContaining("must be one or more");
    assertThatThrownBy(() -> coco().source(manager, 0, 5))
        .hasMessage("height (0) must be at least 1");
  }
}
