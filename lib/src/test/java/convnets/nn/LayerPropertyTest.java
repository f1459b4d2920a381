package convnets.nn;

import static convnets.Refusals.orRefused;
import static convnets.nn.Combinators.add;
import static convnets.nn.Combinators.concat;
import static convnets.nn.Combinators.gate;
import static convnets.nn.Combinators.seq;
import static convnets.nn.Combinators.split;
import static convnets.nn.Layers.adaptiveAvgPool;
import static convnets.nn.Layers.avgPool;
import static convnets.nn.Layers.batchNorm;
import static convnets.nn.Layers.channelShuffle;
import static convnets.nn.Layers.constantPad;
import static convnets.nn.Layers.conv;
import static convnets.nn.Layers.convTranspose;
import static convnets.nn.Layers.depthwise;
import static convnets.nn.Layers.dropout;
import static convnets.nn.Layers.flatten;
import static convnets.nn.Layers.gelu;
import static convnets.nn.Layers.globalAvgPool;
import static convnets.nn.Layers.globalMaxPool;
import static convnets.nn.Layers.groupNorm;
import static convnets.nn.Layers.hardswish;
import static convnets.nn.Layers.identity;
import static convnets.nn.Layers.instanceNorm;
import static convnets.nn.Layers.layerNorm;
import static convnets.nn.Layers.layerNorm2d;
import static convnets.nn.Layers.linear;
import static convnets.nn.Layers.localResponseNorm;
import static convnets.nn.Layers.maxPool;
import static convnets.nn.Layers.prelu;
import static convnets.nn.Layers.reflectionPad;
import static convnets.nn.Layers.relu;
import static convnets.nn.Layers.replicationPad;
import static convnets.nn.Layers.stochasticDepth;
import static convnets.nn.Layers.upsample;
import static convnets.nn.Layers.upsampleTo;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;

/**
 * Layers of any sizes, given arrays of any shape: each computes what it has foretold, or says what
 * it takes. {@code -Djqwik.tries.default} makes it longer.
 */
class LayerPropertyTest {

  /** A layer that may not be possible, and how it is written. */
  record Made(String text, Supplier<Unit> layer) {
    @Override
    public String toString() {
      return text;
    }
  }

  private interface Maker {
    Made make(int a, int b, int c, Random random);
  }

  private static final List<Maker> MAKERS =
      List.of(
          (a, b, c, r) -> {
            int stride = r.nextInt(4);
            int padding = r.nextInt(3);
            int groups = 1 + r.nextInt(3);
            int dilation = 1 + r.nextInt(2);
            return new Made(
                "conv(%d, %d, %d).stride(%d).padding(%d).groups(%d).dilation(%d)"
                    .formatted(a, b, c, stride, padding, groups, dilation),
                () ->
                    conv(a, b, c)
                        .stride(stride)
                        .padding(padding)
                        .groups(groups)
                        .dilation(dilation));
          },
          (a, b, c, r) -> {
            int stride = r.nextInt(3);
            return new Made(
                "convTranspose(%d, %d, %d).stride(%d)".formatted(a, b, c, stride),
                () -> convTranspose(a, b, c).stride(stride));
          },
          (a, b, c, r) ->
              new Made("conv(%d, %d, %d, 1)".formatted(a, b, c), () -> conv(a, b, c, 1)),
          (a, b, c, r) -> new Made("depthwise(%d, %d)".formatted(a, c), () -> depthwise(a, c)),
          (a, b, c, r) -> new Made("batchNorm(%d)".formatted(a), () -> batchNorm(a)),
          (a, b, c, r) -> new Made("groupNorm(%d, %d)".formatted(c, a), () -> groupNorm(c, a)),
          (a, b, c, r) -> new Made("instanceNorm(%d)".formatted(a), () -> instanceNorm(a)),
          (a, b, c, r) -> new Made("layerNorm(%d, %d)".formatted(a, b), () -> layerNorm(a, b)),
          (a, b, c, r) -> new Made("layerNorm2d(%d)".formatted(a), () -> layerNorm2d(a)),
          (a, b, c, r) -> new Made("linear(%d, %d)".formatted(a, b), () -> linear(a, b)),
          (a, b, c, r) -> new Made("prelu(%d)".formatted(a), () -> prelu(a)),
          (a, b, c, r) -> {
            int padding = r.nextInt(3);
            return new Made(
                "maxPool(%d, %d).padding(%d)".formatted(c, b, padding),
                () -> maxPool(c, b).padding(padding));
          },
          (a, b, c, r) -> {
            int padding = r.nextInt(3);
            return new Made(
                "avgPool(%d, %d).padding(%d)".formatted(c, b, padding),
                () -> avgPool(c, b).padding(padding));
          },
          (a, b, c, r) -> new Made("globalAvgPool()", () -> globalAvgPool()),
          (a, b, c, r) -> new Made("globalMaxPool()", () -> globalMaxPool()),
          (a, b, c, r) ->
              new Made("adaptiveAvgPool(%d, %d)".formatted(a, b), () -> adaptiveAvgPool(a, b)),
          (a, b, c, r) -> new Made("upsample(%d)".formatted(c), () -> upsample(c)),
          (a, b, c, r) -> new Made("upsampleTo(%d, %d)".formatted(a, b), () -> upsampleTo(a, b)),
          (a, b, c, r) -> new Made("constantPad(%d, 1)".formatted(c), () -> constantPad(c, 1)),
          (a, b, c, r) -> new Made("reflectionPad(%d)".formatted(c), () -> reflectionPad(c)),
          (a, b, c, r) -> new Made("replicationPad(%d)".formatted(c), () -> replicationPad(c)),
          (a, b, c, r) -> new Made("flatten()", () -> flatten()),
          (a, b, c, r) -> new Made("dropout(0.5)", () -> dropout(0.5)),
          (a, b, c, r) -> new Made("stochasticDepth(0.5)", () -> stochasticDepth(0.5)),
          (a, b, c, r) ->
              new Made(
                  "localResponseNorm(%d, 1e-4, 0.75, 1)".formatted(c),
                  () -> localResponseNorm(c, 1e-4, 0.75, 1)),
          (a, b, c, r) -> new Made("channelShuffle(%d)".formatted(c), () -> channelShuffle(c)),
          (a, b, c, r) -> new Made("seq(relu(), gelu())", () -> seq(relu(), gelu(), hardswish())),
          (a, b, c, r) ->
              new Made(
                  "add(conv(%d, %d, 1), identity())".formatted(a, b),
                  () -> add(conv(a, b, 1), identity())),
          (a, b, c, r) ->
              new Made(
                  "concat(conv(%d, %d, %d), identity())".formatted(a, b, c),
                  () -> concat(conv(a, b, c), identity())),
          (a, b, c, r) ->
              new Made("split(identity(), relu())", () -> split(identity(), relu(), relu())),
          (a, b, c, r) ->
              new Made(
                  "gate(identity(), seq(globalAvgPool(), conv(%d, %d, 1)))".formatted(a, b),
                  () -> gate(identity(), seq(globalAvgPool(), conv(a, b, 1)))));

