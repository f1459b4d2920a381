package convnets.inspect;

import static convnets.nn.Combinators.add;
import static convnets.nn.Combinators.auxiliary;
import static convnets.nn.Combinators.concat;
import static convnets.nn.Combinators.gate;
import static convnets.nn.Combinators.named;
import static convnets.nn.Combinators.seq;
import static convnets.nn.Combinators.split;
import static convnets.nn.Layers.avgPool;
import static convnets.nn.Layers.conv;
import static convnets.nn.Layers.convTranspose;
import static convnets.nn.Layers.globalAvgPool;
import static convnets.nn.Layers.identity;
import static convnets.nn.Layers.reflectionPad;
import static convnets.nn.Layers.relu;
import static convnets.nn.Layers.sigmoid;
import static convnets.nn.Layers.upsample;
import static convnets.nn.Layers.upsampleTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Blocks;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.ConstantInitializer;
import convnets.models.GoogLeNet;
import convnets.models.Models;
import convnets.models.ResNet;
import convnets.nn.Unit;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ReceptiveFieldTest {

  static Stream<Unit> nets() {
    return Stream.of(
        seq(conv(1, 2, 3), conv(2, 2, 5)),
        seq(conv(1, 2, 3).stride(2), conv(2, 2, 3), conv(2, 2, 3).stride(2), conv(2, 1, 3)),
        seq(conv(1, 2, 3).dilation(2), conv(2, 2, 3).dilation(4).stride(2), conv(2, 1, 3)),
        seq(conv(1, 2, 7).stride(2).bn().relu(), avgPool(3, 2).padding(1), conv(2, 2, 3)),
        seq(conv(1, 2, 3), add(seq(conv(2, 2, 3), relu(), conv(2, 2, 3)), identity())),
        seq(conv(1, 2, 3), concat(conv(2, 1, 1), conv(2, 1, 5), seq(avgPool(3, 1).padding(1)))),
        seq(conv(1, 2, 1, 5), conv(2, 2, 5, 1), concat(conv(2, 2, 1, 3), conv(2, 1, 3, 1))),
        seq(conv(1, 2, 3).stride(2), auxiliary(conv(2, 2, 5), seq(conv(2, 2, 9), conv(2, 2, 9)))),
        seq(conv(1, 4, 3), split(identity(), conv(2, 2, 7)), conv(4, 1, 1).stride(2)),
        // What enlarges, and then a stride: so that each output pixel stands alike to the input.
        seq(conv(1, 2, 3).stride(2), convTranspose(2, 2, 4).stride(2), conv(2, 2, 3).stride(2)),
        seq(conv(1, 2, 3).stride(4), convTranspose(2, 2, 2).stride(2), conv(2, 2, 3).stride(2)),
        seq(conv(1, 2, 3).stride(2), upsample(2), conv(2, 2, 3).stride(2)),
        seq(conv(1, 2, 3).stride(3), upsample(3).bilinear(), conv(2, 2, 1).stride(3)),
        seq(reflectionPad(2), conv(1, 2, 5).padding(0).stride(2)),
        seq(conv(1, 2, 3).stride(2).bn().relu(), conv(2, 2, 3).bn()));
  }

  /** The true field: which input pixels one output pixel depends on, all weights being positive. */
  @ParameterizedTest
  @MethodSource("nets")
  void isWhatTheGradientSees(Unit net) {
    int size = 96;
    try (NDManager manager = NDManager.newBaseManager()) {
      net.setInitializer(new ConstantInitializer(0.1f), Parameter.Type.WEIGHT);
      net.initialize(manager, DataType.FLOAT32, new Shape(1, 1, size, size));
      Extent first = extent(net, manager, size, 0);
      Extent next = extent(net, manager, size, 1);
      ReceptiveField field = ReceptiveField.of(net);
      assertThat(field.size()).isEqualTo(first.last - first.first + 1L);
      assertThat(field.stride()).isEqualTo((long) next.first - first.first);
    }
  }

  @Test
  void countsInWholePixelsOfTheInput() {
    assertThatThrownBy(() -> ReceptiveField.of(seq(conv(1, 2, 3), upsample(2))))
        .hasMessageContaining("enlarges ×2")
        .hasMessageContaining("finer than those of the input");
    assertThatThrownBy(() -> ReceptiveField.of(upsampleTo(7, 7)))
        .hasMessageContaining("Upsample does not say what it sees");
  }

  private record Extent(int first, int last) {}

  /** The rows of the input on which an output pixel depends, {@code beside} the middle. */
  private static Extent extent(Unit net, NDManager manager, int size, int beside) {
    NDArray x = manager.ones(new Shape(1, 1, size, size));
    x.setRequiresGradient(true);
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      ParameterStore store = new ParameterStore(manager, false);
      NDArray y = net.forward(store, new NDList(x), false).singletonOrThrow();
      long middle = y.getShape().get(2) / 2 + beside;
      collector.backward(y.get(new NDIndex("0, :, {}, {}", middle, middle)).sum());
    }
    float[] rows = x.getGradient().sum(new int[] {0, 1, 3}).toFloatArray();
    int first = 0;
    while (rows[first] == 0) {
      first++;
    }
    int last = size - 1;
    while (rows[last] == 0) {
      last--;
    }
    return new Extent(first, last);
  }

  @Test
  void growsThroughResNet18AsPublished() {
    Map<String, ReceptiveField> fields = ReceptiveField.byLayer(Models.create("resnet18"));
    assertThat(fields.get("conv1")).isEqualTo(new ReceptiveField(7, 2));
    assertThat(fields.get("maxpool1")).isEqualTo(new ReceptiveField(11, 4));
    assertThat(fields.get("layer1")).isEqualTo(new ReceptiveField(43, 4));
    assertThat(fields.get("layer2")).isEqualTo(new ReceptiveField(99, 8));
    assertThat(fields.get("layer3")).isEqualTo(new ReceptiveField(211, 16));
    assertThat(fields.get("layer4")).isEqualTo(new ReceptiveField(435, 32));
    assertThat(fields.get("fc").whole()).isTrue();
  }

  @Test
  void isTheLongerSideOfAField() {
    Unit net = seq(named("wide", conv(1, 1, 1, 7)), named("square", conv(1, 1, 7, 1)));
    assertThat(ReceptiveField.of(conv(1, 1, 1, 7))).isEqualTo(new ReceptiveField(7, 1));
    assertThat(ReceptiveField.byLayer(net))
        .containsEntry("wide", new ReceptiveField(7, 1))
        .containsEntry("square", new ReceptiveField(7, 1));
  }

  @Test
  void sideExitsDoNotCountForWhatFollows() {
    Map<String, ReceptiveField> plain = ReceptiveField.byLayer(GoogLeNet.paper().build());
    Map<String, ReceptiveField> with =
        ReceptiveField.byLayer(GoogLeNet.paper().auxiliary().build());
    assertThat(with).containsAllEntriesOf(plain);
    assertThat(with.get("aux1.conv").size()).isGreaterThan(plain.get("inception4a").size());
    assertThat(with.get("aux2.fc2").whole()).isTrue();
  }

  /** The table of Araujo et al. 2019; 1×7 and 7×1 see 7×7, not 13×13. */
  @ParameterizedTest
  @CsvSource({
    "inception_v3, Mixed_7c, 1311",
    "inception_v4, features, 2071",
    "inception_resnet_v2, conv2d_7b, 3039"
  })
  void ofInceptionNetworksIsAsPublished(String model, String last, long size) {
    assertThat(ReceptiveField.byLayer(Models.create(model)))
        .containsEntry(last, new ReceptiveField(size, 32));
  }

  @Test
  void shortcutsWithoutParametersStrideAsTheirBodies() {
    Map<String, ReceptiveField> fields = ReceptiveField.byLayer(ResNet.cifar(20).build());
    assertThat(fields.get("layer2.0.subsamplepad1")).isEqualTo(new ReceptiveField(15, 2));
    assertThat(fields.get("layer2.0")).isEqualTo(new ReceptiveField(21, 2));
    assertThat(fields.get("layer2.0.identity1")).isNull();
  }

  @Test
  void aGateSeesWhatItsAttentionSees() {
    Unit squeeze = seq(globalAvgPool(), conv(2, 2, 1), sigmoid());
    assertThat(ReceptiveField.of(gate(conv(1, 2, 3), squeeze)).whole()).isTrue();
    assertThat(ReceptiveField.of(gate(conv(1, 2, 3), conv(2, 2, 5))).size()).isEqualTo(7);
  }

  @Test
  void refusesBlocksThatDoNotSay() {
    assertThatThrownBy(() -> ReceptiveField.of(seq(Blocks.identityBlock())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("does not say what it sees");
  }
}
