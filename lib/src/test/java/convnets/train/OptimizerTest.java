package convnets.train;

import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.conv;
import static convnets.nn.Layers.flatten;
import static convnets.nn.Layers.linear;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import convnets.nn.Unit;
import convnets.torch.GradMode;
import convnets.torch.ParameterOps;
import convnets.torch.TorchOps;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The optimisers beside plain loops over doubles. */
class OptimizerTest {

  private static final int STEPS = 5;

  private final Random random = new Random(7);
  private NDManager manager;
  private Unit net;

  @BeforeEach
  void makeNet() {
    manager = NDManager.newBaseManager(Device.cpu());
    net = seq(conv(2, 3, 3).bias().bn().relu(), flatten(), linear(12, 4));
    net.initialize(manager, DataType.FLOAT32, new Shape(1, 2, 2, 2));
  }

  @AfterEach
  void close() {
    manager.close();
  }

  /** Changes one number by its gradient; what it keeps from step to step is its own. */
  private interface Rule {
    double update(double weight, double gradient, double decay);
  }

  private static Rule sgd(double rate, double momentum, boolean nesterov) {
    double[] m = {0};
    return (weight, gradient, decay) -> {
      double g = gradient + decay * weight;
      m[0] = momentum * m[0] + g;
      return weight - rate * (nesterov ? g + momentum * m[0] : m[0]);
    };
  }

  private static Rule adamw(double rate, double beta1, double beta2, double epsilon) {
    double[] state = {0, 0, 0};
    return (weight, g, decay) -> {
      double t = ++state[0];
      state[1] = beta1 * state[1] + (1 - beta1) * g;
      state[2] = beta2 * state[2] + (1 - beta2) * g * g;
      double mean = state[1] / (1 - Math.pow(beta1, t));
      double square = state[2] / (1 - Math.pow(beta2, t));
      return weight - rate * decay * weight - rate * mean / (Math.sqrt(square) + epsilon);
    };
  }

  @Test
  void plainSgd() {
    assertSame(Sgd.plain().decay(0.3), 0.3, () -> sgd(0.1, 0, false));
  }

  @Test
  void sgdWithMomentum() {
    assertSame(Sgd.momentum(0.9).decay(0.3), 0.3, () -> sgd(0.1, 0.9, false));
  }

  @Test
  void sgdThatLooksAhead() {
    assertSame(Sgd.momentum(0.8).nesterov().decay(0.3), 0.3, () -> sgd(0.1, 0.8, true));
  }

  @Test
  void adamw() {
    assertSame(
        AdamW.standard().betas(0.8, 0.95).epsilon(1e-3).decay(0.3),
        0.3,
        () -> adamw(0.1, 0.8, 0.95, 1e-3));
  }

  /**
   * After a first step the momentum is the gradient, number by number, however the processor wants
   * kernels to lie in memory: a checkpoint may go on elsewhere.
   */
  @Test
  void theMomentumOfAWeightStandsInItsPlace() {
    Updater updater = Sgd.momentum(0.9).start(net, manager);
    NDList gradients = new NDList();
    for (NDArray parameter : updater.parameters()) {
      NDArray gradient = TorchOps.zerosLike(parameter);
      TorchOps.copy(manager.randomNormal(parameter.getShape()), gradient);
      gradients.add(gradient);
    }
    updater.step(gradients, 0.1);
    for (int i = 0; i < gradients.size(); i++) {
      NDArray parameter = updater.parameters().get(i);
      String name =
          net.getParameters().stream()
              .filter(pair -> pair.getValue().getArray() == parameter)
              .findFirst()
              .orElseThrow()
              .getKey();
      assertThat(updater.state().get("momentum/" + name).toFloatArray())
          .as(name)
          .isEqualTo(gradients.get(i).toFloatArray());
    }
  }

  /** Weights decay; biases, γ and β do not; running statistics do not move at all. */
  private void assertSame(Optimizer optimizer, double decay, Supplier<Rule> rules) {
    Updater updater = optimizer.start(net, manager);
    Map<String, double[]> expected = new HashMap<>();
    Map<String, Rule[]> naive = new HashMap<>();
    for (var pair : net.getParameters()) {
      float[] values = pair.getValue().getArray().toFloatArray();
      expected.put(pair.getKey(), doubles(values));
      Rule[] own = new Rule[values.length];
      Arrays.setAll(own, i -> rules.get());
      naive.put(pair.getKey(), own);
    }
    for (int step = 0; step < STEPS; step++) {
      Map<String, float[]> gradients = setRandomGradients();
      updater.step(0.1);
      gradients.forEach(
          (name, gradient) -> {
            boolean weight = name.endsWith("conv1.weight") || name.endsWith("fc1.weight");
            double[] w = expected.get(name);
            for (int i = 0; i < w.length; i++) {
              w[i] = naive.get(name)[i].update(w[i], gradient[i], weight ? decay : 0);
            }
          });
    }
    assertThat(expected).containsKeys("conv1.weight", "bn1.weight", "bn1.running_mean");
    for (var pair : net.getParameters()) {
      assertThat(doubles(pair.getValue().getArray().toFloatArray()))
          .as(pair.getKey())
          .containsExactly(expected.get(pair.getKey()), within(2e-6));
    }
  }

