package convnets.data;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Random pictures with masks and up to K boxes each, and loops over pixels that say what becomes of
 * them when pixels move.
 */
final class Pictures {

  static final int C = 3;
  static final int H = 11;
  static final int W = 14;
  static final int AREA = H * W;

  /** Where a pixel comes from, as row and column; null if nothing is seen there. */
  interface Origin {
    int[] of(int y, int x);
  }

  /** Where a point goes, x before y. */
  interface Destination {
    double[] of(double x, double y);
  }

  /** A part of a picture, or more than it, that comes to fill it. */
  record View(double left, double top, double width, double height) {

    double row(int y) {
      return top + (y + 0.5) * (height / H);
    }

    double column(int x) {
      return left + (x + 0.5) * (width / W);
    }

    /** Linear interpolation over as many pixels as become one, among those that there are. */
    double pixel(float[] pixels, int plane, int y, int x) {
      double v = row(y);
      double u = column(x);
      if (v < 0 || v >= H || u < 0 || u >= W) {
        return 0;
      }
      double sum = 0;
      double weights = 0;
      for (int p = 0; p < AREA; p++) {
        double down = 1 - Math.abs(p / W + 0.5 - v) / Math.max(1, height / H);
        double across = 1 - Math.abs(p % W + 0.5 - u) / Math.max(1, width / W);
        if (down > 0 && across > 0) {
          sum += down * across * pixels[plane * AREA + p];
          weights += down * across;
        }
      }
      return sum / weights;
    }
  }

  private final NDManager manager;
  final int n;
  final int k;
  final float[] pixels;
  final long[] mask;
  final float[] boxes;

  Pictures(NDManager manager, int n, int k) {
    var random = new SplittableRandom(100 * n + k);
    this.manager = manager;
    this.n = n;
    this.k = k;
    pixels = new float[n * C * AREA];
    mask = new long[n * AREA];
    boxes = new float[n * k * 5];
    for (int p = 0; p < pixels.length; p++) {
      pixels[p] = (float) random.nextDouble();
    }
    for (int p = 0; p < mask.length; p++) {
      mask[p] = random.nextInt(10) == 0 ? Target.IGNORED : random.nextInt(1, 102);
    }
    for (int row = 0; row < n * k; row++) {
      int left = random.nextInt(W);
      int top = random.nextInt(H);
      boxes[5 * row] = random.nextInt(4) - 1; // a quarter is padding, with edges that say nothing
      boxes[5 * row + 1] = left;
      boxes[5 * row + 2] = top;
      boxes[5 * row + 3] = random.nextInt(left, W) + 1;
      boxes[5 * row + 4] = random.nextInt(top, H) + 1;
    }
  }

  Shape shape() {
    return new Shape(n, C, H, W);
  }

  NDArray images() {
    return manager.create(pixels, shape());
  }

  Change draw(Transform transform, long seed) {
    return ((JointTransform) transform).draw(shape(), new SplittableRandom(seed));
  }

  long[] mask(Change change) {
    NDArray before = manager.create(mask, new Shape(n, H, W));
    NDArray after = change.mask(before);
    assertThat(after.getShape()).isEqualTo(before.getShape());
    NDArray bytes = change.mask(before.toType(DataType.UINT8, true));
    assertThat(bytes.getDataType()).isEqualTo(DataType.UINT8);
    assertThat(bytes.toType(DataType.INT64, true)).isEqualTo(after);
    assertThat(before.toLongArray()).isEqualTo(mask);
    return after.toLongArray();
  }

  float[] boxes(Change change) {
    NDArray before = manager.create(boxes, new Shape(n, k, 5));
    NDArray after = change.boxes(before);
    assertThat(after.getShape()).isEqualTo(before.getShape());
    assertThat(before.toFloatArray()).isEqualTo(boxes);
    return after.toFloatArray();
  }

  float[] row(int i) {
    return Arrays.copyOfRange(boxes, 5 * i, 5 * i + 5);
  }

  static int[] inside(int[] from) {
    boolean inside = from != null && from[0] >= 0 && from[0] < H && from[1] >= 0 && from[1] < W;
    return inside ? from : null;
  }

  /** The hull of a box's pixels that are seen after a move. */
  static float[] seen(float[] box, Origin origin) {
    int left = W;
    int top = H;
    int right = 0;
    int bottom = 0;
    int count = 0;
    for (int p = 0; p < AREA; p++) {
      int[] from = inside(origin.of(p / W, p % W));
      if (from != null
          && from[1] >= box[1]
          && from[0] >= box[2]
          && from[1] < box[3]
          && from[0] < box[4]) {
        left = Math.min(left, p % W);
        top = Math.min(top, p / W);
        right = Math.max(right, p % W + 1);
        bottom = Math.max(bottom, p / W + 1);
        count++;
      }
    }
    boolean stays = box[0] >= 0 && count > 0 && count * 4 >= (box[3] - box[1]) * (box[4] - box[2]);
    return stays ? new float[] {box[0], left, top, right, bottom} : new float[] {-1, 0, 0, 0, 0};
  }

  /** The hull of a box's moved corners, in the picture. */
  static double[] hull(double[] box, Destination destination) {
    double[] hull = {1e9, 1e9, -1e9, -1e9};
    for (int corner = 0; corner < 4; corner++) {
      double[] to = destination.of(box[1 + corner % 2 * 2], box[2 + corner / 2 * 2]);
      hull[0] = Math.min(hull[0], to[0]);
      hull[1] = Math.min(hull[1], to[1]);
      hull[2] = Math.max(hull[2], to[0]);
      hull[3] = Math.max(hull[3], to[1]);
    }
    double left = Math.max(0, hull[0]);
    double top = Math.max(0, hull[1]);
    double right = Math.min(W, hull[2]);
    double bottom = Math.min(H, hull[3]);
    double area = (hull[2] - hull[0]) * (hull[3] - hull[1]);
    boolean stays =
        box[0] >= 0 && left < right && top < bottom && (right - left) * (bottom - top) >= area / 4;
    return stays ? new double[] {box[0], left, top, right, bottom} : new double[] {-1, 0, 0, 0, 0};
  }

  static double[] hull(float[] box, Destination destination) {
    return hull(IntStream.range(0, 5).mapToDouble(i -> box[i]).toArray(), destination);
  }
}
