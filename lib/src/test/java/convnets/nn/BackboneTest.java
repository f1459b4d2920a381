package convnets.nn;

import static convnets.nn.Combinators.add;
import static convnets.nn.Combinators.auxiliary;
import static convnets.nn.Combinators.concat;
import static convnets.nn.Combinators.gate;
import static convnets.nn.Combinators.head;
import static convnets.nn.Combinators.named;
import static convnets.nn.Combinators.seq;
import static convnets.nn.Combinators.split;
import static convnets.nn.Combinators.stages;
import static convnets.nn.Layers.avgPool;
import static convnets.nn.Layers.batchNorm;
import static convnets.nn.Layers.conv;
import static convnets.nn.Layers.depthwise;
import static convnets.nn.Layers.dropout;
import static convnets.nn.Layers.flatten;
import static convnets.nn.Layers.globalAvgPool;
import static convnets.nn.Layers.identity;
import static convnets.nn.Layers.lambda;
import static convnets.nn.Layers.linear;
import static convnets.nn.Layers.maxPool;
import static convnets.nn.Layers.relu;
import static convnets.nn.Layers.sigmoid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import convnets.inspect.Activations;
import convnets.nn.Backbone.Stage;
import convnets.torch.TorchOps;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BackboneTest extends NnTest {

  private static final Shape INPUT = new Shape(2, 3, 33, 39);

  /** Unnamed layers within a scope that is cut, a block that is not, and a head. */
  private static Unit net() {
    return seq(
        named(
            "features",
            seq(conv(3, 4, 3).bn().relu(), maxPool(2, 2), conv(4, 6, 3).stride(2).bn().relu())),
        named("block", block(6, 8)),
        globalAvgPool(),
        flatten(),
        named("fc", linear(8, 5)));
  }

  private static Unit block(int in, int out) {
    return seq(
        add(
            seq(conv(in, out, 3).stride(2).bn().relu(), conv(out, out, 3).bn()),
            named("downsample", conv(in, out, 1).stride(2).bn())),
        relu());
  }

  @Test
  void aMapIsTheLastOfItsSize() {
    Backbone backbone = Backbone.of(net(), INPUT);
    assertThat(backbone.stages())
        .containsExactly(
            new Stage("features.relu1", 1, 1, 4),
            new Stage("features.maxpool1", 2, 1, 4),
            new Stage("features.relu2", 4, 1, 6),
            new Stage("block", 8, 1, 8));
    assertThat(backbone.getOutputShapes(new Shape[] {INPUT}))
        .containsExactly(
            new Shape(2, 4, 33, 39),
            new Shape(2, 4, 16, 19),
            new Shape(2, 6, 8, 10),
            new Shape(2, 8, 4, 5));
  }

  @Test
  void parametersAreThoseOfTheNetworkUnderTheirNames() {
    Unit net = net();
    List<String> names = net.getParameters().keys();
    Backbone backbone = Backbone.of(net, INPUT);
    assertThat(backbone.getParameters().keys())
        .isEqualTo(names.subList(0, names.indexOf("fc.weight")))
        .contains("features.conv2.weight", "features.bn2.running_var");
    for (String name : backbone.getParameters().keys()) {
      assertThat(backbone.getParameters().get(name)).isSameAs(net.getParameters().get(name));
      assertThat(backbone.outputStride(2).getParameters().get(name))
          .isSameAs(net.getParameters().get(name));
    }
  }

  @Test
  void itComputesWhatTheNetworkComputesInside() {
    Unit net = net();
    NDArray x = started(net, INPUT);
    NDList maps = Backbone.of(net, INPUT).outputs(x);
    assertThat(maps)
        .containsExactlyElementsOf(
            Activations.of(net, x, "features.relu1", "features.maxpool1", "features.relu2", "block")
                .values());
  }

  /** Sets all that the network learns at random, and makes images. */
  private NDArray started(Unit net, Shape input) {
    randomized(net, input);
    return manager.randomNormal(input);
  }

  private static void assertNear(NDArray actual, NDArray expected, double relative) {
    assertThat(actual.getShape()).isEqualTo(expected.getShape());
    float largest = expected.abs().max().getFloat();
    assertThat(actual.sub(expected).abs().max().getFloat()).isLessThan((float) relative * largest);
  }

  @Test
  void onlyTheMapsThatAreAskedForAreGivenAndComputed() {
    Backbone backbone = Backbone.of(net(), INPUT).at(2, 4);
    assertThat(backbone.strides()).containsExactly(2, 4);
    assertThat(backbone.channels()).containsExactly(4, 6);
    assertThat(backbone.getParameters().keys()).noneMatch(name -> name.startsWith("block"));
    assertThat(backbone.at(8).stages()).containsExactly(new Stage("block", 8, 1, 8));
  }

  @Test
  void theUsualMapsAreTheLastFour() {
    Unit deep =
        seq(Stream.generate(() -> conv(3, 3, 3).stride(2)).limit(6).toArray(Block[]::new))
            .then(globalAvgPool());
    assertThat(Backbone.of(deep, new Shape(1, 3, 64, 64)).strides()).containsExactly(8, 16, 32, 64);
  }

  @Test
  void aMarkedHeadAndWhatMakesNoImageAreLeftAway() {
    Unit marked = seq(conv(3, 4, 3).stride(2), seq(head(conv(4, 9, 1)), relu()), conv(9, 9, 1));
    assertThat(Backbone.of(marked, INPUT).channels()).containsExactly(4);
    Unit hidden = seq(named("all", seq(conv(3, 4, 3), head(conv(4, 9, 1)))));
    assertThat(Backbone.of(hidden, INPUT).channels()).containsExactly(4);
    Unit flat = seq(conv(3, 4, 3).stride(2), conv(4, 6, 3).stride(2), flatten());
    assertThat(Backbone.of(flat, INPUT).channels()).containsExactly(4, 6);
  }

  @Test
  void aSideExitIsLeftAway() {
    Unit exit = seq(globalAvgPool(), flatten(), named("aux", linear(4, 2)));
    Unit net = seq(conv(3, 4, 3), auxiliary(conv(4, 6, 3).stride(2), exit), globalAvgPool());
    Backbone backbone = Backbone.of(net, INPUT);
    assertThat(backbone.channels()).containsExactly(4, 6);
    assertThat(backbone.getParameters().keys()).containsExactly("conv1.weight", "conv2.weight");
  }

  @Test
  void aBlockOfDjlMayBeInIt() {
    Block foreign =
        ai.djl.nn.convolutional.Conv2d.builder()
            .setFilters(7)
            .setKernelShape(new Shape(3, 3))
            .optPadding(new Shape(1, 1))
            .optStride(new Shape(2, 2))
            .build();
    Backbone backbone = Backbone.of(seq(conv(3, 4, 3).stride(2), foreign), INPUT);
    assertThat(backbone.stages()).extracting(Stage::stride).containsExactly(2, 4);
    Unit beside = add(foreign, conv(3, 7, 3).stride(2));
    Unit inside = named("block", seq(conv(3, 3, 3), beside));
    assertThat(Backbone.of(seq(conv(3, 3, 3).stride(2), inside), INPUT).stages())
        .extracting(Stage::stride)
        .containsExactly(2, 4);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> backbone.outputStride(2))
        .withMessageContaining("Conv2d cannot be dilated");
  }

  @Test
  void whatCannotBeIsRefusedByName() {
    Backbone backbone = Backbone.of(net(), INPUT);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> backbone.at(4, 16))
        .withMessage("strides (16) must be of 1, 2, 4, 8, where this network has maps");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> backbone.at(4, 2))
        .withMessage("strides ([4, 2]) must ascend, as in 8, 16, 32");
    assertThatIllegalArgumentException()
        .isThrownBy(backbone::at)
        .withMessage("strides must name at least one of 1, 2, 4, 8");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> backbone.outputStride(3))
        .withMessage("stride (3) must be of 1, 2, 4, 8, where this network has maps");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Backbone.of(seq(flatten(), linear(12, 3)), new Shape(1, 3, 2, 2)))
        .withMessageStartingWith("net makes no image of (1, 3, 2, 2)");
    Unit own = seq(conv(3, 3, 3), lambda("half", new Window(1, 2, 1), x -> x.get(":,:,::2,::2")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Backbone.of(own, INPUT).outputStride(1))
        .withMessageStartingWith("half cannot be dilated");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> stages())
        .withMessage("stages takes at least 1 block, but was given none");
  }

  // Dilation.

  /** Each shrinks twice behind its first convolution, and mixes pixels in between. */
  static Stream<Unit> shrinking() {
    return Stream.of(
        seq(block(4, 6), block(6, 8)),
        seq(
            conv(4, 6, 7).stride(2).padding(2),
            conv(6, 6, 3).padding(0),
            conv(6, 5, 5).stride(2).padding(1)),
        seq(conv(4, 4, 1, 7).stride(4).bias(), conv(4, 4, 3), conv(4, 4, 3).dilation(2)),
        seq(maxPool(2, 2), conv(4, 4, 3), maxPool(2, 2), conv(4, 4, 3)),
        seq(maxPool(3, 2), conv(4, 4, 3), maxPool(3, 2).padding(1), conv(4, 4, 3)),
        seq(maxPool(3, 2).ceil(), conv(4, 4, 3), maxPool(2, 2).ceil(), conv(4, 4, 3)),
        seq(maxPool(3, 2).padding(1).ceil(), depthwise(4, 3), maxPool(3, 2), maxPool(3, 1)),
        seq(avgPool(2, 2), conv(4, 4, 3), avgPool(2, 2), conv(4, 4, 3)),
        seq(avgPool(3, 2).padding(1), conv(4, 4, 3), avgPool(3, 2).padding(1).ceil()),
        seq(avgPool(2, 2).ceil(), conv(4, 4, 3), avgPool(3, 2).padding(1).ignorePadding().ceil()),
        seq(avgPool(3, 2).ceil(), avgPool(3, 2).padding(1), avgPool(3, 1).padding(1)),
        concat(seq(conv(4, 4, 3).stride(2), avgPool(3, 2).padding(1)), conv(4, 3, 5).stride(4)),
        seq(split(conv(2, 3, 3).stride(2), conv(2, 2, 1).stride(2)), conv(5, 4, 3).stride(2)),
        seq(
            conv(4, 6, 3).stride(2),
            gate(conv(6, 6, 3).stride(2), seq(conv(6, 6, 3).bias(), sigmoid())),
            gate(identity(), seq(conv(6, 1, 3), sigmoid())),
            conv(6, 6, 3)));
  }

  /** What the strided network makes is every fourth pixel of what the dilated one makes. */
  @ParameterizedTest
  @MethodSource("shrinking")
  void aDilatedNetworkIsTheSameSampledMoreDensely(Unit body) {
    Unit net = seq(conv(3, 4, 3), named("body", body));
    for (Shape input : List.of(new Shape(1, 3, 32, 32), INPUT, new Shape(1, 3, 35, 38))) {
      NDArray x = started(net, input);
      Backbone backbone = Backbone.of(net, input);
      NDArray coarse = last(backbone.outputs(x));
      NDArray dense = last(backbone.outputStride(1).outputs(x));
      Shape at = coarse.getShape();
      NDArray sampled =
          dense.get(new NDIndex(":,:,:{}:4,:{}:4", 4 * at.get(2) - 3, 4 * at.get(3) - 3));
      assertNear(sampled, coarse, 1e-5);
      assertThat(dense.getShape().get(2)).isLessThanOrEqualTo(4 * at.get(2));
    }
  }

  private static NDArray last(NDList arrays) {
    return arrays.get(arrays.size() - 1);
  }

  @Test
  void imagesKeepTheirSizeWhereTheNetworkHalvesThemEvenly() {
    Unit net = seq(conv(3, 4, 3), maxPool(2, 2), conv(4, 4, 3), avgPool(2, 2), conv(4, 4, 3));
    Shape input = new Shape(1, 3, 32, 48);
    assertThat(Backbone.of(net, input).outputStride(1).getOutputShapes(new Shape[] {input}))
        .extracting(shape -> shape.slice(2))
        .containsOnly(new Shape(32, 48));
  }

  @Test
  void stridesAndDilationsAreTold() {
    Backbone dilated = Backbone.of(net(), INPUT).outputStride(2);
    assertThat(dilated.stages())
        .containsExactly(
            new Stage("features.relu1", 1, 1, 4),
            new Stage("features.maxpool1", 2, 1, 4),
            new Stage("features.relu2", 2, 2, 6),
            new Stage("block", 2, 4, 8));
    assertThat(dilated.toString())
        .contains("3×3 conv, 6 → 8, dilation 2", "3×3 conv, 8 → 8, dilation 4")
        .contains("1×1 conv, 6 → 8\n");
    assertThat(dilated.at(8).strides()).containsExactly(2);
    assertThat(dilated.outputStride(8).toString()).isEqualTo(Backbone.of(net(), INPUT).toString());
  }

  // Use.

  @Test
  void itIsPreparedLikeAnyNetwork() {
    Unit net = net();
    NDArray x = started(net, INPUT);
    for (Backbone backbone :
        List.of(Backbone.of(net, INPUT), Backbone.of(net, INPUT).outputStride(2))) {
      NDList expected = backbone.outputs(x);
      for (DataType precision : List.of(DataType.FLOAT32, DataType.BFLOAT16)) {
        try (Prepared prepared = Inference.prepare(backbone, precision)) {
          NDList maps = prepared.outputs(x);
          assertThat(maps).hasSize(4);
          for (int i = 0; i < 4; i++) {
            assertNear(maps.get(i), expected.get(i), precision == DataType.FLOAT32 ? 1e-5 : 0.1);
          }
          assertThat(prepared.toString()).contains("+ BN + ReLU").doesNotContain("batch norm");
        }
      }
    }
  }

  @Test
  void everyMapTrainsWhatMadeIt() {
    Unit net = net();
    NDArray x = started(net, INPUT);
    Backbone backbone = Backbone.of(net, INPUT).outputStride(4);
    Pass pass = Pass.of(new ParameterStore(manager, false), true).precision(DataType.BFLOAT16);
    try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
      NDList maps = backbone.run(pass, new NDList(x));
      NDArray sum = TorchOps.convert(maps.get(0), DataType.FLOAT32).square().mean();
      for (NDArray map : maps.subList(1, 4)) {
        sum = sum.add(TorchOps.convert(map, DataType.FLOAT32).square().mean());
      }
      collector.backward(sum);
    }
    backbone.getParameters().values().stream()
        .filter(Parameter::requiresGradient)
        .forEach(p -> assertThat(p.getArray().getGradient().abs().max().getFloat()).isPositive());
  }

  @Test
  void droppingAndNothingDoNotNameAMap() {
    Unit net = seq(conv(3, 4, 3).stride(2).bn(), dropout(0.5), identity(), globalAvgPool());
    assertThat(Backbone.of(net, INPUT).stages()).containsExactly(new Stage("bn1", 2, 1, 4));
  }

  @Test
  void aScopeThatIsOpenedAgainGoesOnCounting() {
    Unit one = conv(3, 3, 3);
    Unit twice =
        seq(
            named("scope", seq(one, batchNorm(3))),
            named("scope", seq(conv(3, 3, 3), relu())),
            named("shared", one),
            named("shared", one));
    assertThat(twice.getParameters().keys())
        .contains("scope.conv1.weight", "scope.conv2.weight", "shared.weight")
        .hasSize(7);
  }
}
