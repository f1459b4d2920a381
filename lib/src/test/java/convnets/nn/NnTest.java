package convnets.nn;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.util.Pair;
import convnets.nn.Naive.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What tests of layers and operators share: a manager, random arrays, runs and gradients. */
public abstract class NnTest {

  protected NDManager manager;
  protected final Random random = new Random(7);

  @BeforeEach
  void open() {
    Engine.getEngine("PyTorch").setRandomSeed(7);
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  protected NDArray array(Tensor tensor) {
    return manager.create(
        tensor.floats(), new Shape(tensor.n(), tensor.c(), tensor.h(), tensor.w()));
  }

  protected Tensor tensor(NDArray array) {
    long[] s = array.getShape().getShape();
    return Tensor.of((int) s[0], (int) s[1], (int) s[2], (int) s[3], array.toFloatArray());
  }

  protected Tensor randomTensor(int n, int c, int h, int w) {
    Tensor tensor = new Tensor(n, c, h, w);
    for (int i = 0; i < tensor.values().length; i++) {
      tensor.values()[i] = (float) random.nextGaussian();
    }
    return tensor;
  }

  /** Initialises a block and moves every parameter away from its special start (ones, zeros). */
  protected <B extends Block> B randomized(B block, Shape input) {
    block.initialize(manager, DataType.FLOAT32, input);
    for (Parameter parameter : block.getParameters().values()) {
      NDArray value = parameter.getArray();
      boolean variance = parameter.getType() == Parameter.Type.RUNNING_VAR;
      NDArray noise =
          manager.randomUniform(variance ? 0.5f : -0.5f, variance ? 1.5f : 0.5f, value.getShape());
      value.set(noise.toByteBuffer());
    }
    return block;
  }

  protected NDArray run(Block block, NDArray x, boolean training) {
    ParameterStore store = new ParameterStore(manager, false);
    return block.forward(store, new NDList(x), training, null).singletonOrThrow();
  }

  /** The gradients of Σ weights · block(x) for the input and for each learned parameter. */
  protected Map<String, float[]> gradients(Block block, Tensor x, NDArray weights) {
    NDArray input = array(x);
    input.setRequiresGradient(true);
    Map<String, float[]> gradients = new LinkedHashMap<>();
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      collector.backward(run(block, input, true).mul(weights).sum());
    }
    gradients.put("input", input.getGradient().toFloatArray());
    for (Pair<String, Parameter> pair : block.getParameters()) {
      if (pair.getValue().requiresGradient()) {
        NDArray gradient = pair.getValue().getArray().getGradient();
        gradients.put(pair.getKey(), gradient.toFloatArray());
        gradient.subi(gradient.duplicate());
      }
    }
    return gradients;
  }

  /** The derivative of a function of a tensor by central differences. */
  protected static float[] numericGradient(Tensor x, ToDoubleFunction<Tensor> function) {
    double step = 1e-5;
    float[] gradient = new float[x.values().length];
    for (int i = 0; i < gradient.length; i++) {
      double value = x.values()[i];
      x.values()[i] = value + step;
      double above = function.applyAsDouble(x);
      x.values()[i] = value - step;
      double below = function.applyAsDouble(x);
      x.values()[i] = value;
      gradient[i] = (float) ((above - below) / (2 * step));
    }
    return gradient;
  }

  /** Σ a · b. */
  protected static double dot(Tensor a, Tensor b) {
    double sum = 0;
    for (int i = 0; i < a.values().length; i++) {
      sum += a.values()[i] * b.values()[i];
    }
    return sum;
  }

  protected static void assertClose(NDArray actual, Tensor expected) {
    assertThat(actual.getShape())
        .isEqualTo(new Shape(expected.n(), expected.c(), expected.h(), expected.w()));
    assertThat(actual.toFloatArray()).containsExactly(expected.floats(), Offset.offset(1e-4f));
  }

  protected static void assertClose(float[] actual, float[] expected) {
    assertThat(actual).containsExactly(expected, Offset.offset(1e-3f));
  }
}
