package convnets.nn;

import static convnets.nn.Combinators.fitted;
import static convnets.nn.Combinators.interpolated;
import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.batchNorm;
import static convnets.nn.Layers.conv;
import static convnets.nn.Layers.convTranspose;
import static convnets.nn.Layers.depthwise;
import static convnets.nn.Layers.elu;
import static convnets.nn.Layers.flatten;
import static convnets.nn.Layers.gelu;
import static convnets.nn.Layers.groupNorm;
import static convnets.nn.Layers.instanceNorm;
import static convnets.nn.Layers.layerNorm2d;
import static convnets.nn.Layers.linear;
import static convnets.nn.Layers.localResponseNorm;
import static convnets.nn.Layers.reflectionPad;
import static convnets.nn.Layers.upsample;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import convnets.torch.TorchOps;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A pass in half the precision gives nearly the outputs and gradients of one in single, whether the
 * processor computes in it or not.
 */
@ParameterizedClass(name = "oneDNN {0}")
@ValueSource(strings = {"on", "off"})
class MixedPrecisionTest {

  /** By how much rounding to 8 bits moves a number at most, relative to it. */
  private static final double UNIT_ROUNDOFF = 0x1p-8;

  /** A layer rounds its input, its weights and its output. */
  private static final int ROUNDINGS = 3;

  @Parameter String oneDnn;

  /** An output and the gradients of its weighted sum, by the input and by each parameter. */
  private record Result(NDArray output, NDList gradients) {}

  private final NDManager manager = NDManager.newBaseManager(Device.cpu());

  @BeforeEach
  void seed() {
    System.setProperty("convnets.onednn", oneDnn);
    manager.getEngine().setRandomSeed(4);
    JniUtils.setGradMode(true);
  }

  @AfterEach
  void close() {
    JniUtils.setGradMode(false);
    manager.close();
    System.clearProperty("convnets.onednn");
  }