  /** Backpropagates Σ cᵢ wᵢ, whose gradient is c. */
  private Map<String, float[]> setRandomGradients() {
    Map<String, float[]> gradients = new HashMap<>();
    for (var pair : net.getParameters()) {
      Parameter parameter = pair.getValue();
      if (parameter.requiresGradient()) {
        float[] c = new float[(int) parameter.getShape().size()];
        for (int i = 0; i < c.length; i++) {
          c[i] = (float) random.nextGaussian();
        }
        backward(parameter.getArray(), c);
        gradients.put(pair.getKey(), c);
      }
    }
    return gradients;
  }

  private void backward(NDArray w, float[] c) {
    try (NDArray coefficients = manager.create(c, w.getShape())) {
      NDArray sum = GradMode.on(() -> w.mul(coefficients).sum());
      JniUtils.backward((PtNDArray) sum, (PtNDArray) sum.onesLike(), false, false);
    }
  }

  /** Against a loop over all gradients together; a limit that is not reached changes nothing. */
  @Test
  void clippingIsByTheNormOfAll() {
    for (double limit : new double[] {0.7, 3, 1e6}) {
      Updater updater = Sgd.plain().start(net, manager);
      updater.clearGradients();
      Map<String, float[]> gradients = setRandomGradients();
      double squares = 0;
      for (float[] gradient : gradients.values()) {
        for (float g : gradient) {
          squares += (double) g * g;
        }
      }
      double factor = Math.min(1, limit / Math.sqrt(squares));
      NDList live = new NDList();
      updater.parameters().forEach(value -> live.add(value.getGradient()));
      ParameterOps.clipNorm(live, limit);
      gradients.forEach(
          (name, before) -> {
            double[] expected = doubles(before);
            Arrays.setAll(expected, i -> factor * expected[i]);
            assertThat(gradient(name)).as(name).containsExactly(expected, within(1e-6));
          });
      updater.clearGradients();
    }
  }

  /** The numbers on the right are those of {@code torch.nn.utils.clip_grad_norm_(…, 1.0)}. */
  @Test
  void clippingIsPyTorchs() {
    NDArray a =
        manager.create(
            new float[] {
              -2, -0.875f, 0.25f, 1.375f, 2.5f, -1.375f, -0.25f, 0.875f, 2, 3.125f, -0.75f, 0.375f
            },
            new Shape(3, 4));
    NDArray b = manager.create(new float[] {1.5f, -2.25f, 0.5f, 3, -0.125f});
    ParameterOps.clipNorm(List.of(a, b), 1);
    assertThat(doubles(a.toFloatArray()))
        .containsExactly(
            new double[] {
              -0.292557806,
              -0.127994046,
              0.036569726,
              0.201133490,
              0.365697265,
              -0.201133490,
              -0.036569726,
              0.127994046,
              0.292557806,
              0.457121581,
              -0.109709173,
              0.054854587
            },
            within(1e-8));
    assertThat(doubles(b.toFloatArray()))
        .containsExactly(
            new double[] {0.219418347, -0.329127520, 0.073139451, 0.438836694, -0.018284863},
            within(1e-8));
  }

  private double[] gradient(String name) {
    return doubles(net.getParameters().get(name).getArray().getGradient().toFloatArray());
  }

  @Test
  void clearingForgetsEvenNaN() {
    Updater updater = Sgd.plain().start(net, manager);
    Map<String, ?> before = Fixtures.weights(net);
    NDArray w = net.getParameters().get("fc1.weight").getArray();
    float[] c = new float[(int) w.size()];
    Arrays.fill(c, Float.NaN);
    backward(w, c);
    updater.clearGradients();
    updater.step(0.1);
    assertThat(Fixtures.weights(net)).isEqualTo(before);
  }

  /** DJL's own copy would put memory of the JVM there, free to be reused at the next collection. */
  @Test
  void clearedGradientsStayInPyTorchsMemory() {
    Updater updater = Sgd.plain().start(net, manager);
    setRandomGradients();
    updater.clearGradients();
    NDArray gradient = net.getParameters().get("fc1.weight").getArray().getGradient();
    for (int i = 0; i < 20; i++) {
      System.gc();
      for (int j = 0; j < 200; j++) {
        ByteBuffer garbage = ByteBuffer.allocateDirect((int) gradient.size() * Float.BYTES);
        while (garbage.hasRemaining()) {
          garbage.put((byte) 77);
        }
      }
    }
    assertThat(gradient.toFloatArray()).containsOnly(0);
  }

  @Test
  void frozenParametersStay() {
    net.getParameters().get("conv1.weight").freeze(true);
    Updater updater = Sgd.momentum(0.9).decay(0.5).start(net, manager);
    var before = Fixtures.weights(net);
    setRandomGradients();
    updater.step(0.1);
    var after = Fixtures.weights(net);
    assertThat(after.get("conv1.weight")).isEqualTo(before.get("conv1.weight"));
    assertThat(after.get("fc1.weight")).isNotEqualTo(before.get("fc1.weight"));
    assertThat(updater.state()).doesNotContainKey("momentum/conv1.weight");
  }

  @Test
  void argumentsAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Sgd.momentum(1))
        .withMessage("momentum (1.0) must be from 0 to below 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AdamW.standard().epsilon(0))
        .withMessage("epsilon (0.0) must be above 0");
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    Arrays.setAll(doubles, i -> values[i]);
    return doubles;
  }
}
