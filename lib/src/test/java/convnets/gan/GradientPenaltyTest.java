package convnets.gan;

import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.flatten;
import static convnets.nn.Layers.linear;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import convnets.nn.Layers;
import convnets.nn.NnTest;
import convnets.nn.Unit;
import convnets.torch.GradMode;
import convnets.torch.TorchOps;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GradientPenaltyTest extends NnTest {

  private static GradientPenalty penalty(boolean r1, double weight) {
    return r1 ? GradientPenalty.r1(weight) : GradientPenalty.gradient(weight);
  }

  private NDArray measured(GradientPenalty penalty, Unit critic, NDArray x) {
    NDArray place = GradientPenalty.place(x);
    return GradMode.on(() -> penalty.of(run(critic, place, true), place));
  }

  /** s = w x + c has the slope w everywhere. */
  @Test
  void ofALinearCriticIsAFormulaOfItsWeights() {
    Unit critic = linear(3, 1);
    critic.initialize(manager, DataType.FLOAT32, new Shape(1, 3));
    NDArray w = critic.getParameters().get("weight").getArray();
    w.set(new float[] {2, -1, 2}); // of length 3
    w.setRequiresGradient(true);
    NDArray x = manager.randomNormal(new Shape(5, 3));
    NDArray r1 = measured(GradientPenalty.r1(0.4), critic, x);
    assertThat(r1.getFloat()).isCloseTo(0.2f * 9, within(1e-6f));
    assertThat(TorchOps.gradients(r1, new NDList(w)).head().toFloatArray())
        .containsExactly(new float[] {0.8f, -0.4f, 0.8f}, within(1e-6f)); // 0.4 w
    NDArray gradient = measured(GradientPenalty.gradient(10), critic, x);
    assertThat(gradient.getFloat()).isCloseTo(10 * 2 * 2, within(1e-4f));
    assertThat(TorchOps.gradients(gradient, new NDList(w)).head().toFloatArray())
        .containsExactly(
            new float[] {10 * 2 * 2 * 2 / 3f, -10 * 2 * 2 / 3f, 10 * 2 * 2 * 2 / 3f},
            within(1e-3f)); // 2 · 10 (‖w‖ − 1) w / ‖w‖
  }

  /** Each sample has its own slope, and the mean is over samples. */
  @Test
  void isTheMeanOverTheSamples() {
    Unit critic = seq(flatten(), linear(4, 3), Layers.tanh(), linear(3, 1));
    randomized(critic, new Shape(1, 2, 1, 2));
    NDArray x = manager.randomNormal(new Shape(3, 2, 1, 2));
    for (boolean r1 : new boolean[] {true, false}) {
      GradientPenalty penalty = penalty(r1, 3);
      double sum = 0;
      for (int i = 0; i < 3; i++) {
        sum += measured(penalty, critic, x.get("{}:{}", i, i + 1)).getFloat();
      }
      assertThat((double) measured(penalty, critic, x).getFloat()).isCloseTo(sum / 3, within(1e-5));
    }
  }

  /** What the second differentiation gives, against central differences of the first. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void itsGradientIsThatOfFiniteDifferences(boolean r1) {
    Unit critic =
        seq(
            flatten(),
            linear(6, 5),
            Layers.tanh(),
            MinibatchStatistics.create(),
            linear(6, 4),
            Layers.silu(),
            linear(4, 1));
    critic.initialize(manager, DataType.FLOAT32, new Shape(2, 1, 2, 3));
    critic
        .getParameters()
        .values()
        .forEach(p -> TorchOps.copy(manager.randomNormal(p.getArray().getShape()), p.getArray()));
    NDArray x = manager.randomNormal(new Shape(4, 1, 2, 3));
    GradientPenalty penalty = penalty(r1, 2);
    NDList learned = new NDList();
    for (Parameter parameter : critic.getParameters().values()) {
      parameter.getArray().setRequiresGradient(true);
      learned.add(parameter.getArray());
    }
    NDList gradients = TorchOps.gradients(measured(penalty, critic, x), learned);
    float step = 1e-3f;
    double largest = 0;
    for (int i = 0; i < learned.size(); i++) {
      NDArray parameter = learned.get(i).stopGradient(); // the same memory
      NDArray start = parameter.duplicate();
      NDArray direction = manager.randomNormal(parameter.getShape());
      TorchOps.copy(start.add(TorchOps.scale(direction, step)), parameter);
      double above = measured(penalty, critic, x).getFloat();
      TorchOps.copy(start.sub(TorchOps.scale(direction, step)), parameter);
      double below = measured(penalty, critic, x).getFloat();
      TorchOps.copy(start, parameter);
      double slope = gradients.get(i).mul(direction).sum().getFloat();
      largest = Math.max(largest, Math.abs(slope));
      assertThat((above - below) / (2 * step))
          .as("%d", i)
          .isCloseTo(slope, within(5e-3 * Math.max(1, Math.abs(slope))));
    }
    assertThat(largest).isGreaterThan(0.05);
  }

  @Test
  void placesAreDrawnBetweenPairs() {
    NDArray real = manager.randomNormal(new Shape(500, 2, 1, 2));
    NDArray fake = manager.randomNormal(new Shape(500, 2, 1, 2)).add(3);
    NDArray share = GradientPenalty.between(real, fake).sub(real).div(fake.sub(real));
    NDArray flat = share.reshape(500, 4);
    assertThat(flat.max(new int[] {1}).sub(flat.min(new int[] {1})).max().getFloat())
        .isLessThan(1e-2f); // one share a pair, but where the two nearly agree
    NDArray each = flat.median(new int[] {1});
    assertThat(each.min().getFloat()).isBetween(0f, 0.02f);
    assertThat(each.max().getFloat()).isBetween(0.98f, 1f);
    assertThat(each.mean().getFloat()).isCloseTo(0.5f, within(0.05f));
  }

  @Test
  void saysItsOptionsAndRefusesOthers() {
    assertThat(GradientPenalty.r1(10)).hasToString("R1 10.0");
    assertThat(GradientPenalty.gradient(10)).hasToString("gradient penalty 10.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GradientPenalty.r1(0))
        .withMessage("weight (0.0) must be above 0");
  }
}
