package convnets.nn;

import static convnets.nn.Combinators.add;
import static convnets.nn.Combinators.concat;
import static convnets.nn.Combinators.fitted;
import static convnets.nn.Combinators.gate;
import static convnets.nn.Combinators.interpolated;
import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.batchNorm;
import static convnets.nn.Layers.constantPad;
import static convnets.nn.Layers.conv;
import static convnets.nn.Layers.convTranspose;
import static convnets.nn.Layers.dropout;
import static convnets.nn.Layers.elu;
import static convnets.nn.Layers.flatten;
import static convnets.nn.Layers.gelu;
import static convnets.nn.Layers.globalAvgPool;
import static convnets.nn.Layers.groupNorm;
import static convnets.nn.Layers.hardsigmoid;
import static convnets.nn.Layers.hardswish;
import static convnets.nn.Layers.identity;
import static convnets.nn.Layers.instanceNorm;
import static convnets.nn.Layers.lambda;
import static convnets.nn.Layers.layerNorm2d;
import static convnets.nn.Layers.leakyRelu;
import static convnets.nn.Layers.linear;
import static convnets.nn.Layers.maxPool;
import static convnets.nn.Layers.prelu;
import static convnets.nn.Layers.relu;
import static convnets.nn.Layers.relu6;
import static convnets.nn.Layers.sigmoid;
import static convnets.nn.Layers.silu;
import static convnets.nn.Layers.upsample;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Prepared networks compute what the networks compute, piece by piece, with oneDNN and without. */
@ParameterizedClass(name = "oneDNN {0}")
@ValueSource(strings = {"on", "off"})
class InferenceTest extends NnTest {

  /** Three of each layer, for its input, weights and output; and no net has more than three. */
  private static final int MOST_ROUNDINGS = 9;

  @Parameter String oneDnn;

  @BeforeEach
  void set() {
    System.setProperty("convnets.onednn", oneDnn);
  }

  @AfterEach
  void unset() {
    System.clearProperty("convnets.onednn");
  }

  private static final Shape INPUT = new Shape(2, 6, 9, 8);
  private static final Shape INPUT3 = new Shape(1, 3, 8, 8);

  static Stream<Unit> nets() {
    return Stream.of(
        conv(6, 4, 3),
        conv(6, 4, 3).bias().bn(),
        seq(conv(6, 4, 3).bn(), relu6()),
        seq(conv(6, 4, 5).stride(2).tensorflowPadding().bn(), silu()),
        seq(conv(6, 6, 3).groups(3).bn(), hardswish()),
        seq(conv(6, 6, 3).groups(6).dilation(2).bias(), hardsigmoid()),
        seq(conv(6, 4, 1).bn(), sigmoid()),
        seq(convTranspose(6, 4, 4).stride(2).bn(), relu()),
        seq(convTranspose(6, 4, 3).stride(3).groups(2).bias().bn(), hardswish()),
        seq(convTranspose(6, 6, 1).stride(2).padding(0), leakyRelu(0.2), conv(6, 4, 3).bias()),
        seq(add(convTranspose(6, 6, 3), identity()), relu()),
        seq(conv(6, 4, 3).bias().spectralNorm().bn(), relu()),
        seq(convTranspose(6, 4, 3).groups(2).spectralNorm(), prelu(4)),
        seq(globalAvgPool(), flatten(), linear(6, 3).spectralNorm(), prelu()),
        seq(groupNorm(2, 6), gelu(), upsample(2).bilinear(), layerNorm2d(6)),
        seq(constantPad(1, 0.5), conv(6, 6, 1), instanceNorm(6).affine(), elu(1)),
        seq(batchNorm(6), relu(), conv(6, 4, 3)),
        seq(batchNorm(6), dropout(0.5), batchNorm(6)),
        add(conv(6, 6, 3).bn(), identity()),
        seq(add(identity(), conv(6, 6, 3).bn()), relu()),
        seq(add(identity(), identity()), silu()),
        seq(add(conv(6, 6, 3).bn(), conv(6, 6, 1), identity()), hardswish()),
        seq(add(seq(conv(6, 6, 3).bn(), relu()), identity()), relu()),
        // Sums over arrays that others read as well: the input, a view of it, a branch's output.
        seq(add(conv(6, 6, 3), lambda("view", x -> x.reshape(x.getShape()))), relu()),
        concat(add(conv(6, 6, 3), identity()), identity()),
        concat(seq(maxPool(1, 1), add(conv(6, 6, 3), identity())), identity()),
        seq(conv(6, 6, 3), concat(add(conv(6, 6, 3), identity()), identity())),
        seq(conv(6, 6, 3), add(conv(6, 6, 3), identity()), add(conv(6, 6, 1), identity())),
        gate(conv(6, 6, 3).bn(), seq(globalAvgPool(), conv(6, 6, 1).bias(), sigmoid())),
        seq(interpolated(conv(6, 4, 3).stride(2).bn()), relu()),
        concat(identity(), fitted(seq(conv(6, 4, 3).stride(2).bn().relu(), upsample(2)))),
        seq(globalAvgPool(), flatten(), linear(6, 3), relu()));
  }

