package convnets.nn;

import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.batchNorm;
import static convnets.nn.Layers.conv;
import static convnets.nn.Layers.leakyRelu;
import static convnets.nn.Layers.maxPool;
import static convnets.nn.Layers.relu;
import static convnets.nn.Layers.silu;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import convnets.torch.FusedActivation;
import convnets.torch.HostCopy;
import convnets.torch.TorchOps;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TrioTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  static Stream<Seq> series() {
    return Stream.of(
        conv(3, 4, 3).bn(),
        conv(3, 4, 3).bn().relu(),
        conv(3, 4, 3).bias().stride(2).bn(1e-3, 0.1).then(silu()),
        conv(3, 6, 1).groups(3).bn().relu(),
        conv(3, 4, 3).stride(2).tensorflowPadding().bn().relu(),
        conv(3, 4, 3).reflect().bn().relu(),
        conv(3, 4, 3).bias().spectralNorm().bn().relu(),
        seq(batchNorm(3), relu()));
  }

  /** With statistics that are not those at the start. */
  @ParameterizedTest(name = "{index}")
  @MethodSource("series")
  void isItsBlocksOneAfterTheOther(Seq series) {
    series.initialize(manager, DataType.FLOAT32, new Shape(2, 3, 7, 7));
    for (Parameter parameter : series.getParameters().values()) {
      NDArray value = parameter.getArray();
      TorchOps.copy(manager.randomUniform(0.5f, 2, value.getShape()), value);
    }
    NDArray x = manager.randomNormal(new Shape(2, 3, 7, 7));
    NDArray expected = series.apply(x);
    Trio trio = Trio.of(series.children())[0];
    assertThat(trio.size()).isEqualTo(series.children().size());
    float[] before = HostCopy.floats(x);
    NDArray together = trio.evaluate(Pass.of(new ParameterStore(manager, false), false), x);
    assertThat(together.getShape()).isEqualTo(expected.getShape());
    float[] numbers = HostCopy.floats(together);
    float[] one = HostCopy.floats(expected);
    for (int i = 0; i < numbers.length; i++) {
      assertThat(numbers[i]).isCloseTo(one[i], within(1e-5f * (1 + Math.abs(one[i]))));
    }
    assertThat(HostCopy.floats(x)).isEqualTo(before);
  }

  @Test
  void standsWhereTheNeighboursBegin() {
    Seq series =
        seq(
            conv(3, 4, 3),
            batchNorm(4),
            relu(),
            maxPool(2, 2),
            conv(4, 4, 3),
            relu(),
            batchNorm(4),
            batchNorm(4),
            silu());
    Trio[] trios = Trio.of(series.children());
    assertThat(trios).hasSize(9);
    assertThat(Arrays.stream(trios).map(Objects::nonNull))
        .containsExactly(true, true, false, false, false, false, false, true, false);
    assertThat(trios[0].size()).isEqualTo(3);
    assertThat(trios[1].size()).isEqualTo(2);
  }

  @Test
  void takesAnActivationByWhatItIs() {
    assertThat(Fusion.activationOf(relu())).isEqualTo(FusedActivation.RELU);
    assertThat(Fusion.activationOf(silu())).isEqualTo(FusedActivation.SILU);
    assertThat(Fusion.activationOf(new Activation("ReLU", x -> x.neg())))
        .isEqualTo(FusedActivation.NONE);
    assertThat(Fusion.activationOf(leakyRelu(0.2))).isEqualTo(FusedActivation.NONE);
    assertThat(Fusion.activationOf(null)).isEqualTo(FusedActivation.NONE);
  }

  @Test
  void refusesOtherChannels() {
    Seq series = conv(3, 4, 3).bn();
    series.initialize(manager, DataType.FLOAT32, new Shape(1, 3, 4, 4));
    Pass pass = Pass.of(new ParameterStore(manager, false), false);
    NDArray x = manager.ones(new Shape(1, 2, 4, 4));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Trio.of(series.children())[0].evaluate(pass, x))
        .withMessageContaining("takes (N, 3, H, W), but was given (1, 2, 4, 4)");
  }
}
