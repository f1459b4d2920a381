package convnets.data;

import static convnets.data.Pictures.AREA;
import static convnets.data.Pictures.C;
import static convnets.data.Pictures.H;
import static convnets.data.Pictures.W;
import static convnets.data.Pictures.hull;
import static convnets.data.Pictures.inside;
import static convnets.data.Pictures.seen;
import static convnets.data.Transforms.cutout;
import static convnets.data.Transforms.flip;
import static convnets.data.Transforms.padAndCrop;
import static convnets.data.Transforms.randomErasing;
import static convnets.data.Transforms.randomResizedCrop;
import static convnets.data.Transforms.zoomOut;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.data.Pictures.Destination;
import convnets.data.Pictures.Origin;
import convnets.data.Pictures.View;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Boxes and masks against loops over the pictures, one by one, that make the same draws. Where
 * whole pixels move, a box must be the hull of its pixels that are still seen; elsewhere, the hull
 * of its moved corners.
 */
class TargetsMoveTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** Whole pixels move: images, masks and boxes follow from where each pixel comes from. */
  private void assertPixelsMove(Transform transform, long seed, Pictures all, Origin[] origins) {
    Change change = all.draw(transform, seed);
    float[] images = new float[all.pixels.length];
    long[] mask = new long[all.mask.length];
    float[] boxes = new float[all.boxes.length];
    for (int i = 0; i < all.n; i++) {
      for (int p = 0; p < AREA; p++) {
        int[] from = inside(origins[i].of(p / W, p % W));
        for (int c = 0; c < C; c++) {
          int plane = (i * C + c) * AREA;
          images[plane + p] = from == null ? 0 : all.pixels[plane + from[0] * W + from[1]];
        }
        mask[i * AREA + p] = from == null ? 0 : all.mask[i * AREA + from[0] * W + from[1]];
      }
      for (int row = i * all.k; row < (i + 1) * all.k; row++) {
        System.arraycopy(seen(all.row(row), origins[i]), 0, boxes, 5 * row, 5);
      }
    }
    assertThat(change.images(all.images()).toFloatArray()).isEqualTo(images);
    assertThat(all.mask(change)).isEqualTo(mask);
    assertThat(all.boxes(change)).isEqualTo(boxes);
  }

  @ParameterizedTest
  @CsvSource({"23, 4", "1, 3", "5, 0", "2, 1"})
  void flipsMirrorBoxesAndMasks(int n, int k) {
    var random = new SplittableRandom(1);
    Origin[] origins = new Origin[n];
    for (int i = 0; i < n; i++) {
      boolean mirrored = random.nextBoolean();
      origins[i] = (y, x) -> new int[] {y, mirrored ? W - 1 - x : x};
    }
    assertPixelsMove(flip(), 1, new Pictures(manager, n, k), origins);
  }

  @ParameterizedTest
  @CsvSource({"23, 4, 3", "60, 3, 9", "1, 3, 5", "5, 0, 2", "7, 2, 0", "9, 2, 30"})
  void cropsClipBoxesAndForgetThoseThatLeave(int n, int k, int pad) {
    var random = new SplittableRandom(2);
    Origin[] origins = new Origin[n];
    for (int i = 0; i < n; i++) {
      int top = random.nextInt(2 * pad + 1) - pad;
      int left = random.nextInt(2 * pad + 1) - pad;
      origins[i] = (y, x) -> new int[] {y + top, x + left};
    }
    assertPixelsMove(padAndCrop(pad), 2, new Pictures(manager, n, k), origins);
  }

  @ParameterizedTest
  @CsvSource({"23, 4, 5", "60, 3, 9", "1, 3, 6", "5, 0, 2", "9, 2, 40"})
  void whatIsCutOutIsSeenNoMore(int n, int k, int size) {
    var random = new SplittableRandom(3);
    Origin[] origins = new Origin[n];
    for (int i = 0; i < n; i++) {
      int top = random.nextInt(H) - size / 2;
      int left = random.nextInt(W) - size / 2;
      origins[i] =
          (y, x) -> {
            boolean out = y >= top && y < top + size && x >= left && x < left + size;
            return out ? null : new int[] {y, x};
          };
    }
    assertPixelsMove(cutout(size), 3, new Pictures(manager, n, k), origins);
  }

  /** The rectangles are those of images of ones; RandomErasingTest knows their sizes. */
  @Test
  void whatIsErasedIsSeenNoMore() {
    Pictures all = new Pictures(manager, 80, 4);
    Transform erasing = randomErasing();
    float[] ones = all.draw(erasing, 4).images(manager.ones(all.shape())).toFloatArray();
    Origin[] origins = new Origin[all.n];
    for (int i = 0; i < all.n; i++) {
      int at = i * C * AREA;
      origins[i] = (y, x) -> ones[at + y * W + x] == 0 ? null : new int[] {y, x};
    }
    assertPixelsMove(erasing, 4, all, origins);
    Change noise = all.draw(randomErasing().noise().probability(1), 5);
    Change zeros = all.draw(randomErasing().probability(0), 5);
    assertThat(all.mask(noise)).contains(0).isNotEqualTo(all.mask(zeros));
    assertThat(all.mask(zeros)).isEqualTo(all.mask);
  }

  /** What an erased rectangle does to boxes of ten by ten pixels, case by case. */
  @ParameterizedTest
  @CsvSource({
    "0 0 4 10, 4 0 10 10", // its left part
    "6 0 14 11, 0 0 6 10", // its right part
    "0 7 10 11, 0 0 10 7", // its lower part
    "0 0 7 10, 7 0 10 10", // 70 % of it
    "3 3 9 9, 0 0 10 10", // the middle
    "3 0 6 10, 0 0 10 10", // a stripe
    "0 0 5 5, 0 0 10 10", // a corner
    "0 0 8 10, gone", // 80 % of it
    "0 0 14 11, gone", // all
    "11 0 14 11, 0 0 10 10" // what is beside it
  })
  void aBoxIsTheHullOfWhatAnErasureLeaves(String rectangle, String expected) {
    int[] r = Arrays.stream(rectangle.split(" ")).mapToInt(Integer::parseInt).toArray();
    Erasure erasure = new Erasure(new Shape(1, C, H, W));
    erasure.erase(0, r[0], r[1], r[2], r[3]);
    NDArray box = manager.create(new float[] {7, 0, 0, 10, 10}, new Shape(1, 1, 5));
    String row = expected.equals("gone") ? "-1 0 0 0 0" : "7 " + expected;
    float[] left = erasure.boxes(box).toFloatArray();
    assertThat(IntStream.range(0, 5).mapToObj(i -> Integer.toString((int) left[i])))
        .containsExactly(row.split(" "));
  }

  @Test
  void aBoxStaysIfAQuarterOfItIsSeen() {
    Zoom moved = new Zoom(new Shape(2, C, H, W));
    moved.view(0, -3, 0, W, H); // three pixels to the right
    moved.view(1, -4, 0, W, H);
    NDArray boxes = manager.create(new float[] {5, 10, 0, 14, 4, 6, 9, 0, 14, 4});
    assertThat(moved.boxes(boxes.reshape(2, 1, 5)).toFloatArray())
        .containsExactly(5, 13, 0, 14, 4, -1, 0, 0, 0, 0);
  }

  private void assertViews(Transform transform, long seed, Pictures all, View[] views) {
    Change change = all.draw(transform, seed);
    float[] images = change.images(all.images()).toFloatArray();
    long[] mask = all.mask(change);
    float[] boxes = all.boxes(change);
    for (int i = 0; i < all.n; i++) {
      View view = views[i];
      for (int p = 0; p < AREA; p++) {
        for (int c = 0; c < C; c++) {
          int plane = i * C + c;
          assertThat((double) images[plane * AREA + p])
              .isCloseTo(view.pixel(all.pixels, plane, p / W, p % W), within(1e-5));
        }
        int y = (int) Math.floor(view.row(p / W));
        int x = (int) Math.floor(view.column(p % W));
        boolean inside = inside(new int[] {y, x}) != null;
        assertThat(mask[i * AREA + p]).isEqualTo(inside ? all.mask[i * AREA + y * W + x] : 0);
      }
      Destination destination =
          (x, y) ->
              new double[] {
                (x - view.left()) * W / view.width(), (y - view.top()) * H / view.height()
              };
      for (int row = i * all.k; row < (i + 1) * all.k; row++) {
        assertRow(boxes, row, hull(all.row(row), destination));
      }
    }
  }

  private static void assertRow(float[] boxes, int row, double[] expected) {
    for (int e = 0; e < 5; e++) {
      assertThat((double) boxes[5 * row + e]).isCloseTo(expected[e], within(1e-4));
    }
  }

  @ParameterizedTest
  @CsvSource({"23, 4, 2", "40, 2, 4", "1, 3, 3", "5, 0, 2", "3, 2, 1"})
  void zoomingOutPutsThePictureOnACanvas(int n, int k, double most) {
    var random = new SplittableRandom(6);
    View[] views = new View[n];
    for (int i = 0; i < n; i++) {
      views[i] = new View(0, 0, W, H);
      if (random.nextBoolean()) {
        double times = 1 + (most - 1) * random.nextDouble();
        double left = random.nextDouble() * (times * W - W);
        double top = random.nextDouble() * (times * H - H);
        views[i] = new View(-left, -top, times * W, times * H);
      }
    }
    assertViews(zoomOut(most), 6, new Pictures(manager, n, k), views);
  }

  @ParameterizedTest
  @CsvSource({"23, 4, 0.08, 1", "60, 2, 0.5, 0.9", "1, 3, 0.01, 0.1", "5, 0, 0.08, 1"})
  void aResizedCropIsThatOfTorchvision(int n, int k, double least, double most) {
    var random = new SplittableRandom(7);
    View[] views = new View[n];
    for (int i = 0; i < n; i++) {
      views[i] = part(random, least, most);
    }
    assertViews(randomResizedCrop().area(least, most), 7, new Pictures(manager, n, k), views);
  }

  /** {@code RandomResizedCrop.get_params}, line by line. */
  private static View part(SplittableRandom random, double least, double most) {
    for (int attempt = 0; attempt < 10; attempt++) {
      double target = AREA * (least + (most - least) * random.nextDouble());
      double low = Math.log(3 / 4.0);
      double ratio = Math.exp(low + (Math.log(4 / 3.0) - low) * random.nextDouble());
      int w = (int) Math.round(Math.sqrt(target * ratio));
      int h = (int) Math.round(Math.sqrt(target / ratio));
      if (0 < w && w <= W && 0 < h && h <= H) {
        int top = random.nextInt(H - h + 1);
        int left = random.nextInt(W - w + 1);
        return new View(left, top, w, h);
      }
    }
    // 14 to 11 is within the ratios: the whole picture.
    return new View(0, 0, W, H);
  }

  /** Of a picture that is too long for every part asked for, the middle. */
  @ParameterizedTest
  @CsvSource({"4, 30, 12, 0, 5, 4", "40, 3, 0, 18, 3, 4"})
  void aLongPictureGivesItsMiddle(int height, int width, int left, int top, int w, int h) {
    NDArray image = manager.create(new float[height * width], new Shape(1, 1, height, width));
    Zoom expected = new Zoom(image.getShape());
    expected.view(0, left, top, w, h);
    NDArray box = manager.create(new float[] {0, 0, 0, width, height}, new Shape(1, 1, 5));
    NDArray whole = manager.create(new float[] {0, left, top, left + w, top + h});
    JointTransform crop = randomResizedCrop().area(1, 1);
    NDArray boxes =
        crop.draw(image.getShape(), new SplittableRandom(8)).boxes(whole.reshape(1, 1, 5));
    assertThat(boxes).isEqualTo(box);
    assertThat(expected.boxes(whole.reshape(1, 1, 5))).isEqualTo(box);
  }

  /** Masks as the pictures one by one, boxes by where each operation takes their corners. */
  @ParameterizedTest
  @CsvSource({"60, 3, 2, true", "40, 2, 1, false", "1, 2, 3, true", "5, 0, 2, true"})
  void operationsTakeBoxesAndMasksAlong(int n, int k, int operations, boolean standard) {
    RandAugment policy =
        standard ? RandAugment.standard(operations, 20) : RandAugment.trivialWide();
    Pictures all = new Pictures(manager, n, k);
    Change change = all.draw(policy, 9);
    long[] mask = all.mask(change);
    float[] boxes = all.boxes(change);
    NDArray pixels = manager.create(all.mask, new Shape(n, 1, H, W)).toType(DataType.FLOAT32, true);
    NDArray[] one = new NDArray[n];
    double[][] rows = new double[n * k][];
    for (int row = 0; row < n * k; row++) {
      float[] box = all.row(row);
      rows[row] = IntStream.range(0, 5).mapToDouble(e -> box[e]).toArray();
    }
    var random = new SplittableRandom(9);
    for (int round = 0; round < operations; round++) {
      RandAugment.Draw[] draws = policy.draws(n, random);
      for (int i = 0; i < n; i++) {
        Operation operation = draws[i].row().operation();
        float m = draws[i].magnitude(H, W, standard);
        NDArray before = round == 0 ? pixels.get(i + ":" + (i + 1)) : one[i];
        boolean colours = operation.ordinal() == 0 || operation.ordinal() > 5;
        one[i] = colours ? before : operation.apply(before, new float[] {m});
        for (int row = i * k; row < (i + 1) * k; row++) {
          rows[row] = hull(rows[row], destination(operation, m));
        }
      }
    }
    for (int i = 0; i < n; i++) {
      assertThat(Arrays.copyOfRange(mask, i * AREA, (i + 1) * AREA))
          .isEqualTo(one[i].toType(DataType.INT64, true).toLongArray());
    }
    for (int row = 0; row < n * k; row++) {
      assertRow(boxes, row, rows[row]);
    }
  }

  private static Destination destination(Operation operation, float m) {
    double cosine = Math.cos(Math.toRadians(m));
    double sine = Math.sin(Math.toRadians(m));
    return switch (operation) {
      case SHEAR_X -> (x, y) -> new double[] {x - m * y, y};
      case SHEAR_Y -> (x, y) -> new double[] {x, y - m * x};
      case TRANSLATE_X -> (x, y) -> new double[] {x + (int) m, y};
      case TRANSLATE_Y -> (x, y) -> new double[] {x, y + (int) m};
      case ROTATE ->
          (x, y) -> {
            double u = x - W / 2.0;
            double v = y - H / 2.0;
            return new double[] {W / 2.0 + cosine * u + sine * v, H / 2.0 - sine * u + cosine * v};
          };
      default -> (x, y) -> new double[] {x, y};
    };
  }

  @Test
  void oneAfterAnotherIsOneAfterAnother() {
    Pictures all = new Pictures(manager, 12, 3);
    JointTransform both = (JointTransform) padAndCrop(3).andThen(zoomOut(2));
    Change change = both.draw(all.shape(), new SplittableRandom(10));
    var random = new SplittableRandom(10);
    Change first = ((JointTransform) padAndCrop(3)).draw(all.shape(), random.split());
    Change second = ((JointTransform) zoomOut(2)).draw(all.shape(), random.split());
    NDArray boxes = manager.create(all.boxes, new Shape(12, 3, 5));
    assertThat(change.images(all.images())).isEqualTo(second.images(first.images(all.images())));
    assertThat(change.boxes(boxes)).isEqualTo(second.boxes(first.boxes(boxes)));
    NDArray mask = manager.create(all.mask, new Shape(12, H, W));
    assertThat(change.mask(mask)).isEqualTo(second.mask(first.mask(mask)));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
  void nothingIsLeftBehind(int which) {
    Transform transform =
        new Transform[] {
              flip(),
              padAndCrop(2),
              cutout(4),
              randomErasing().noise(),
              zoomOut(2),
              randomResizedCrop(),
              RandAugment.standard(2, 9)
            }
            [which];
    Pictures all = new Pictures(manager, 9, 2);
    Change change = all.draw(transform, 11);
    NDArray images = all.images();
    NDArray mask = manager.create(all.mask, new Shape(9, H, W));
    NDArray boxes = manager.create(all.boxes, new Shape(9, 2, 5));
    int before = manager.getManagedArrays().size();
    change.images(images).close();
    change.mask(mask).close();
    change.boxes(boxes).close();
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void coloursLeaveTargetsAlone() {
    Pictures all = new Pictures(manager, 3, 2);
    NDArray boxes = manager.create(all.boxes, new Shape(3, 2, 5));
    NDArray mask = manager.create(all.mask, new Shape(3, H, W));
    Change change = all.draw(Transform.ofColours((x, random) -> x.mul(random.nextDouble())), 12);
    assertThat(change.boxes(boxes)).isSameAs(boxes);
    assertThat(change.mask(mask)).isSameAs(mask);
    double factor = new SplittableRandom(12).nextDouble();
    assertThat(change.images(all.images())).isEqualTo(all.images().mul(factor));
  }

  @Test
  void argumentsAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> zoomOut(0.5))
        .withMessage("most (0.5) must be at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> randomResizedCrop().area(0.5, 0.25))
        .withMessage("least (0.5) must not be above most (0.25)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> randomResizedCrop().area(0, 1))
        .withMessage("least (0.0) must be above 0");
  }
}
