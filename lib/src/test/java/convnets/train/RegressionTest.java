package convnets.train;

import static convnets.nn.Layers.linear;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.data.Batches;
import convnets.data.Examples;
import convnets.data.Mixing;
import convnets.nn.Unit;
import convnets.torch.TorchOps;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A task that is no classification: lines through points. */
class RegressionTest {

  private static final Task LEAST_SQUARES =
      Task.regression("squared error", (y, target) -> y.sub(target).square().mean());

  {
    Engine.getInstance().setRandomSeed(1);
  }

  @TempDir Path folder;
  private final NDManager manager = NDManager.newBaseManager();
  private final NDArray x = manager.randomNormal(new Shape(60, 3));
  private final NDArray y =
      x.matMul(manager.create(new float[] {1, -2, 0.5f}, new Shape(3, 1))).add(0.25f);
  private final Examples points = Examples.of(x, y);

  @AfterEach
  void close() {
    manager.close();
  }

  private Training training(Unit net) {
    return Training.of(net)
        .task(LEAST_SQUARES)
        .data(points, points)
        .epochs(40)
        .batchSize(20)
        .optimizer(Sgd.momentum(0.9))
        .schedule(Schedule.constant(0.05))
        .device(Device.cpu());
  }

  @Test
  void findsTheLine() {
    Unit net = linear(3, 1);
    History history = training(net).epochs(100).fit();
    assertThat(net.getParameters().get("weight").getArray().toFloatArray())
        .containsExactly(new float[] {1, -2, 0.5f}, within(1e-3f));
    assertThat(net.getParameters().get("bias").getArray().getFloat())
        .isCloseTo(0.25f, within(1e-3f));
    assertThat(history.last().test().loss()).isLessThan(1e-6);
    assertThat(history.leading()).isEqualTo(Metric.LOSS);
    assertThat(history.best().epoch()).isGreaterThan(30);
    assertThat(history.table().columnNames())
        .containsExactly("epoch", "rate", "training loss", "test loss", "seconds", "images/s");
  }

  /** Two steps by hand. */
  @Test
  void stepsAreThoseOfTheFormula() {
    Unit net = linear(1, 1);
    net.initialize(manager, DataType.FLOAT32, new Shape(1, 1));
    float w = net.getParameters().get("weight").getArray().getFloat();
    double bias = net.getParameters().get("bias").getArray().getFloat();
    NDArray two = manager.create(new float[] {2}, new Shape(1, 1));
    NDArray five = manager.create(new float[] {5}, new Shape(1, 1));
    History history =
        training(net).data(Examples.of(two, five)).epochs(2).optimizer(Sgd.momentum(0)).fit();
    double weight = w;
    for (int step = 0; step < 2; step++) {
      double miss = weight * 2 + bias - 5;
      assertThat(history.stepLoss()[step]).isCloseTo(miss * miss, within(1e-4));
      weight -= 0.05 * 2 * miss * 2;
      bias -= 0.05 * 2 * miss;
    }
    assertThat(net.getParameters().get("weight").getArray().getFloat())
        .isCloseTo((float) weight, within(1e-4f));
  }

  @Test
  void stopsEarlyByItsLoss() {
    Unit net = linear(3, 1);
    NDArray noise = manager.randomNormal(new Shape(60, 1));
    History history =
        training(net).data(points, Examples.of(x, y.add(noise))).stopEarly(3).epochs(200).fit();
    assertThat(history.epochs().size()).isLessThan(200);
    double best = history.best().test().loss();
    assertThat(LEAST_SQUARES.evaluate(net, Batches.of(Examples.of(x, y.add(noise)), 60)).loss())
        .isCloseTo(best, within(1e-5));
  }

  @Test
  void resumesExactlyAndRefusesAnotherTask() {
    Unit straight = linear(3, 1);
    training(straight).fit();
    Unit broken = linear(3, 1);
    Path file = folder.resolve("line");
    training(broken).checkpoint(file).on(Fixtures.stopAfter(7, 2)).fit();
    Task other = Task.regression("other", (a, b) -> a.sub(b).abs().mean());
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> training(linear(3, 1)).task(other).checkpoint(file).fit())
        .withMessageContaining("learner was regression (squared error), is regression (other)");
    Unit resumed = linear(3, 1);
    training(resumed).checkpoint(file).fit();
    assertThat(resumed.getParameters().get("weight").getArray())
        .isEqualTo(straight.getParameters().get("weight").getArray());
  }

  /** Numbers in a loss, and a garbage collection before the gradient is computed. */
  @Test
  void numbersInALossAreKeptForTheGradient() {
    Unit straight = linear(3, 1);
    Unit collected = linear(3, 1);
    for (Unit net : List.of(straight, collected)) {
      net.initialize(manager, DataType.FLOAT32, new Shape(1, 3));
    }
    Fixtures.copyWeights(straight, collected);
    training(straight)
        .task(Task.regression("scaled", (a, b) -> TorchOps.scale(a.sub(b).square().mean(), 0.5)))
        .epochs(2)
        .fit();
    training(collected)
        .task(
            Task.regression(
                "collected",
                (a, b) -> {
                  NDArray loss = a.sub(b).pow(2).mean().mul(0.5f);
                  System.gc();
                  return loss;
                }))
        .epochs(2)
        .fit();
    float[] expected = straight.getParameters().get("weight").getArray().toFloatArray();
    assertThat(collected.getParameters().get("weight").getArray().toFloatArray())
        .containsExactly(expected, within(1e-5f));
  }

  @Test
  void saysWhatItHasNot() {
    Metrics metrics = LEAST_SQUARES.evaluate(straightLine(), Batches.of(points, 60));
    assertThatIllegalArgumentException()
        .isThrownBy(metrics::accuracy)
        .withMessage("metric (error) is none of this task, which has: loss");
    assertThatIllegalStateException()
        .isThrownBy(() -> training(linear(3, 1)).smoothing(0.1))
        .withMessage(
            "smoothing is an option of classification, and the task is"
                + " regression (squared error)");
    Task doubled = Task.regression("doubled", (a, b) -> a.sub(b).square().mean().mul(0.5));
    assertThatIllegalArgumentException()
        .isThrownBy(training(linear(3, 1)).task(doubled)::fit)
        .withMessageStartingWith("loss (float64 ()) must be a scalar, float32")
        .withMessageContaining("TorchOps.scale");
    Task unreduced = Task.regression("unreduced", (a, b) -> a.sub(b).square());
    assertThatIllegalArgumentException()
        .isThrownBy(training(linear(3, 1)).task(unreduced)::fit)
        .withMessageStartingWith("loss (float32 (20, 1)) must be a scalar");
    assertThatIllegalStateException()
        .isThrownBy(training(linear(3, 1)).mix(Mixing.mixup(1))::fit)
        .withMessage(
            "mix is for tasks that take mixed images, as classification, and the task is"
                + " regression (squared error)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Examples.of(x, y.get(":3")))
        .withMessage("targets (3, 1) must be of as many examples as inputs (60, 3)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Examples.of(x))
        .withMessage("targets (none) must be at least one array");
  }

  private Unit straightLine() {
    Unit net = linear(3, 1);
    net.initialize(manager, DataType.FLOAT32, new Shape(1, 3));
    return net;
  }
}
