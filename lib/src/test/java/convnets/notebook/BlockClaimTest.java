package convnets.notebook;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.pytorch.jni.JniUtils;
import convnets.nn.BatchNorm;
import convnets.nn.Conv;
import convnets.nn.Initializers;
import convnets.nn.Layers;
import convnets.nn.Pass;
import convnets.nn.Unit;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Each way in which a block can be wrong, against two convolutions beside the identity. */
class BlockClaimTest {

  private static final Shape SHAPE = new Shape(2, 3, 5, 4);

  private static Unit right() {
    return add(body(), identity());
  }

  private static Unit body() {
    return seq(conv(3, 3, 3).bn().relu(), conv(3, 3, 3).bn());
  }

  @Nested
  class Passes {

    @Test
    void theSame() {
      pass(BlockClaimTest::right);
    }

    @Test
    void layersOfOtherNames() {
      pass(() -> add(named("left", body()), identity()).named("block"));
    }

    @Test
    void branchesInAnotherOrder() {
      pass(() -> add(identity(), body()));
    }

    @Test
    void layersPutTogetherInAnotherOrder() {
      pass(Backwards::new);
    }

    @Test
    void aProjectionThatComesFirst() {
      Expected<Supplier<Block>> expected =
          Expected.of(() -> add(conv(3, 3, 3).bn(), conv(3, 3, 1).bn()));

      assertThatCode(
              () ->
                  Course.check("00.1")
                      .block("b", () -> add(conv(3, 3, 1).bn(), conv(3, 3, 3).bn()))
                      .equalTo(expected, SHAPE))
          .doesNotThrowAnyException();
    }

    @Test
    void allParametersInOneLayer() {
      Expected<Supplier<Block>> expected =
          Expected.of(() -> seq(conv(3, 3, 1), relu(), conv(3, 3, 1)));

      assertThatCode(() -> Course.check("00.1").block("b", OneLayer::new).equalTo(expected, SHAPE))
          .doesNotThrowAnyException();
    }

    @Test
    void aLayerThatStandsInTwoPlacesInBoth() {
      Expected<Supplier<Block>> expected =
          Expected.of(
              () -> {
                Unit shared = named("shared", conv(3, 3, 1));
                return add(seq(shared, relu()), seq(relu(), shared));
              });

      assertThatCode(() -> Course.check("00.1").block("b", Twice::new).equalTo(expected, SHAPE))
          .doesNotThrowAnyException();
      assertThatThrownBy(
              () -> Course.check("00.1").block("b", () -> conv(3, 3, 1)).equalTo(expected, SHAPE))
          .isInstanceOf(CheckFailedException.class)
          .hasMessageContaining("output in evaluation");
    }

    @Test
    void blocksOfDjl() {
      pass(() -> seq(new SequentialBlock().add(right())));
    }

    /** With the parameters of one shape alone, a silent ReLU could hide what stands around it. */
    @Test
    void parametersAreOthersForEachShape() {
      Set<Float> seen = new HashSet<>();
      Expected<Supplier<Block>> expected = Expected.of(() -> conv(3, 3, 1));

      Course.check("00.1")
          .block("b", () -> new Watched(conv(3, 3, 1), seen))
          .equalTo(expected, SHAPE, new Shape(1, 3, 4, 4));

      assertThat(seen).hasSize(2);
    }

    /** At zero a ReLU has the gradient 0, and the maximum with 0 one half. */
    @Test
    void anotherGradientWhereTheExpectedOneJumps() {
      float[][] first = {null};
      Unit less =
          lambda(
              "less the first that is differentiated",
              x -> {
                if (first[0] == null && JniUtils.isGradMode()) {
                  first[0] = x.toFloatArray();
                }
                return first[0] == null ? x : x.sub(x.getManager().create(first[0], x.getShape()));
              });

      assertThatCode(
              () ->
                  Course.check("00.1")
                      .block("b", () -> seq(less, lambda("maximum", x -> x.maximum(0))))
                      .equalTo(Expected.of(() -> seq(less, relu())), SHAPE))
          .doesNotThrowAnyException();
    }

    @Test
    void dropoutThatDrawsTheSame() {
      Expected<Supplier<Block>> expected = Expected.of(() -> seq(dropout(0.5), conv(3, 3, 1)));

      assertThatCode(
              () ->
                  Course.check("00.1")
                      .block("b", () -> seq(dropout(0.5), conv(3, 3, 1)))
                      .equalTo(expected, SHAPE))
          .doesNotThrowAnyException();
    }
  }

  @Nested
  class Fails {

    @Test
    void nothing() {
      fail(() -> null, "b: expected a block, but got null");
    }

