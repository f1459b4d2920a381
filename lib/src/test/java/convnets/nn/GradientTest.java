package convnets.nn;

import static convnets.nn.Combinators.add;
import static convnets.nn.Combinators.concat;
import static convnets.nn.Combinators.named;
import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.conv;
import static convnets.nn.Layers.flatten;
import static convnets.nn.Layers.groupNorm;
import static convnets.nn.Layers.identity;
import static convnets.nn.Layers.linear;
import static convnets.nn.Layers.relu;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import convnets.torch.GradMode;
import convnets.torch.TorchOps;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Gradients other than those of training: by inputs, by inner activations, of gradients. */
class GradientTest extends NnTest {

  @Test
  void innerActivationsHaveGradientsAfterThePass() {
    Unit body = named("body", add(seq(conv(2, 3, 3).bn(), relu(), conv(3, 2, 3)), identity()));
    Linear head = linear(2 * 5 * 4, 3);
    Unit net = seq(body, relu(), flatten(), head);
    net.initialize(manager, DataType.FLOAT32, new Shape(1, 2, 5, 4));
    net.freezeParameters(true);
    NDArray x = array(randomTensor(2, 2, 5, 4));
    x.setRequiresGradient(true);
    NDList inner = new NDList();
    Pass.Observer keep =
        (Block block, NDList in, NDList out) -> {
          if ("body".equals(net.paths().get(block))) {
            inner.add(keptOutOfScope(TorchOps.same(out.head())));
          }
        };
    Pass pass = Pass.observed(new ParameterStore(manager, false), false, keep);
    NDArray logits = GradMode.on(() -> net.run(pass, new NDList(x)).head());
    NDArray second = GradMode.on(() -> logits.get(":, 1").sum());
    NDList gradients = TorchOps.gradients(second, new NDList(x, inner.head()));

    // Behind the body there are a ReLU and the head alone.
    float[] w = head.getParameters().get("weight").getArray().get(1).toFloatArray();
    float[] body0 = inner.head().toFloatArray();
    float[] expected = new float[body0.length];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = body0[i] > 0 ? w[i % w.length] : 0;
    }
    assertThat(gradients.get(1).getShape()).isEqualTo(new Shape(2, 2, 5, 4));
    assertThat(gradients.get(1).toFloatArray()).containsExactly(expected, Offset.offset(1e-6f));
    assertThat(gradients.get(0).getShape()).isEqualTo(x.getShape());
    assertThat(gradients.get(0).abs().max().getFloat()).isPositive();
  }

  @Test
  void aSingleBranchThatIsConcatenatedHasItsGradient() {
    Unit layer = conv(2, 3, 1);
    Unit net = concat(layer);
    net.initialize(manager, DataType.FLOAT32, new Shape(1, 2, 5, 4));
    NDArray x = array(randomTensor(2, 2, 5, 4));
    NDArray weight = layer.getParameters().get("weight").getArray();
    weight.setRequiresGradient(true);
    NDArray sum = GradMode.on(() -> run(net, x, true).sum());
    NDArray gradient = TorchOps.gradients(sum, new NDList(weight)).head();

    // Of an output's weight: the sum of its input's channel over pictures and pixels.
    float[] sums = x.sum(new int[] {0, 2, 3}).toFloatArray();
    float[] expected = {sums[0], sums[1], sums[0], sums[1], sums[0], sums[1]};
    assertThat(gradient.toFloatArray()).containsExactly(expected, Offset.offset(1e-4f));
  }

  private static NDArray keptOutOfScope(NDArray array) {
    NDScope.unregister(array);
    return array;
  }

  /** (‖∂D/∂x‖ − 1)², averaged over the images: WGAN-GP's. */
  private NDArray penalty(Unit critic, NDArray x) {
    return GradMode.on(
        () -> {
          NDArray y = run(critic, x, true).sum();
          NDArray g = TorchOps.differentiableGradients(y, new NDList(x)).head();
          NDArray norms = g.reshape(x.getShape().get(0), -1).square().sum(new int[] {1}).sqrt();
          return norms.sub(1).square().mean();
        });
  }

  @Test
  void thePenaltyOfAGradientIsDifferentiable() {
    Unit critic =
        seq(
            conv(2, 4, 3).stride(2).bias().spectralNorm().then(Layers.silu()),
            conv(4, 6, 3).norm(c -> groupNorm(2, c)).then(Layers.tanh()),
            flatten(),
            linear(6 * 3 * 2, 1));
    randomized(critic, new Shape(2, 2, 5, 4));
    NDArray x = array(randomTensor(3, 2, 5, 4));
    x.setRequiresGradient(true);
    NDList learned = new NDList();
    critic.getParameters().values().stream()
        .filter(Parameter::requiresGradient)
        .forEach(p -> learned.add(p.getArray()));
    learned.forEach(p -> p.setRequiresGradient(true));
    for (int i = 0; i < 300; i++) { // u and v come to their ends, where σ does not depend on them
      run(critic, x, true).close();
    }
    NDList gradients = TorchOps.gradients(penalty(critic, x), learned);

    float step = 5e-3f;
    for (int i = 0; i < learned.size(); i++) {
      NDArray parameter = learned.get(i).stopGradient(); // the same memory
      NDArray start = parameter.duplicate();
      NDArray direction = manager.randomNormal(parameter.getShape());
      TorchOps.copy(start.add(direction.mul(step)), parameter);
      double above = penalty(critic, x).getFloat();
      TorchOps.copy(start.sub(direction.mul(step)), parameter);
      double below = penalty(critic, x).getFloat();
      TorchOps.copy(start, parameter);
      double slope = gradients.get(i).mul(direction).sum().getFloat();
      assertThat((above - below) / (2 * step)).as("%d", i).isCloseTo(slope, Offset.offset(0.01));
    }
  }

  @Test
  void whatAScalarDoesNotDependOnHasZeros() {
    NDArray x = array(randomTensor(1, 2, 3, 3));
    NDArray other = array(randomTensor(1, 1, 2, 2));
    x.setRequiresGradient(true);
    other.setRequiresGradient(true);
    NDArray y = GradMode.on(() -> x.square().sum());
    NDList gradients = TorchOps.differentiableGradients(y, new NDList(x, other));
    assertThat(gradients.get(0).toFloatArray())
        .containsExactly(x.mul(2).toFloatArray(), Offset.offset(1e-6f));
    assertThat(gradients.get(1).toFloatArray()).containsOnly(0).hasSize(4);
    // y keeps its record, and x its name
    assertThat(TorchOps.gradients(y, new NDList(x)).head()).isEqualTo(gradients.get(0));
    assertThat(x.getName()).isNull();
  }
}
