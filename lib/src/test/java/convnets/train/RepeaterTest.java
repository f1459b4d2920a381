package convnets.train;

import static convnets.nn.Combinators.add;
import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.conv;
import static convnets.nn.Layers.dropout;
import static convnets.nn.Layers.flatten;
import static convnets.nn.Layers.globalAvgPool;
import static convnets.nn.Layers.identity;
import static convnets.nn.Layers.linear;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.data.ImageDataset;
import convnets.nn.Pass;
import convnets.nn.Unit;
import convnets.torch.CudaGraph;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import readers.Counting;

/** Trainings with recorded steps and without; they need a GPU. */
class RepeaterTest {

  private static final String GRAPHS = "convnets.cuda.graphs";
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    System.clearProperty(GRAPHS);
    manager.close();
  }

  private void needsGraphs() {
    assumeTrue(CudaGraph.available(manager.getDevice()), "CUDA's graphs");
  }

  private static Unit net() {
    return seq(
        conv(3, 16, 3).bn().relu(),
        add(identity(), seq(conv(16, 16, 3).bn().relu(), conv(16, 16, 3).bn())).relu(),
        globalAvgPool(),
        flatten(),
        dropout(0.2),
        linear(16, 4));
  }

  /** 100 images of noise: three batches of 32 and one of 4 in an epoch. */
  private ImageDataset data() {
    byte[] pixels = new byte[100 * 3 * 12 * 12];
    new Random(1).nextBytes(pixels);
    int[] labels = IntStream.range(0, 100).map(i -> i % 4).toArray();
    return ImageDataset.of(
        manager, pixels, new Shape(100, 3, 12, 12), labels, List.of("a", "b", "c", "d"));
  }

  private Training training(Unit net, DataType precision) {
    return Training.of(net)
        .data(data(), data())
        .batchSize(32)
        .epochs(6)
        .schedule(Schedule.constant(0.05))
        .average(0.9)
        .clip(1)
        .seed(7)
        .precision(precision)
        .device(manager.getDevice());
  }

  private double[] losses(Unit net, DataType precision, boolean graphs) {
    System.setProperty(GRAPHS, graphs ? "on" : "off");
    History history = training(net, precision).fit();
    double test = history.epochs().get(5).test().loss();
    net.clear();
    return Stream.concat(history.steps().stream().map(History.Step::loss), Stream.of((float) test))
        .mapToDouble(Number::doubleValue)
        .toArray();
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT32", "BFLOAT16", "FLOAT16"})
  void theNumbersAreThose(DataType precision) {
    needsGraphs();
    double[] plain = losses(net(), precision, false);
    double[] repeated = losses(net(), precision, true);
    assertThat(repeated).hasSize(25);
    for (int i = 0; i < repeated.length; i++) { // cuDNN may add up in another order
      assertThat(repeated[i])
          .as("step %d", i)
          .isCloseTo(plain[i], within(precision == DataType.FLOAT32 ? 1e-3 : 2e-2));
    }
  }

  /** As if it made its number in every pass, which it does not when a recording is repeated. */
  @Test
  void unitsOfOthersAreRunEveryTime() {
    Counting counting = new Counting();
    training(seq(counting, net()), DataType.FLOAT32).epochs(2).fit();
    assertThat(counting.passes()).isGreaterThanOrEqualTo(8);
  }

  @Test
  void ofUnitsOfOthersNobodyKnows() {
    assertThat(net().repeats()).isTrue();
    assertThat(seq(new Counting(), net()).repeats()).isFalse();
    assertThat(seq(Counting.function(), net()).repeats()).isFalse();
    assertThat(CudaGraph.available(Device.cpu())).isFalse();
  }

  /** Makes an array of Java's numbers in its pass, which waits for the device. */
  private static final class Waiting extends Unit {
    @Override
    protected NDArray forward(Pass pass, NDArray x) {
      return x.add(x.getManager().create(new float[] {0.5f}));
    }
  }

  @Test
  void whatCannotBeRecordedIsTrainedAsItIs() {
    needsGraphs();
    double[] plain = losses(seq(new Waiting(), net()), DataType.FLOAT32, false);
    double[] repeated = losses(seq(new Waiting(), net()), DataType.FLOAT32, true);
    for (int i = 0; i < repeated.length; i++) {
      assertThat(repeated[i]).as("step %d", i).isCloseTo(plain[i], within(1e-3));
    }
  }
}
