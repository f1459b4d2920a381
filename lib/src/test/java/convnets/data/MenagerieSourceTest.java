package convnets.data;

import static convnets.data.Target.BOXES;
import static convnets.data.Target.CLASS;
import static convnets.data.Target.INSTANCES;
import static convnets.data.Target.MASK;
import static convnets.data.Target.VALUES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pictures that are drawn as they are asked for, against those that are drawn at once. */
class MenagerieSourceTest {
  private static final int H = 33;
  private static final int W = 41;
  private static final MenageriePictures PICTURES =
      Menagerie.pictures(3).size(H, W).animals(1, 4).classes(50);

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void givesPicturesBoxesMasksAndInstances() {
    MenagerieSource source = PICTURES.source(manager, 21);
    assertThat(source.kinds()).containsExactly(BOXES, MASK, INSTANCES);
    assertThat(source.classes()).isEqualTo(PICTURES.classNames());
    assertThat(source.inputShape()).isEqualTo(new Shape(3, H, W));
    int from = 0;
    for (Batch batch : Batches.of(source, 8)) {
      MenagerieBatch drawn = PICTURES.batch(manager, from, batch.size());
      assertThat(batch.images()).isEqualTo(drawn.images());
      assertThat(batch.targets()).hasSize(3);
      NDArray boxes = batch.targets().get(0);
      assertThat(boxes.getShape()).isEqualTo(new Shape(batch.size(), 4, 5));
      assertThat(boxes.toFloatArray()).isEqualTo(boxes(drawn, batch.size()));
      for (int kind = 1; kind < 3; kind++) {
        NDArray mask = batch.targets().get(kind);
        assertThat(mask.getDataType()).isEqualTo(DataType.INT64);
        assertThat(mask.getShape()).isEqualTo(new Shape(batch.size(), H, W));
        assertThat(mask.toLongArray()).isEqualTo(mask(drawn, batch.size(), kind == 2));
      }
      from += batch.size();
    }
    assertThat(from).isEqualTo(21);
  }

  private static float[] boxes(MenagerieBatch drawn, int n) {
    float[] expected = new float[n * 4 * 5];
    for (int row = 0; row < n * 4; row++) {
      expected[5 * row] = -1;
    }
    long[] labels = drawn.labels().toLongArray();
    long[] pictures = drawn.pictures().toLongArray();
    float[] edges = drawn.boxes().toFloatArray();
    for (int m = 0, k = 0; m < labels.length; m++, k++) {
      k = m > 0 && pictures[m] != pictures[m - 1] ? 0 : k;
      int row = (int) pictures[m] * 4 + k;
      expected[5 * row] = labels[m];
      System.arraycopy(edges, 4 * m, expected, 5 * row + 1, 4);
    }
    return expected;
  }

  private static long[] mask(MenagerieBatch drawn, int n, boolean instances) {
    long[] expected = new long[n * H * W];
    long[] labels = drawn.labels().toLongArray();
    long[] pictures = drawn.pictures().toLongArray();
    float[] masks = drawn.masks().toFloatArray();
    for (int m = 0, k = 0; m < labels.length; m++, k++) {
      k = m > 0 && pictures[m] != pictures[m - 1] ? 0 : k;
      for (int p = 0; p < H * W; p++) {
        if (masks[m * H * W + p] == 1) {
          expected[(int) pictures[m] * H * W + p] = 1 + (instances ? k : labels[m]);
        }
      }
    }
    return expected;
  }

  @Test
  void classesAreThoseOfTheDataSet() {
    try (Batch batch = Batches.of(PICTURES.source(manager, 9).targets(CLASS), 9).batch(0, 0)) {
      ImageDataset data = PICTURES.dataset(manager, 9);
      assertThat(batch.labels()).isEqualTo(data.labels());
      assertThat(batch.images().mul(255).round().toType(DataType.UINT8, true))
          .isEqualTo(data.images());
    }
  }

