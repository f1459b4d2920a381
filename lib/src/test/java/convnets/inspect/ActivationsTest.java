package convnets.inspect;

import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.conv;
import static convnets.nn.Layers.relu;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import convnets.models.ResNet;
import convnets.nn.Unit;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ActivationsTest {

  @Test
  void areWhatEachLayerMakes() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Unit conv = conv(3, 4, 3);
      Unit net = seq(conv, relu());
      net.initialize(manager, DataType.FLOAT32, new Shape(2, 3, 6, 6));
      NDArray x = manager.randomNormal(new Shape(2, 3, 6, 6));
      Map<String, NDArray> found = Activations.of(net, x, "relu1", "conv1");
      ParameterStore store = new ParameterStore(manager, false);
      NDArray alone = conv.forward(store, new NDList(x), false).singletonOrThrow();
      assertThat(found.keySet()).containsExactly("relu1", "conv1");
      assertThat(found.get("conv1")).isEqualTo(alone);
      assertThat(found.get("conv1").min().getFloat()).isNegative();
      assertThat(found.get("relu1")).isEqualTo(alone.maximum(0));
    }
  }

  @Test
  void ofNamedPartsAndLeavesNothingElseBehind() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Unit net = ResNet.cifar(20).build();
      net.initialize(manager, DataType.FLOAT32, new Shape(1, 3, 32, 32));
      NDArray x = manager.randomNormal(new Shape(1, 3, 32, 32));
      int before = manager.getManagedArrays().size();
      Map<String, NDArray> found = Activations.of(net, x, "layer1", "layer2.0", "fc");
      assertThat(manager.getManagedArrays()).hasSize(before + 3);
      assertThat(found.get("layer1").getShape()).isEqualTo(new Shape(1, 16, 32, 32));
      assertThat(found.get("layer2.0").getShape()).isEqualTo(new Shape(1, 32, 16, 16));
      assertThat(found.get("fc"))
          .isEqualTo(net.forward(new ParameterStore(manager, false), new NDList(x), false).head());
    }
  }

  @Test
  void refusesUnknownPathsAndNamesTheKnownOnes() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray x = manager.ones(new Shape(1, 1, 4, 4));
      assertThatThrownBy(() -> Activations.of(seq(conv(1, 1, 3)), x, "conv2"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("path (conv2) is no part of this network; it has [conv1]");
    }
  }
}