  static Stream<Unit> layers() {
    return Stream.of(
        conv(16, 8, 3),
        conv(16, 24, 3).stride(2).bias(),
        conv(16, 24, 1).stride(2),
        conv(16, 24, 3).groups(4).dilation(2),
        conv(16, 8, 3).stride(2).tensorflowPadding(),
        depthwise(16, 3),
        convTranspose(16, 8, 4).stride(2).bias(),
        convTranspose(16, 8, 3).groups(4).dilation(2),
        conv(16, 8, 3).reflect(),
        conv(16, 8, 3).spectralNorm(),
        interpolated(conv(16, 8, 3).stride(3)),
        fitted(convTranspose(16, 8, 4).stride(2)),
        seq(conv(16, 8, 3), groupNorm(2, 8)),
        seq(conv(16, 8, 3), instanceNorm(8)),
        seq(conv(16, 8, 3), layerNorm2d(8)),
        seq(conv(16, 8, 3), upsample(2).bilinear(), reflectionPad(2), elu(1)),
        seq(conv(16, 8, 3), upsample(2), gelu(), Layers.tanh()),
        seq(flatten(), linear(16 * 7 * 7, 5)),
        conv(16, 8, 3).bn(), // without ReLU, which rounding switches here and there
        seq(conv(16, 8, 3), localResponseNorm(5, 1e-1, 0.75, 1)),
        seq(conv(16, 8, 1), Conv2d.builder().setKernelShape(new Shape(3, 3)).setFilters(4).build()),
        seq(conv(16, 8, 1).bn(), conv(8, 8, 3).bn(), flatten(), linear(8 * 7 * 7, 6)));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void gradientsAreNearThoseOfSinglePrecision(Unit net) {
    Shape shape = new Shape(3, 16, 7, 7);
    net.initialize(manager, DataType.FLOAT32, shape);
    NDArray x = manager.randomNormal(shape);
    NDArray weights = manager.randomNormal(net.outputShape(shape));

    Result single = run(net, x, weights, DataType.FLOAT32);
    Result mixed = run(net, x, weights, DataType.BFLOAT16);
    // To first order the roundings on the way add up: there to the output, there and back again.
    double there = ROUNDINGS * layersOf(net) * UNIT_ROUNDOFF;
    assertThat(difference(mixed.output, single.output)).isBetween(1e-5, there);
    for (int i = 0; i < single.gradients.size(); i++) {
      NDArray gradient = mixed.gradients.get(i);
      assertThat(gradient.getDataType()).isEqualTo(DataType.FLOAT32);
      if (i == 0 || single.gradients.get(i).norm().getFloat() > 1e-2) { // not 0 but for rounding
        assertThat(difference(gradient, single.gradients.get(i))).as("%d", i).isLessThan(2 * there);
      }
    }
    net.getParameters()
        .values()
        .forEach(p -> assertThat(p.getArray().getDataType()).isEqualTo(DataType.FLOAT32));
  }

  /** PyTorch's own, in both layouts: single precision for γ, β and statistics alone. */
  @Test
  void batchNormTakesHalfThePrecisionInBothLayouts() {
    NDArray weights = manager.randomNormal(new Shape(4, 8, 5, 6));
    NDArray x = manager.randomNormal(weights.getShape());
    for (boolean channelsLast : List.of(false, true)) {
      BatchNorm norm = batchNorm(8);
      norm.initialize(manager, DataType.FLOAT32, x.getShape());
      if (channelsLast) {
        TorchOps.layOutChannelsLast(x);
      }
      NDArray expected = gradient(norm, x, weights, DataType.FLOAT32);
      NDArray mean = norm.values()[2].duplicate();
      TorchOps.copy(mean.zerosLike(), norm.values()[2]);
      assertThat(difference(gradient(norm, x, weights, DataType.BFLOAT16), expected))
          .isBetween(1e-5, 2 * ROUNDINGS * UNIT_ROUNDOFF);
      assertThat(difference(norm.values()[2], mean)).isBetween(1e-7, ROUNDINGS * UNIT_ROUNDOFF);
    }
  }

  /** By an input that has been converted beforehand. */
  private NDArray gradient(Unit net, NDArray x, NDArray weights, DataType precision) {
    NDArray input = x.duplicate();
    input.setRequiresGradient(true);
    NDArray y = pass(precision).run(net, TorchOps.convert(input, precision));
    NDArray sum = TorchOps.convert(y, DataType.FLOAT32).mul(weights).sum();
    return TorchOps.gradients(sum, new NDList(input)).singletonOrThrow();
  }

  @Test
  void stochasticDepthDropsWholeImages() {
    NDArray x = TorchOps.convert(manager.ones(new Shape(200, 2, 3, 3)), DataType.BFLOAT16);
    NDArray y = TorchOps.convert(TorchOps.stochasticDepth(x, 0.5), DataType.FLOAT32);
    NDArray perImage = y.reshape(200, 18);
    assertThat(perImage.max(new int[] {1})).isEqualTo(perImage.min(new int[] {1}));
    assertThat(perImage.get(":, 0").toFloatArray()).containsOnly(0, 2).contains(0, 2);
  }

  @Test
  void otherTypesAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TorchOps.convert(manager.ones(new Shape(1)), DataType.INT8))
        .withMessageContaining("int8");
  }

  private Pass pass(DataType precision) {
    return Pass.of(new ParameterStore(manager, false), true).precision(precision);
  }

  private Result run(Unit net, NDArray x, NDArray weights, DataType precision) {
    NDList by = new NDList(x.duplicate());
    net.getParameters().values().stream()
        .filter(ai.djl.nn.Parameter::requiresGradient)
        .forEach(parameter -> by.add(parameter.getArray()));
    by.forEach(array -> array.setRequiresGradient(true));
    NDArray y = TorchOps.convert(pass(precision).run(net, by.head()), DataType.FLOAT32);
    return new Result(y, TorchOps.gradients(y.mul(weights).sum(), by));
  }

  /** How many layers multiply matrices. */
  private static int layersOf(Block block) {
    return block instanceof Filters || block instanceof Linear || block instanceof Conv2d
        ? 1
        : block.getChildren().values().stream().mapToInt(MixedPrecisionTest::layersOf).sum();
  }

  /** |a − b| / |b|. */
  private static double difference(NDArray a, NDArray b) {
    return a.sub(b).norm().getFloat() / b.norm().getFloat();
  }
}
