package convnets.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.data.Batch;
import convnets.data.Examples;
import convnets.data.Target;
import convnets.torch.TorchOps;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/** A bright rectangle in noise, to be found by its pixels or by its edges. */
final class Rectangles {

  static final int SIZE = 12;
  static final Metric IOU = new Metric("mean IoU", true, true);
  static final Metric CLOSE = new Metric("within a pixel", true, true);

  private Rectangles() {}

  /** With the pixels of each. */
  static Examples masks(NDManager manager, int n) {
    return examples(manager, n, true);
  }

  /** With the edges of each, in shares of the picture. */
  static Examples boxes(NDManager manager, int n) {
    return examples(manager, n, false);
  }

  /** With the box of each, in pixels: all of one class. */
  static Examples things(NDManager manager, int n) {
    Examples shares = boxes(manager, n);
    float[] edges = shares.gather(manager, all(n)).get(1).toFloatArray();
    float[] rows = new float[5 * n];
    for (int i = 0; i < n; i++) {
      for (int e = 0; e < 4; e++) {
        rows[5 * i + 1 + e] = edges[4 * i + e] * SIZE;
      }
    }
    NDArray images = shares.gather(manager, all(n)).head();
    NDArray truth = manager.create(rows, new Shape(n, 1, 5));
    return Examples.of(images, truth).kinds(Target.BOXES).classes(List.of("rectangle"));
  }

  /** Each beside its negative, as pairs of one channel each. */
  static Examples inverted(NDManager manager, int n) {
    NDArray bytes = masks(manager, n).gather(manager, all(n)).head();
    NDArray bright = bytes.toType(DataType.FLOAT32, false).div(255);
    NDArray both = NDArrays.concat(new NDList(bright, bright.neg().add(1)), 1);
    return Examples.of(both, manager.zeros(new Shape(n)));
  }

  private static int[] all(int n) {
    return IntStream.range(0, n).toArray();
  }

  private static Examples examples(NDManager manager, int n, boolean asMasks) {
    Random random = new Random(n);
    byte[] pixels = new byte[n * SIZE * SIZE];
    long[] masks = new long[pixels.length];
    float[] boxes = new float[4 * n];
    for (int i = 0; i < n; i++) {
      int left = random.nextInt(SIZE - 4);
      int top = random.nextInt(SIZE - 4);
      int right = left + 3 + random.nextInt(SIZE - left - 3);
      int low = top + 3 + random.nextInt(SIZE - top - 3);
      for (int y = 0; y < SIZE; y++) {
        for (int x = 0; x < SIZE; x++) {
          boolean inside = x >= left && x < right && y >= top && y < low;
          pixels[(i * SIZE + y) * SIZE + x] = (byte) (random.nextInt(90) + (inside ? 150 : 0));
          masks[(i * SIZE + y) * SIZE + x] = inside ? 1 : 0;
        }
      }
      int[] edges = {left, top, right, low};
      for (int e = 0; e < 4; e++) {
        boxes[4 * i + e] = (float) edges[e] / SIZE;
      }
    }
    Shape shape = new Shape(n, 1, SIZE, SIZE);
    NDArray images = manager.create(ByteBuffer.wrap(pixels), shape, DataType.UINT8).duplicate();
    return Examples.of(
        images,
        asMasks
            ? manager.create(masks, new Shape(n, SIZE, SIZE))
            : manager.create(boxes, new Shape(n, 4)));
  }

  /** Where a bright rectangle is, as the pixels in it. */
  record Masks() implements Task {

    /** (N, 2, H, W) -> (N · H · W, 2). */
    private static NDArray pixels(NDList outputs) {
      return outputs.head().transpose(0, 2, 3, 1).reshape(-1, 2);
    }

    @Override
    public NDArray loss(NDList outputs, Batch batch) {
      return TorchOps.crossEntropy(pixels(outputs), batch.targets().head().flatten(), 0);
    }

    /** Of both classes, intersections and then unions. */
    @Override
    public Optional<NDArray> counts(NDList outputs, Batch batch) {
      NDArray found = pixels(outputs).argMax(1);
      NDArray wanted = batch.targets().head().flatten();
      NDList both = new NDList();
      NDList either = new NDList();
      for (int c = 0; c < 2; c++) {
        NDArray own = found.eq(c);
        NDArray right = wanted.eq(c);
        both.add(own.logicalAnd(right).sum());
        either.add(own.logicalOr(right).sum());
      }
      return Optional.of(NDArrays.stack(both.addAll(either)));
    }

    @Override
    public Map<Metric, Double> metrics(double[] counts, int images) {
      return Map.of(IOU, (counts[0] / counts[2] + counts[1] / counts[3]) / 2);
    }
  }

  /** Where it is, as its left, top, right and lower edge. */
  record Boxes() implements Task {

    @Override
    public NDArray loss(NDList outputs, Batch batch) {
      return outputs.head().sub(batch.targets().head()).square().mean();
    }

    @Override
    public Optional<NDArray> counts(NDList outputs, Batch batch) {
      NDArray off = outputs.head().sub(batch.targets().head()).abs().max(new int[] {1});
      return Optional.of(off.lt(1f / SIZE).toType(DataType.FLOAT32, true).sum().reshape(1));
    }

    @Override
    public Map<Metric, Double> metrics(double[] counts, int images) {
      return Map.of(CLOSE, counts[0] / images);
    }
  }
}
