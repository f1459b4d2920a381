package convnets.gan;

import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.linear;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.Reference;
import convnets.models.ReferenceWeights;
import convnets.nn.Layers;
import convnets.nn.Unit;
import convnets.torch.GradMode;
import convnets.torch.TorchOps;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Beside PyTorch's DCGAN example, losses and penalties: fixtures of {@code ci/parity/gan.py}. */
class GanReferenceTest {

  private static final Map<String, GanLoss> LOSSES =
      Map.of(
          "minimax", GanLoss.minimax(),
          "non-saturating", GanLoss.nonSaturating(),
          "smoothed", GanLoss.nonSaturating().realLabel(0.9),
          "least squares", GanLoss.leastSquares(),
          "hinge", GanLoss.hinge(),
          "Wasserstein", GanLoss.wasserstein());

  private final NDManager manager = NDManager.newBaseManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  private static Stream<List<String>> rows(String kind) {
    return Reference.rows("gan.tsv").stream().map(List::of).filter(row -> row.get(0).equals(kind));
  }

  static Stream<List<String>> networks() {
    return rows("network");
  }

  static Stream<List<String>> losses() {
    return rows("loss");
  }

  static Stream<List<String>> penalties() {
    return rows("penalty");
  }

  @ParameterizedTest
  @MethodSource("networks")
  void networksHaveItsNamesAndComputeTheSame(List<String> row) {
    boolean makes = row.get(1).equals("generator");
    Unit net = makes ? DCGAN.paper().generator() : DCGAN.paper().discriminator();
    assertThat(ReferenceWeights.digest(net)).isEqualTo(row.get(3));
    Shape shape = Reference.shape(row.get(2));
    ReferenceWeights.fill(net, manager, shape);
    NDArray out = net.apply(numbers("input", shape, 1));
    Reference.assertAgrees("output", out, row.get(4), 1e-4);
  }

  @ParameterizedTest
  @MethodSource("losses")
  void lossesAndTheirGradientsAreTheSame(List<String> row) {
    GanLoss loss = LOSSES.get(row.get(1));
    NDArray real = GradientPenalty.place(numbers("real", new Shape(6, 2), 8));
    NDArray fake = GradientPenalty.place(numbers("fake", new Shape(6, 2), 8));
    NDArray judged = GradMode.on(() -> loss.discriminator(real, fake));
    assertThat((double) judged.getFloat()).isCloseTo(Double.parseDouble(row.get(2)), within(1e-5));
    assertThat((double) loss.generator(fake).getFloat())
        .isCloseTo(Double.parseDouble(row.get(3)), within(1e-5));
    NDList gradients = TorchOps.gradients(judged, new NDList(real, fake));
    Reference.assertAgrees("real", gradients.get(0), row.get(4), 1e-5);
    Reference.assertAgrees("fake", gradients.get(1), row.get(5), 1e-5);
  }

  @ParameterizedTest
  @MethodSource("penalties")
  void penaltiesAndTheirGradientsAreTheSame(List<String> row) {
    GradientPenalty penalty =
        row.get(1).equals("R1") ? GradientPenalty.r1(3) : GradientPenalty.gradient(3);
    Unit net = seq(linear(6, 5), Layers.tanh(), linear(5, 1));
    ReferenceWeights.fill(net, manager, new Shape(4, 6));
    NDArray weight = net.getParameters().get("fc1.weight").getArray();
    weight.setRequiresGradient(true);
    NDArray x = GradientPenalty.place(numbers("input", new Shape(4, 6), 4));
    NDArray paid = GradMode.on(() -> penalty.of(net.apply(x), x));
    assertThat((double) paid.getFloat()).isCloseTo(Double.parseDouble(row.get(2)), within(1e-5));
    NDArray gradient = TorchOps.gradients(paid, new NDList(weight)).head();
    Reference.assertAgrees("weight", gradient, row.get(3), 1e-4);
  }

  /** (u − ½) · span for the numbers u of a name. */
  private NDArray numbers(String name, Shape shape, float span) {
    IntToDoubleFunction u = Reference.uniform(name);
    float[] numbers = new float[(int) shape.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) (span * (u.applyAsDouble(i) - 0.5));
    }
    return manager.create(numbers, shape);
  }
}
