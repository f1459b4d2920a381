package convnets.nn;

import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.conv;
import static convnets.nn.Layers.convTranspose;
import static convnets.nn.Layers.flatten;
import static convnets.nn.Layers.linear;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import convnets.torch.GradMode;
import convnets.torch.TorchOps;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SpectralNormTest extends NnTest {

  /** A layer, the same without, the shape of an input, and the axis of the outputs. */
  static Stream<Arguments> layers() {
    return Stream.of(
        Arguments.of(conv(3, 5, 3).spectralNorm(), conv(3, 5, 3), new Shape(2, 3, 5, 4), 0),
        Arguments.of(
            conv(4, 6, 3).stride(2).groups(2).bias().spectralNorm(),
            conv(4, 6, 3).stride(2).groups(2).bias(),
            new Shape(1, 4, 5, 4),
            0),
        Arguments.of(
            convTranspose(3, 4, 4).stride(2).spectralNorm(),
            convTranspose(3, 4, 4).stride(2),
            new Shape(1, 3, 3, 5),
            1),
        Arguments.of(linear(7, 4).spectralNorm(), linear(7, 4), new Shape(3, 7), 0));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("layers")
  void comesToDivideByTheLargestSingularValue(Unit layer, Unit plain, Shape shape, int outputs) {
    layer.initialize(manager, DataType.FLOAT32, shape);
    plain.initialize(manager, DataType.FLOAT32, shape);
    NDArray x = manager.randomNormal(shape);
    for (int i = 0; i < 300; i++) {
      run(layer, x, true).close();
    }
    NDArray weight = layer.getParameters().get("weight_orig").getArray();
    TorchOps.copy(
        weight.div((float) largestSingularValue(weight, outputs)),
        plain.getParameters().get("weight").getArray());
    if (plain.getParameters().contains("bias")) {
      TorchOps.copy(
          layer.getParameters().get("bias").getArray(),
          plain.getParameters().get("bias").getArray());
    }
    assertThat(layer.apply(x).sub(plain.apply(x)).abs().max().getFloat()).isLessThan(1e-4f);
    assertThat(layer.multiplyAdds(shape, layer.outputShape(shape)))
        .isEqualTo(plain.multiplyAdds(shape, plain.outputShape(shape)));
  }

  /** Of the matrix of outputs by all else: in double precision, from WᵀW to a high power. */
  private static double largestSingularValue(NDArray weight, int outputs) {
    NDArray first = outputs == 0 ? weight : weight.swapAxes(0, 1);
    int rows = (int) first.getShape().get(0);
    float[] w = first.toFloatArray();
    int columns = w.length / rows;
    double[] v = new Random(5).doubles(columns).toArray();
    double norm = 0;
    for (int step = 0; step < 2000; step++) {
      double[] u = new double[rows];
      double[] next = new double[columns];
      for (int i = 0; i < w.length; i++) {
        u[i / columns] += w[i] * v[i % columns];
      }
      for (int i = 0; i < w.length; i++) {
        next[i % columns] += w[i] * u[i / columns];
      }
      norm = Math.sqrt(Arrays.stream(next).map(a -> a * a).sum());
      for (int i = 0; i < columns; i++) {
        v[i] = next[i] / norm;
      }
    }
    return Math.sqrt(norm);
  }

  @Test
  void startsNearTheLargestSingularValue() {
    Unit layer = conv(16, 32, 3).spectralNorm();
    layer.initialize(manager, DataType.FLOAT32, new Shape(1, 16, 5, 5));
    NDArray weight = layer.getParameters().get("weight_orig").getArray();
    float[] u = layer.getParameters().get("weight_u").getArray().toFloatArray();
    NDArray v = layer.getParameters().get("weight_v").getArray();
    NDArray wv = weight.reshape(32, -1).matMul(v.reshape(-1, 1)).reshape(32);
    double sigma = wv.mul(manager.create(u)).sum().getFloat();
    double largest = largestSingularValue(weight, 0);
    assertThat(sigma).isBetween(0.9 * largest, largest * (1 + 1e-5));
  }

  @Test
  void onlyTrainingMovesWhatIsNotLearned() {
    Unit layer = conv(3, 5, 3).spectralNorm();
    layer.initialize(manager, DataType.FLOAT32, new Shape(1, 3, 4, 4));
    layer.freezeParameters(false);
    Parameter u = layer.getParameters().get("weight_u");
    float[] before = u.getArray().toFloatArray();
    NDArray x = array(randomTensor(1, 3, 4, 4));
    run(layer, x, false);
    assertThat(u.getArray().toFloatArray()).containsExactly(before);
    run(layer, x, true);
    assertThat(u.getArray().toFloatArray()).isNotEqualTo(before);
    assertThat((double) u.getArray().norm().getFloat()).isCloseTo(1, Offset.offset(1e-5));
    assertThat(layer.getParameters().keys()).containsExactly("weight_orig", "weight_u", "weight_v");
  }

  @Test
  void isSavedWithTheWeights() throws Exception {
    Unit net = seq(conv(3, 5, 3).spectralNorm(), flatten(), linear(80, 2).spectralNorm());
    net.initialize(manager, DataType.FLOAT32, new Shape(1, 3, 4, 4));
    NDArray x = array(randomTensor(2, 3, 4, 4));
    run(net, x, true);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    net.saveParameters(new DataOutputStream(bytes));
    Unit read = seq(conv(3, 5, 3).spectralNorm(), flatten(), linear(80, 2).spectralNorm());
    try (NDManager other = manager.newSubManager()) {
      read.loadParameters(
          other, new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
      assertThat(read.apply(x).toFloatArray()).containsExactly(net.apply(x).toFloatArray());
      // The next step in training continues where the first has left off.
      assertThat(run(read, x, true).toFloatArray())
          .containsExactly(run(net, x, true).toFloatArray());
      assertThat(read.apply(x).toFloatArray()).containsExactly(net.apply(x).toFloatArray());
    }
  }

  /** A step may run a network twice before it differentiates, on real and on painted images. */
  @Test
  void aSecondPassLeavesTheRecordOfTheFirstAlone() {
    Unit once = conv(2, 3, 3).spectralNorm();
    once.initialize(manager, DataType.FLOAT32, new Shape(1, 2, 4, 4));
    NDArray weight = once.getParameters().get("weight_orig").getArray();
    weight.setRequiresGradient(true);
    float[] u = once.getParameters().get("weight_u").getArray().toFloatArray();
    float[] v = once.getParameters().get("weight_v").getArray().toFloatArray();
    NDArray x = array(randomTensor(1, 2, 4, 4));
    NDArray alone = GradMode.on(() -> run(once, x, true).square().sum());
    float[] expected = gradient(alone, weight);
    TorchOps.copy(manager.create(u), once.getParameters().get("weight_u").getArray());
    TorchOps.copy(manager.create(v), once.getParameters().get("weight_v").getArray());
    NDArray first = GradMode.on(() -> run(once, x, true).square().sum());
    run(once, x, true);
    assertThat(gradient(first, weight)).containsExactly(expected);
  }

  private static float[] gradient(NDArray y, NDArray x) {
    return TorchOps.gradients(y, new NDList(x)).head().toFloatArray();
  }
}