  @Test
  void afterAugmentationInstancesLieWithinTheirBoxes() {

    Batches batches =
        Batches.of(PICTURES.source(manager, 60), 20)
            .shuffle(1)
            .transform(Transforms.padAndCrop(18), Transforms.flip());
    int boxes = 0;
    int gone = 0;
    for (Batch batch : batches) {
      float[] rows = batch.targets().get(0).toFloatArray();
      long[] classes = batch.targets().get(1).toLongArray();
      long[] instances = batch.targets().get(2).toLongArray();
      for (int row = 0; row < rows.length / 5; row++) {
        float[] hull = hull(instances, row / 4, row % 4 + 1);
        float[] box = Arrays.copyOfRange(rows, 5 * row + 1, 5 * row + 5);
        if (rows[5 * row] >= 0) {
          // What left the picture may have been all that reached an edge of the box.
          assertThat(hull[0]).isGreaterThanOrEqualTo(box[0]);
          assertThat(hull[1]).isGreaterThanOrEqualTo(box[1]);
          assertThat(hull[2]).isLessThanOrEqualTo(box[2]);
          assertThat(hull[3]).isLessThanOrEqualTo(box[3]);
          boxes++;
          for (int p = 0; p < H * W; p++) {
            int at = row / 4 * H * W + p;
            if (instances[at] == row % 4 + 1) {
              assertThat((float) classes[at]).isEqualTo(rows[5 * row] + 1);
            }
          }
        } else {
          gone += hull[0] < hull[2] ? 1 : 0;
        }
      }
    }
    assertThat(boxes).isGreaterThan(100);
    assertThat(gone).as("boxes of which too little is seen").isPositive();
  }

  private static float[] hull(long[] instances, int image, int number) {
    float[] hull = {W, H, 0, 0};
    for (int p = 0; p < H * W; p++) {
      if (instances[image * H * W + p] == number) {
        hull[0] = Math.min(hull[0], p % W);
        hull[1] = Math.min(hull[1], p / W);
        hull[2] = Math.max(hull[2], p % W + 1);
        hull[3] = Math.max(hull[3], p / W + 1);
      }
    }
    return hull;
  }

  @Test
  void freshPicturesAreOthersInEachEpochAndTheSameWhenItComesAgain() {
    MenagerieSource fixed = PICTURES.source(manager, 10);
    MenagerieSource fresh = fixed.fresh();
    assertThat(images(fresh, 0)).isEqualTo(images(fixed, 0)).isEqualTo(images(fixed, 3));
    assertThat(images(fresh, 3)).isEqualTo(images(fresh, 3));
    // Epoch 3 shows the pictures from number 30 on.
    MenagerieBatch drawn = PICTURES.batch(manager, 30, 10);
    List<NDArray> expected = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      expected.add(drawn.images().get(i));
    }
    Batches batches = Batches.of(fresh, 4).shuffle(2);
    NDList seen = new NDList();
    for (Batch batch : batches.epoch(3)) {
      for (int i = 0; i < batch.size(); i++) {
        NDArray image = batch.images().get(i).duplicate();
        image.attach(manager);
        seen.add(image);
      }
    }
    assertThat(seen).containsExactlyInAnyOrderElementsOf(expected);
    try (Batch second = batches.batch(3, 1)) {
      assertThat(second.images().get(0)).isEqualTo(seen.get(4));
    }
  }

  private static List<Float> images(Source source, int epoch) {
    List<Float> pixels = new ArrayList<>();
    for (Batch batch : Batches.of(source, 5).epoch(epoch)) {
      for (float value : batch.images().toFloatArray()) {
        pixels.add(value);
      }
    }
    return pixels;
  }

  @Test
  void saysWhatItIsAndRefusesWhatItCannotGive() {
    MenagerieSource source = PICTURES.source(manager, 5);
    assertThat(source)
        .hasToString("5 pictures of the menagerie with targets [BOXES, MASK, INSTANCES]");
    assertThat(source.fresh().targets(MASK))
        .hasToString("5 pictures of the menagerie, new in each epoch, with targets [MASK]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> source.targets(BOXES, VALUES))
        .withMessageContaining("must be one or more of [CLASS, BOXES, MASK, INSTANCES]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PICTURES.source(manager, 0))
        .withMessage("count (0) must be at least 1");
  }
}