    @Test
    void anotherShape() {
      fail(
          () -> seq(right(), avgPool(2, 2)),
          "b, output shape for (2, 3, 5, 4): expected (2, 3, 5, 4), but got (2, 3, 2, 2)");
    }

    @Test
    void anotherKernel() {
      fail(
          () -> add(seq(conv(3, 3, 3).bn().relu(), conv(3, 3, 1).bn()), identity()),
          "b, parameters: expected weight (3, 3, 3, 3), but got weight (3, 3, 1, 1)");
    }

    @Test
    void aBias() {
      fail(
          () -> add(seq(conv(3, 3, 3).bn().relu(), conv(3, 3, 3).bias().bn()), identity()),
          "b, parameters: expected no more, but got bias (3)");
    }

    @Test
    void aLayerUsedTwice() {
      fail(
          () -> {
            BatchNorm norm = batchNorm(3);
            return add(seq(conv(3, 3, 3), norm, relu(), conv(3, 3, 3), norm), identity());
          },
          "b: expected each layer once, but got bn1.weight a second time as bn2.weight");
    }

    @Test
    void oneBlockForAll() {
      Unit only = right();
      fail(
          () -> only,
          "b: expected a new block from each call, but got two that share conv1.weight");
    }

    @Test
    void layersInAnotherOrder() {
      fail(
          () -> add(seq(conv(3, 3, 3).bn(), conv(3, 3, 3).relu().then(batchNorm(3))), identity()),
          "b, output in evaluation for (2, 3, 5, 4): at ");
    }

    @Test
    void aSumWithoutTheInput() {
      fail(BlockClaimTest::body, "b, output in evaluation");
    }

    @Test
    void aFrozenLayer() {
      fail(
          () -> {
            Conv frozen = conv(3, 3, 3);
            frozen.freezeParameters(true);
            return add(seq(conv(3, 3, 3).bn().relu(), frozen, batchNorm(3)), identity());
          },
          "b, whether conv2.weight can be trained: expected true, but got false");
    }

    @Test
    void aGradientCutOff() {
      fail(
          () -> add(body(), lambda("cut", NDArray::stopGradient)),
          "b, gradient at the input in evaluation for (2, 3, 5, 4): at ");
      fail(
          () ->
              add(
                  seq(conv(3, 3, 3), lambda("cut", NDArray::stopGradient))
                      .then(batchNorm(3))
                      .then(relu())
                      .then(conv(3, 3, 3).bn()),
                  identity()),
          "b, gradient at the input in evaluation");
    }

    @Test
    void anotherTraining() {
      fail(() -> right().then(dropout(0.5)), "b, output in training");
      fail(
          () -> add(seq(conv(3, 3, 3).bn().relu(), conv(3, 3, 3).bn(1e-5, 0.9)), identity()),
          "b, bn2.running_mean after a pass in training");
      fail(() -> new Deaf(right()), "b, output in training");
    }

    @Test
    void anInputOverwritten() {
      fail(
          () ->
              lambda(
                      "spoil",
                      x -> {
                        NDArray y = x.duplicate();
                        if (!x.hasGradient()) {
                          x.muli(2);
                        }
                        return y;
                      })
                  .then(right()),
          "b, its input afterwards: at ");
    }

    @Test
    void sizesThatItWasNotInitialisedFor() {
      Unit stiff = lambda("stiff", x -> x.reshape(-1, 3, 5, 4));
      assertThatThrownBy(
              () ->
                  Course.check("00.1")
                      .block("b", () -> right().then(stiff))
                      .equalTo(Expected.of(BlockClaimTest::right), SHAPE, new Shape(1, 3, 7, 4)))
          .isInstanceOf(CheckFailedException.class)
          .hasMessageContaining("b, output shape for (1, 3, 7, 4): expected it to run, but");
    }

    @Test
    void whatDoesNotRun() {
      fail(
          () -> add(seq(conv(3, 6, 3).bn().relu(), conv(3, 3, 3).bn()), identity()),
          "b, output shape for (2, 3, 5, 4): expected it to run, but got"
              + " IllegalArgumentException: 3×3 conv, 3 → 3 takes (N, 3, H, W), but was given");
      fail(Circle::new, "b, parameters: expected it to run, but got StackOverflowError");
    }
  }

  /** In a class that extends Unit, {@code relu()} is that of this. */
  private static final class Circle extends Unit {
    Circle() {
      child(relu());
    }
  }

  @Test
  void aGapInABlockIsNotStarted() {
    assertThatThrownBy(
            () ->
                compare(
                    () ->
                        lambda(
                            "gap",
                            x -> {
                              throw Course.todo("00.1");
                            })))
        .isInstanceOf(TodoException.class);
  }

  @Nested
  class StartsAs {

    private static final Expected<Supplier<Block>> HALVES =
        Expected.of(
            () -> {
              Unit block = right();
              block.setInitializer(Initializers.constant(0.5), "bn2.weight");
              return block;
            });

