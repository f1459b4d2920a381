package convnets.train;

import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.conv;
import static convnets.nn.Layers.flatten;
import static convnets.nn.Layers.linear;
import static convnets.nn.Layers.relu;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.data.Batch;
import convnets.data.Examples;
import convnets.nn.Unit;
import convnets.torch.TorchOps;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Boxes and masks are learned by the loop that learns classes: nobody writes a second one. */
class ToyTasksTest {

  private static final int SIZE = 12;

  /** Where a bright rectangle is, as the pixels in it. */
  private record Masks() implements Task {

    static final Metric IOU = new Metric("mean IoU", true, true);

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

  /** Where it is, as its left, top, right and lower edge, in shares of the picture. */
  private record Boxes() implements Task {

    static final Metric CLOSE = new Metric("within a pixel", true, true);

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

  private enum Toy {
    MASKS(new Masks(), Masks.IOU, 0.9, () -> seq(conv(1, 8, 3).bn().relu(), conv(8, 2, 1))),
    BOXES(
        new Boxes(),
        Boxes.CLOSE,
        0.2,
        () -> seq(flatten(), linear(SIZE * SIZE, 64), relu(), linear(64, 4)));

    private final Task task;
    private final Metric leading;
    private final double good;
    private final Supplier<Unit> net;

    Toy(Task task, Metric leading, double good, Supplier<Unit> net) {
      this.task = task;
      this.leading = leading;
      this.good = good;
      this.net = net;
    }
  }

  @TempDir Path folder;
  private final NDManager manager = NDManager.newBaseManager();

  @BeforeEach
  void seed() {
    Engine.getInstance().setRandomSeed(1);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private Examples examples(Toy toy, int n, int seed) {
    Random random = new Random(seed);
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
        toy == Toy.MASKS
            ? manager.create(masks, new Shape(n, SIZE, SIZE))
            : manager.create(boxes, new Shape(n, 4)));
  }

  private Training training(Toy toy, Unit net) {
    return Training.of(net)
        .task(toy.task)
        .data(examples(toy, 400, 1), examples(toy, 100, 2))
        .epochs(12)
        .batchSize(20)
        .optimizer(AdamW.standard())
        .schedule(Schedule.oneCycle(0.02, 0.3))
        .seed(1)
        .device(Device.cpu());
  }

  @ParameterizedTest
  @EnumSource(Toy.class)
  void isLearnedAndToldByItsOwnMetric(Toy toy) {
    Unit net = toy.net.get();
    List<String> lines = new ArrayList<>();
    History history =
        training(toy, net)
            .average(0.5)
            .stopEarly(12)
            .on(
                new Callback() {
                  @Override
                  public void epochEnded(Progress progress, History soFar) {
                    lines.add(progress.line());
                  }
                })
            .fit();
    assertThat(history.leading()).isEqualTo(toy.leading);
    assertThat(history.best().test().get(toy.leading)).isGreaterThan(toy.good);
    double[] values = history.test(toy.leading);
    for (double value : values) {
      assertThat(value).isLessThanOrEqualTo(100 * history.best().test().get(toy.leading));
    }
    assertThat(history.table().columnNames())
        .contains("training " + toy.leading.name() + " %", "test " + toy.leading.name() + " %");
    assertThat(lines.get(0)).contains(" · " + toy.leading.name() + " ");
  }

  @ParameterizedTest
  @EnumSource(Toy.class)
  void isResumedExactlyAfterAnInterruption(Toy toy) {
    Unit straight = toy.net.get();
    History whole = training(toy, straight).epochs(3).fit();
    Path file = folder.resolve("toy");
    training(toy, toy.net.get()).epochs(3).checkpoint(file).on(Fixtures.stopAfter(2, 7)).fit();
    Unit resumed = toy.net.get();
    History rest = training(toy, resumed).epochs(3).checkpoint(file).fit();
    assertThat(Fixtures.weights(resumed)).isEqualTo(Fixtures.weights(straight));
    assertThat(rest.last().training()).isEqualTo(whole.last().training());
    assertThat(rest.last().test()).isEqualTo(whole.last().test());
  }
}
