package convnets.nn;

import static convnets.nn.Combinators.add;
import static convnets.nn.Combinators.auxiliary;
import static convnets.nn.Combinators.concat;
import static convnets.nn.Combinators.gate;
import static convnets.nn.Combinators.named;
import static convnets.nn.Combinators.seq;
import static convnets.nn.Combinators.split;
import static convnets.nn.Layers.batchNorm;
import static convnets.nn.Layers.conv;
import static convnets.nn.Layers.flatten;
import static convnets.nn.Layers.globalAvgPool;
import static convnets.nn.Layers.identity;
import static convnets.nn.Layers.lambda;
import static convnets.nn.Layers.linear;
import static convnets.nn.Layers.relu;
import static convnets.nn.Layers.sigmoid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.training.ParameterStore;
import convnets.nn.Naive.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UnitTest extends NnTest {

  private static final Shape INPUT = new Shape(2, 4, 6, 6);

  /** A unit of a reader's own: weighs two branches by what they have in common. */
  private static final class Blend extends Unit {
    private final Block left = child("left", conv(4, 4, 3));
    private final Block right = child("right", conv(4, 4, 1));

    @Override
    protected NDArray forward(Pass pass, NDArray x) {
      NDArray a = pass.run(left, x);
      NDArray b = pass.run(right, x);
      NDArray share = a.mul(b).getNDArrayInternal().sigmoid(); // (N, C, H, W)
      return share.mul(a).add(share.neg().add(1).mul(b));
    }
  }

  private static Unit everything() {
    return seq(
        conv(4, 8, 3).bn().relu(),
        add(
            seq(conv(8, 8, 3).bn().relu(), conv(8, 8, 3).bn()),
            named("downsample", conv(8, 8, 1).bn().indexed())),
        relu(),
        add(identity(), conv(8, 8, 1)),
        add(identity(), identity()),
        concat(conv(8, 2, 1).relu(), identity(), conv(8, 2, 3)),
        split(identity(), conv(6, 2, 3).bn().relu()),
        relu(),
        conv(8, 4, 1),
        new Blend(),
        relu(),
        gate(conv(4, 4, 3).bn(), seq(globalAvgPool(), conv(4, 4, 1).bias().named("se"), sigmoid())),
        relu(),
        globalAvgPool(),
        flatten(),
        linear(4, 3).named("fc"));
  }

  @Test
  void namesFollowTheRules() {
    Unit net =
        seq(
            conv(3, 8, 3).bn().relu(),
            named(
                "layer1",
                seq(
                        seq(
                            add(seq(conv(8, 8, 3).bn().relu(), conv(8, 8, 3).bn()), identity()),
                            relu()),
                        add(
                            conv(8, 16, 3).bn(),
                            named("downsample", conv(8, 16, 1).bn().indexed())))
                    .indexed()),
            linear(16, 10).named("fc"));
    assertThat(net.getParameters().keys())
        .filteredOn(name -> !name.contains("running") && !name.endsWith("bias"))
        .containsExactly(
            "conv1.weight",
            "bn1.weight",
            "layer1.0.conv1.weight",
            "layer1.0.bn1.weight",
            "layer1.0.conv2.weight",
            "layer1.0.bn2.weight",
            "layer1.1.conv1.weight",
            "layer1.1.bn1.weight",
            "layer1.1.downsample.0.weight",
            "layer1.1.downsample.1.weight",
            "fc.weight");
    assertThat(net.getParameters().keys())
        .contains("bn1.bias", "bn1.running_mean", "bn1.running_var", "fc.bias");
  }

  @Test
  void twoParametersOfOneNameAreRefused() {
    Unit net = seq(named("a", conv(1, 1, 1)), named("a", conv(1, 1, 1)));
    assertThatThrownBy(net::getParameters)
        .hasMessageContaining("two parameters are called a.weight");
  }

  @Test
  void combinatorsEqualTheirDefinitions() {
    Unit f = randomized(conv(4, 4, 3), INPUT);
    Unit g = randomized(conv(4, 4, 1), INPUT);
    NDArray x = array(randomTensor(2, 4, 6, 6));
    NDArray fx = run(f, x, false);
    NDArray gx = run(g, x, false);

    assertThat(run(add(f, g), x, false)).isEqualTo(fx.add(gx));
    assertThat(run(add(identity(), g), x, false)).isEqualTo(x.add(gx));
    assertThat(run(add(f, identity(), g), x, false)).isEqualTo(fx.add(x).add(gx));
    assertThat(run(concat(f, identity(), g), x, false))
        .isEqualTo(NDArrays.concat(new NDList(fx, x, gx), 1));
    assertThat(run(gate(f, g), x, false)).isEqualTo(fx.mul(run(g, fx, false)));
    assertThat(run(seq(f, g, relu()), x, false))
        .isEqualTo(run(g, fx, false).getNDArrayInternal().relu());
    Unit half = randomized(conv(2, 3, 1), new Shape(1, 2, 6, 6));
    assertThat(run(split(half, identity()), x, false))
        .isEqualTo(
            NDArrays.concat(new NDList(run(half, x.get(":, :2"), false), x.get(":, 2:")), 1));
  }

  @Test
  void sideExitsAreTakenInTrainingOnly() {
    Unit first = named("first", conv(4, 4, 3));
    Unit second = named("second", conv(4, 5, 3));
    Unit last = named("last", conv(4, 6, 3));
    Unit net = seq(identity(), auxiliary(seq(identity(), auxiliary(last, second)), first));
    randomized(net, INPUT);
    NDArray x = manager.randomNormal(INPUT);
    NDList outputs = net.forward(new ParameterStore(manager, false), new NDList(x), true, null);
    NDArray[] expected = {run(last, x, true), run(second, x, true), run(first, x, true)};
    assertThat(outputs).containsExactly(expected);
    assertThat(run(net, x, false)).isEqualTo(expected[0]);
    assertThat(net.outputShape(INPUT)).isEqualTo(expected[0].getShape());
  }

  @Test
  void sideExitsOfDjlsBlocksAreInitialisedToo() {
    Unit net = auxiliary(conv(4, 3, 1), ai.djl.nn.core.Linear.builder().setUnits(5).build());
    net.initialize(manager, DataType.FLOAT32, INPUT);
    assertThat(net.isInitialized()).isTrue();
    NDList input = new NDList(manager.randomNormal(INPUT));
    NDList outputs = net.forward(new ParameterStore(manager, false), input, true, null);
    assertThat(outputs.get(1).getShape().get(outputs.get(1).getShape().dimension() - 1))
        .isEqualTo(5);
  }

  @Test
  void noCombinatorChangesItsInput() {
    NDArray x = array(randomTensor(2, 4, 6, 6));
    float[] before = x.toFloatArray();
    Unit view = lambda("view", a -> a.reshape(a.getShape()));
    for (Unit unit :
        new Unit[] {
          relu().then(relu()),
          seq(identity(), relu()),
          seq(view, relu()),
          add(view, conv(4, 4, 1)),
          add(view, view),
          add(seq(view, named("v", view)), identity(), conv(4, 4, 1)).relu(),
          seq(named("n", identity()), relu()),
          gate(view, sigmoid()),
        }) {
      unit.initialize(manager, DataType.FLOAT32, INPUT);
      run(unit, x, true);
      run(unit, x, false);
      assertThat(x.toFloatArray()).as(unit.toString()).containsExactly(before);
    }
  }

  /** What is freed early must change no number: gradients against a net that frees at the end. */
  @Test
  void freeingChangesNoGradient() {
    Tensor x = randomTensor(2, 4, 6, 6);
    Unit fast =
        randomized(
            seq(conv(4, 4, 3).bn().relu(), add(conv(4, 4, 3).bn(), identity()), relu()), INPUT);
    Map<String, Block> layers = new HashMap<>();
    fast.paths().forEach((block, path) -> layers.put(path, block));
    Unit slow =
        new Unit() {
          {
            for (String name : List.of("conv1", "bn1", "conv2", "bn2")) {
              child(name, layers.get(name));
            }
          }

          @Override
          protected NDArray forward(Pass pass, NDArray in) {
            NDArray a = run(pass, 1, in).getNDArrayInternal().relu();
            return run(pass, 2, a).add(a).getNDArrayInternal().relu();
          }

          private NDArray run(Pass pass, int i, NDArray x) {
            return pass.run(layers.get("bn" + i), pass.run(layers.get("conv" + i), x));
          }
        };
    NDArray scale = array(randomTensor(2, 4, 6, 6));
    Map<String, float[]> expected = gradients(slow, x, scale);
    Map<String, float[]> actual = gradients(fast, x, scale);
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    actual.forEach(
        (name, gradient) -> assertThat(gradient).as(name).containsExactly(expected.get(name)));
  }

  @Test
  void aPassLeavesOnlyItsOutput() {
    Unit net = everything();
    net.initialize(manager, DataType.FLOAT32, INPUT);
    for (boolean training : new boolean[] {false, true}) {
      try (NDManager step = manager.newSubManager()) {
        NDArray x = step.randomNormal(INPUT);
        int before = step.getManagedArrays().size();
        ParameterStore store = new ParameterStore(step, false);
        net.forward(store, new NDList(x), training, null);
        assertThat(step.getManagedArrays()).hasSize(before + 1);
      }
    }
  }

  @Test
  void inferredShapesAreTheShapesMade() {
    Unit net = everything();
    List<Shape> inferred = new ArrayList<>();
    List<Shape> made = new ArrayList<>();
    net.observeShapes((unit, in, out) -> inferred.addAll(List.of(out.getShapes())), INPUT);
    net.initialize(manager, DataType.FLOAT32, INPUT);
    Pass pass =
        Pass.observed(
            new ParameterStore(manager, false),
            false,
            (unit, in, out) -> made.addAll(List.of(out.getShapes())));
    net.run(pass, new NDList(manager.randomNormal(INPUT)));
    assertThat(inferred).isEqualTo(made).hasSizeGreaterThan(40);
  }

  @Test
  void applyEvaluates() {
    Unit net = randomized(seq(conv(4, 8, 3).bn().relu(), conv(8, 2, 1)), INPUT);
    NDArray x = array(randomTensor(2, 4, 6, 6));
    assertThat(net.apply(x)).isEqualTo(run(net, x, false));
    assertThat(net.apply(x)).isNotEqualTo(run(net, x, true));
    assertThat(net.outputShape(INPUT)).isEqualTo(net.apply(x).getShape());
  }

  @Test
  void shapesAreInferredBeforeInitialisation() {
    Unit net = seq(conv(3, 64, 3).stride(2).bn().relu(), new Blend64(), globalAvgPool());
    assertThat(net.getOutputShapes(new Shape[] {new Shape(2, 3, 9, 9)})[0])
        .isEqualTo(new Shape(2, 64, 1, 1));
    assertThat(net.isInitialized()).isFalse();
  }

  /** Operators of its own only, some of them in place. */
  private static final class Blend64 extends Unit {
    @Override
    protected NDArray forward(Pass pass, NDArray x) {
      return x.add(x.softmax(1)).muli(2).getNDArrayInternal().relu();
    }
  }

  @Test
  void theInputIsDescribedOnceItIsKnown() {
    Unit net = conv(4, 2, 1);
    assertThat(net.describeInput().size()).isZero();
    assertThatThrownBy(net::getInputShapes).isInstanceOf(IllegalStateException.class);
    net.initialize(manager, DataType.FLOAT32, INPUT);
    assertThat(net.describeInput().get("data0")).isEqualTo(INPUT);
  }

  @Test
  void anyBlockOfDjlMayBeAChild() {
    Block foreign =
        new SequentialBlock()
            .add(Conv2d.builder().setFilters(6).setKernelShape(new Shape(3, 3)).build())
            .add(Activation.reluBlock());
    Unit net = seq(conv(4, 8, 3), foreign, conv(6, 2, 1));
    assertThat(net.getOutputShapes(new Shape[] {INPUT})[0]).isEqualTo(new Shape(2, 2, 4, 4));
    net.initialize(manager, DataType.FLOAT32, INPUT);
    assertThat(net.isInitialized()).isTrue();
    NDArray x = manager.randomNormal(INPUT);
    assertThat(run(net, x, true).getShape()).isEqualTo(new Shape(2, 2, 4, 4));
    assertThat(run(net, x, true)).isEqualTo(run(net, x, true));
    assertThat(net.getParameters().keys()).anyMatch(name -> name.startsWith("sequentialblock1."));
  }

  @Test
  void aUnitWithoutForwardSaysSo() {
    Unit empty = new Unit() {};
    assertThatThrownBy(() -> empty.getOutputShapes(new Shape[] {INPUT}))
        .hasMessageContaining("must override one of the two methods forward");
  }

  @Test
  void branchesThatDisagreeAreNamed() {
    Unit net = add(conv(4, 8, 3), identity());
    assertThatThrownBy(() -> net.getOutputShapes(new Shape[] {INPUT}))
        .hasMessage(
            "add: the branches must agree in shape, but made (2, 8, 6, 6) and (2, 4, 6, 6)");
    assertThatThrownBy(
            () -> split(identity(), identity(), identity()).getOutputShapes(new Shape[] {INPUT}))
        .hasMessage("branches (3) must divide channels (4)");
  }

  @Test
  void castChangesEveryParameter() {
    Unit net = seq(conv(4, 8, 3).bn().relu(), conv(8, 2, 1));
    net.initialize(manager, DataType.FLOAT32, INPUT);
    net.cast(DataType.FLOAT64);
    assertThat(
            run(net, manager.randomNormal(INPUT).toType(DataType.FLOAT64, false), false)
                .getDataType())
        .isEqualTo(DataType.FLOAT64);
    assertThat(batchNorm(3).isInitialized()).isFalse();
  }
}
