package convnets.inspect;

import static convnets.nn.Combinators.add;
import static convnets.nn.Combinators.gate;
import static convnets.nn.Combinators.named;
import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.conv;
import static convnets.nn.Layers.identity;
import static convnets.nn.Layers.lambda;
import static convnets.nn.Layers.scale;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.models.ResNet;
import convnets.models.ResNet.Shortcut;
import convnets.nn.Unit;
import convnets.torch.TorchOps;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class LesionsTest {

  private static final Shape INPUT = new Shape(1, 1, 28, 28);

  @Test
  void blocksThatKeepTheShapeAreRemovable() {
    assertThat(Lesions.removable(ResNet.cifar(20).channels(1).build(), INPUT))
        .containsExactly(
            "layer1.0", "layer1.1", "layer1.2", "layer2.1", "layer2.2", "layer3.1", "layer3.2");
    assertThat(Lesions.removable(ResNet.cifar(8).channels(1).shortcut(Shortcut.C).build(), INPUT))
        .containsExactly("layer1.0"); // and not the layers of its projection
  }

  @Test
  void aBlockThatIsTakenOutHandsOnItsInput() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Unit net = seq(add(scale(2), identity()), seq(scale(10))).indexed();
      NDArray x = manager.create(new float[] {1, -1});
      NDArray without = Lesions.without(net, "0").apply(x);
      assertThat(net.apply(x)).isEqualTo(manager.create(new float[] {30, -30}));
      assertThat(without).isEqualTo(manager.create(new float[] {10, -10}));
      assertThat(Lesions.without(net, "0", "1").apply(x)).isEqualTo(x);
    }
  }

  @Test
  void twoBlocksChangePlaces() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Unit plusOne = lambda("plus 1", x -> x.add(1));
      Unit net = seq(seq(scale(10)), seq(plusOne)).indexed();
      NDArray x = manager.create(new float[] {1, 2});
      assertThat(net.apply(x)).isEqualTo(manager.create(new float[] {11, 21}));
      assertThat(Lesions.exchanged(net, "0", "1").apply(x))
          .isEqualTo(manager.create(new float[] {20, 30}));
      assertThat(net.apply(x)).isEqualTo(manager.create(new float[] {11, 21}));
    }
  }

  @Test
  void otherBlocksRunInPlaceOfSome() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Unit net = seq(gate(identity(), named("gate", scale(2))), seq(scale(10)).named("last"));
      Unit lesion =
          Lesions.replaced(net, Map.of("gate", seq(scale(2), scale(3)), "last", scale(5)));
      NDArray x = manager.create(new float[] {1, 2});
      assertThat(net.apply(x)).isEqualTo(manager.create(new float[] {20, 80}));
      assertThat(lesion.apply(x)).isEqualTo(manager.create(new float[] {30, 120}));
      assertThat(net.apply(x)).isEqualTo(manager.create(new float[] {20, 80}));
    }
  }

  @Test
  void aResidualNetworkWithoutABlockIsTheNextSmallerOne() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Unit net = ResNet.cifar(14).channels(1).build();
      net.initialize(manager, DataType.FLOAT32, INPUT);
      Unit smaller = Lesions.without(net, "layer1.1", "layer2.1", "layer3.1");
      Unit expected = ResNet.cifar(8).channels(1).build();
      expected.initialize(manager, DataType.FLOAT32, INPUT);
      for (var parameter : expected.getParameters()) {
        NDArray value = net.getParameters().get(parameter.getKey()).getArray();
        TorchOps.copy(value, parameter.getValue().getArray());
      }
      NDArray x = manager.randomNormal(new Shape(2, 1, 28, 28));
      assertThat(smaller.apply(x)).isEqualTo(expected.apply(x));
      assertThat(smaller.getParameters().keys()).isEqualTo(net.getParameters().keys());
    }
  }

  @Test
  void eachBlockAndEachPairOfAStageIsTried() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Unit plusOne = lambda("plus 1", x -> x.add(1));
      Unit first = seq(seq(scale(10)), seq(plusOne), seq(scale(3))).indexed().named("layer1");
      Unit net = seq(first, seq(seq(plusOne)).indexed().named("layer2"));
      NDArray x = manager.create(new float[] {1});
      Shape one = new Shape(1);
      ToDoubleFunction<Unit> measure = lesion -> lesion.apply(x).getFloat();
      assertThat(measure.applyAsDouble(net)).isEqualTo(34);
      assertThat(Lesions.eachRemoved(net, one, measure)).containsExactly(7, 31, 12, 33);
      assertThat(Lesions.neighboursExchanged(net, one, measure)).containsExactly(61, 32);
    }
  }

  @Test
  void unknownPathsAreRefused() {
    assertThatThrownBy(() -> Lesions.without(seq(conv(1, 1, 3)), "layer1.0"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("path (layer1.0) is no part of this network: see Lesions.removable");
    assertThatThrownBy(() -> Lesions.replaced(seq(conv(1, 1, 3)), Map.of("gate", identity())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("path (gate) is no part of this network: see Lesions.removable");
  }
}