  static Stream<Arguments> netsAndInputs() {
    return Stream.of(INPUT, new Shape(1, 6, 3, 4), new Shape(2, 6, 1, 1), new Shape(1, 6, 1, 1))
        .flatMap(input -> nets().map(net -> Arguments.of(net, input)));
  }

  @ParameterizedTest
  @MethodSource("netsAndInputs")
  void preparedIsTheSame(Unit net, Shape shape) {
    randomized(net, shape);
    NDArray x = manager.randomNormal(shape);
    float[] input = x.toFloatArray();
    float[] expected = net.apply(x).toFloatArray();
    try (Prepared prepared = Inference.prepare(net)) {
      net.clear();
      NDArray difference = prepared.apply(x).sub(manager.create(expected, net.outputShape(shape)));
      float largest = Math.max(1, manager.create(expected).abs().max().getFloat());
      assertThat(difference.abs().max().getFloat()).isLessThan(1e-5f * largest);
      assertThat(x.toFloatArray()).as("the input afterwards").containsExactly(input);
      assertThat(prepared.outputShape(shape)).isEqualTo(prepared.apply(x).getShape());
    }
  }

  /** In float16 as well, which CPUs seldom have. */
  @ParameterizedTest
  @MethodSource("nets")
  void halfThePrecisionIsNearlyTheSame(Unit net) {
    randomized(net, INPUT);
    NDArray x = manager.randomNormal(INPUT);
    NDArray expected = net.apply(x);
    float largest = Math.max(1, expected.abs().max().getFloat());
    for (DataType precision : List.of(DataType.BFLOAT16, DataType.FLOAT16)) {
      double unitRoundoff = precision == DataType.BFLOAT16 ? 0x1p-8 : 0x1p-11;
      try (Prepared prepared = Inference.prepare(net, precision)) {
        double difference = prepared.apply(x).sub(expected).abs().max().getFloat() / largest;
        assertThat(difference).as(precision.name()).isLessThan(MOST_ROUNDINGS * unitRoundoff);
      }
    }
  }

  @Test
  void imagesOfManySizesPass() {
    Unit net = randomized(seq(conv(3, 8, 3).bn(), relu(), conv(8, 4, 3).stride(2)), INPUT3);
    try (Prepared prepared = Inference.prepare(net)) {
      for (int size = 5; size < 14; size++) {
        NDArray x = array(randomTensor(1 + size % 3, 3, size, size));
        assertThat(prepared.apply(x).toFloatArray())
            .containsExactly(net.apply(x).toFloatArray(), Offset.offset(2e-5f));
      }
    }
  }

  /** Agree at 8×8, as the networks were made for, and at no odd size. */
  static Stream<Unit> sumsThatDisagreeAtOddSizes() {
    return Stream.of(
        add(maxPool(1, 2), maxPool(2, 2)),
        add(conv(3, 3, 3).stride(2), maxPool(2, 2)),
        add(maxPool(2, 2), conv(3, 3, 3).stride(2)),
        add(seq(maxPool(2, 2), conv(3, 3, 3)), maxPool(1, 2)));
  }

  @ParameterizedTest
  @MethodSource("sumsThatDisagreeAtOddSizes")
  void branchesThatDisagreeAreRefused(Unit net) {
    randomized(net, INPUT3);
    try (Prepared prepared = Inference.prepare(net)) {
      for (int size : new int[] {3, 9}) {
        NDArray x = array(randomTensor(1, 3, size, size));
        assertThatThrownBy(() -> net.apply(x)).hasMessageContaining("add: the branches must agree");
        assertThatThrownBy(() -> prepared.apply(x))
            .hasMessageContaining("add: the branches must agree");
      }
    }
  }

  @Test
  void severalThreadsMayUseIt() throws Exception {
    Unit net = randomized(seq(conv(3, 8, 3).bn(), relu(), conv(8, 4, 3)), INPUT3);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (Prepared prepared = Inference.prepare(net)) {
      List<Callable<Boolean>> tasks = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        int size = 6 + i % 3;
        tasks.add(
            () -> {
              try (NDManager own = NDManager.newBaseManager()) {
                NDArray x = own.ones(new Shape(1, 3, size, size));
                return prepared.apply(x).allClose(net.apply(x), 1e-5, 1e-5, false);
              }
            });
      }
      for (Future<Boolean> result : threads.invokeAll(tasks)) {
        assertThat(result.get()).isTrue();
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void preparingLeavesNothingButTheCopy() {
    Unit net = randomized(seq(conv(3, 8, 3).bn(), relu()), INPUT3);
    int before = manager.getManagedArrays().size();
    Inference.prepare(net).close();
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void aMisuseIsToldClearly() {
    Unit net = seq(conv(3, 8, 3).bn());
    assertThatThrownBy(() -> Inference.prepare(net))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("conv1.weight")
        .hasMessageContaining("load weights");
    randomized(net, INPUT3);
    assertThatThrownBy(() -> Inference.prepare(net, DataType.INT8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("precision (int8)");
    Prepared prepared = Inference.prepare(net);
    NDArray x = array(randomTensor(1, 3, 8, 8));
    assertThatThrownBy(() -> run(prepared, x, true))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("does not train");
    prepared.close();
    assertThatThrownBy(() -> prepared.apply(x))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has been closed");
  }
}
