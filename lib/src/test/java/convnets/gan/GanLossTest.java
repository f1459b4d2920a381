package convnets.gan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import convnets.nn.NnTest;
import convnets.torch.GradMode;
import convnets.torch.TorchOps;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Against the formulas of the papers, one score after the other. */
class GanLossTest extends NnTest {

  private static double sigma(double s) {
    return 1 / (1 + Math.exp(-s));
  }

  /** A loss; of one real score, of one fake one, and the generator's. */
  static Stream<Arguments> formulas() {
    DoubleUnaryOperator likely = s -> -Math.log(sigma(s));
    DoubleUnaryOperator unlikely = s -> -Math.log(1 - sigma(s));
    DoubleUnaryOperator minus = s -> -s;
    return Stream.of(
        Arguments.of(
            GanLoss.minimax(), likely, unlikely, (DoubleUnaryOperator) s -> Math.log(1 - sigma(s))),
        Arguments.of(GanLoss.nonSaturating(), likely, unlikely, likely),
        Arguments.of(
            GanLoss.nonSaturating().realLabel(0.9),
            (DoubleUnaryOperator) s -> -0.9 * Math.log(sigma(s)) - 0.1 * Math.log(1 - sigma(s)),
            unlikely,
            likely),
        Arguments.of(
            GanLoss.leastSquares(),
            (DoubleUnaryOperator) s -> (s - 1) * (s - 1) / 2,
            (DoubleUnaryOperator) s -> s * s / 2,
            (DoubleUnaryOperator) s -> (s - 1) * (s - 1) / 2),
        Arguments.of(
            GanLoss.leastSquares().realLabel(0.8),
            (DoubleUnaryOperator) s -> (s - 0.8) * (s - 0.8) / 2,
            (DoubleUnaryOperator) s -> s * s / 2,
            (DoubleUnaryOperator) s -> (s - 1) * (s - 1) / 2),
        Arguments.of(
            GanLoss.hinge(),
            (DoubleUnaryOperator) s -> Math.max(0, 1 - s),
            (DoubleUnaryOperator) s -> Math.max(0, 1 + s),
            minus),
        Arguments.of(GanLoss.wasserstein(), minus, (DoubleUnaryOperator) s -> s, minus));
  }

  private static double mean(float[] scores, DoubleUnaryOperator formula) {
    return IntStream.range(0, scores.length)
        .mapToDouble(i -> formula.applyAsDouble(scores[i]))
        .average()
        .getAsDouble();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("formulas")
  void isTheFormulaAveragedOverTheScoresOfAnyShape(
      GanLoss loss,
      DoubleUnaryOperator real,
      DoubleUnaryOperator fake,
      DoubleUnaryOperator generator) {
    for (Shape shape : new Shape[] {new Shape(7, 1), new Shape(1), new Shape(2, 1, 3, 5)}) {
      NDArray r = TorchOps.scale(manager.randomNormal(shape), 2);
      NDArray f = TorchOps.scale(manager.randomNormal(shape.addAll(new Shape(2))), 2);
      double expected = mean(r.toFloatArray(), real) + mean(f.toFloatArray(), fake);
      NDArray judged = loss.discriminator(r, f);
      assertThat(judged.getShape()).isEqualTo(new Shape());
      assertThat((double) judged.getFloat()).isCloseTo(expected, within(1e-5));
      assertThat((double) loss.generator(f).getFloat())
          .isCloseTo(mean(f.toFloatArray(), generator), within(1e-5));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("formulas")
  void noScoreIsTooLarge(
      GanLoss loss,
      DoubleUnaryOperator real,
      DoubleUnaryOperator fake,
      DoubleUnaryOperator generator) {
    for (float score : new float[] {-1e4f, -100, 100, 1e4f}) {
      NDArray s = manager.create(new float[] {score}, new Shape(1, 1));
      NDArray other = manager.create(new float[] {-score}, new Shape(1, 1));
      assertThat(loss.discriminator(s, other).getFloat()).isFinite();
      assertThat(loss.generator(s).getFloat()).isFinite();
      assertThat(gradient(s, x -> loss.discriminator(x, x))[0]).isFinite();
      assertThat(gradient(s, loss::generator)[0]).isFinite();
    }
  }

  private static float[] gradient(NDArray scores, UnaryOperator<NDArray> loss) {
    NDArray x = GradientPenalty.place(scores);
    NDArray value = GradMode.on(() -> loss.apply(x));
    return TorchOps.gradients(value, new NDList(x)).head().toFloatArray();
  }

  /** The same fixed point, and gradients that differ: σ(s) and 1 − σ(s). */
  @Test
  void minimaxSaturatesWhereTheDiscriminatorIsSureAndTheOtherDoesNot() {
    NDArray sure = manager.create(new float[] {-8, -2, 0, 2}, new Shape(4, 1));
    float[] minimax = gradient(sure, GanLoss.minimax()::generator);
    float[] other = gradient(sure, GanLoss.nonSaturating()::generator);
    float[] s = sure.toFloatArray();
    for (int i = 0; i < s.length; i++) {
      assertThat((double) minimax[i]).isCloseTo(-sigma(s[i]) / 4, within(1e-7));
      assertThat((double) other[i]).isCloseTo(-(1 - sigma(s[i])) / 4, within(1e-7));
    }
  }

  @Test
  void anOpinionIsAProbabilityWhereThereIsOne() {
    NDArray scores = manager.create(new float[] {-3, 0, 5}, new Shape(3, 1));
    for (GanLoss loss : new GanLoss[] {GanLoss.minimax(), GanLoss.nonSaturating()}) {
      assertThat(loss.opinion(scores).toFloatArray())
          .containsExactly((float) sigma(-3), 0.5f, (float) sigma(5));
    }
    assertThat(GanLoss.hinge().opinion(scores)).isSameAs(scores);
  }

  @Test
  void saysItsOptionsAndRefusesOthers() {
    assertThat(GanLoss.nonSaturating()).hasToString("non-saturating");
    assertThat(GanLoss.leastSquares().realLabel(0.9)).hasToString("least squares, real label 0.9");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GanLoss.minimax().realLabel(0.1))
        .withMessage("label (0.1) must be above 0.5 and at most 1, as 0.9");
    assertThatIllegalStateException()
        .isThrownBy(() -> GanLoss.hinge().realLabel(0.9))
        .withMessage("hinge knows no labels to be smoothed: call realLabel on another loss");
  }
}