    @Test
    void theSame() {
      assertThatCode(() -> start("bn2.weight", 0.5)).doesNotThrowAnyException();
    }

    @Test
    void anotherStart() {
      assertThatThrownBy(() -> start("bn2.weight", 0.25))
          .hasMessageContaining("b, bn2.weight at the start: at (0) expected 0.5, but got 0.25");
      assertThatThrownBy(() -> start("conv1.weight", 0.5))
          .hasMessageContaining("b, conv1.weight at the start: at (0, 0, 0, 0) expected");
    }

    @Test
    void aFrozenParameter() {
      assertThatThrownBy(
              () ->
                  Course.check("00.1")
                      .block(
                          "b",
                          () -> {
                            Unit block = HALVES.value().get() instanceof Unit unit ? unit : null;
                            block.getParameters().get("conv1.weight").freeze(true);
                            return block;
                          })
                      .startsAs(HALVES, SHAPE))
          .hasMessageContaining(
              "whether conv1.weight can be trained: expected true, but got false");
    }

    private static void start(String parameter, double value) {
      Course.check("00.1")
          .block(
              "b",
              () -> {
                Unit block = right();
                block.setInitializer(Initializers.constant(value), parameter);
                return block;
              })
          .startsAs(HALVES, SHAPE);
    }
  }

  private static void pass(Supplier<Block> answer) {
    assertThatCode(() -> compare(answer)).doesNotThrowAnyException();
  }

  private static void fail(Supplier<Block> answer, String message) {
    assertThatThrownBy(() -> compare(answer))
        .isInstanceOf(CheckFailedException.class)
        .hasMessageContaining(message);
  }

  private static void compare(Supplier<Block> answer) {
    Course.check("00.1").block("b", answer).equalTo(Expected.of(BlockClaimTest::right), SHAPE);
  }

  /** The same block, its layers registered from the last to the first. */
  private static final class Backwards extends Unit {
    private final List<Unit> layers =
        List.of(conv(3, 3, 3), batchNorm(3), Layers.relu(), conv(3, 3, 3), batchNorm(3));

    Backwards() {
      for (int i = layers.size() - 1; i >= 0; i--) {
        child("layer" + i, layers.get(i));
      }
    }

    @Override
    protected NDArray forward(Pass pass, NDArray x) {
      NDArray y = x;
      for (Unit layer : layers) {
        y = pass.run(layer, y);
      }
      return y.add(x);
    }
  }

  /** One 1×1 convolution, before a ReLU and behind one, added. */
  private static final class Twice extends Unit {
    private final Unit layer = child("layer", conv(3, 3, 1));

    @Override
    protected NDArray forward(Pass pass, NDArray x) {
      return pass.run(layer, x).maximum(0).add(pass.run(layer, x.maximum(0)));
    }
  }

  /** Two 1×1 convolutions with ReLU between, as matrices of a layer of its own. */
  private static final class OneLayer extends Unit {
    private final Parameter second = weight("second");
    private final Parameter first = weight("first");

    private Parameter weight(String name) {
      return parameter(name, Parameter.Type.WEIGHT, new Shape(3, 3, 1, 1), Initializers.heFanOut());
    }

    @Override
    protected NDArray forward(Pass pass, NDArray x) {
      NDArray hidden = times(pass.value(first, x), x).maximum(0);
      return times(pass.value(second, x), hidden);
    }

    private static NDArray times(NDArray weight, NDArray x) {
      Shape shape = x.getShape();
      NDArray columns = x.reshape(shape.get(0), 3, -1);
      return weight.reshape(1, 3, 3).matMul(columns).reshape(shape);
    }
  }

  /** Remembers the first weight that it is run with. */
  private static final class Watched extends Unit {
    private final Unit layer;
    private final Set<Float> seen;

    Watched(Unit layer, Set<Float> seen) {
      this.layer = child(layer);
      this.seen = seen;
    }

    @Override
    protected NDArray forward(Pass pass, NDArray x) {
      Parameter weight = layer.getParameters().valueAt(0);
      if (weight.isInitialized()) { // or only shapes are asked for
        seen.add(weight.getArray().getFloat(0, 0, 0, 0));
      }
      return pass.run(layer, x);
    }
  }

  /** Evaluates, also in training. */
  private static final class Deaf extends Unit {
    private final Unit block;

    Deaf(Unit block) {
      this.block = child(block);
    }

    @Override
    protected NDArray forward(Pass pass, NDArray x) {
      return pass.run(pass.training() ? frozen(block, x) : block, x);
    }

    private static Unit frozen(Unit block, NDArray x) {
      NDArray y = block.apply(x);
      return lambda("frozen", ignored -> y);
    }
  }
}