  @Provide
  Arbitrary<Made> layers() {
    Arbitrary<Integer> sizes = Arbitraries.integers().between(0, 6);
    Arbitrary<Integer> kinds = Arbitraries.integers().between(0, MAKERS.size() - 1);
    return Arbitraries.longs()
        .flatMap(
            seed ->
                kinds.flatMap(
                    kind ->
                        sizes.flatMap(
                            a ->
                                sizes.flatMap(
                                    b ->
                                        sizes.map(
                                            c ->
                                                MAKERS
                                                    .get(kind)
                                                    .make(a, b, c, new Random(seed)))))));
  }

  @Provide
  Arbitrary<Shape> shapes() {
    Arbitrary<Long> sizes = Arbitraries.longs().between(0, 7);
    Arbitrary<List<Long>> images = sizes.list().ofSize(4);
    Arbitrary<List<Long>> any = sizes.list().ofMinSize(0).ofMaxSize(5);
    return Arbitraries.frequencyOf(Tuple.of(3, images), Tuple.of(1, any))
        .map(list -> new Shape(list.stream().mapToLong(Long::longValue).toArray()));
  }

  @Property(seed = "18", shrinking = ShrinkingMode.BOUNDED)
  void computesWhatItForetellsOrSaysWhatItTakes(
      @ForAll("layers") Made made, @ForAll("shapes") Shape first, @ForAll("shapes") Shape second) {
    Unit layer = orRefused(made.layer::get);
    Shape foretold = layer == null ? null : orRefused(() -> layer.outputShape(first));
    collect(layer == null ? "no such layer" : foretold == null ? "refused" : "computed");
    if (foretold == null) {
      return;
    }
    try (NDManager manager = NDManager.newBaseManager()) {
      layer.initialize(manager, DataType.FLOAT32, first);
      NDArray computed = layer.apply(manager.randomUniform(-1, 1, first));
      assertThat(computed.getShape()).as("computed").isEqualTo(foretold);
      assertThat(computed.isNaN().any().getBoolean()).as("NaN").isFalse();
      // With its weights it is given something else.
      Shape later = orRefused(() -> layer.outputShape(second));
      NDArray other = orRefused(() -> layer.apply(manager.randomUniform(-1, 1, second)));
      assertThat(other == null ? null : other.getShape()).as("computed later").isEqualTo(later);
      layer.clear();
    }
  }

  /** Enough of each kind, or the property would say little. */
  private static void collect(String outcome) {
    Statistics.label("outcome")
        .collect(outcome)
        .coverage(
            coverage -> {
              coverage.check("computed").percentage(p -> p > 10);
              coverage.check("refused").percentage(p -> p > 10);
            });
  }
}
