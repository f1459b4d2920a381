package convnets.notebook.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import convnets.gan.GanLoss;
import convnets.nn.Unit;
import convnets.notebook.Expected;
import convnets.torch.GradMode;
import convnets.torch.TorchOps;
import java.util.function.UnaryOperator;

/** The reference answers of chapter 24, GAN. */
public final class GanReference {

  /** What is added to a variance before its root is taken. */
  private static final float TINY = 1e-8f;

  private GanReference() {}

  /** p / (p + q) at each place, ½ where neither comes. */
  public static Expected<double[]> bestExpert(double[] p, double[] q) {
    return Expected.of(believed(p, q));
  }

  private static double[] believed(double[] p, double[] q) {
    double[] best = new double[p.length];
    for (int i = 0; i < p.length; i++) {
      double both = p[i] + q[i];
      best[i] = both == 0 ? 0.5 : p[i] / both;
    }
    return best;
  }

  /** Σ p log D + q log (1 − D) of the best expert. */
  public static Expected<Double> value(double[] p, double[] q) {
    double[] best = believed(p, q);
    double value = 0;
    for (int i = 0; i < p.length; i++) {
      value += p[i] == 0 ? 0 : p[i] * Math.log(best[i]);
      value += q[i] == 0 ? 0 : q[i] * Math.log(1 - best[i]);
    }
    return Expected.of(value);
  }

  /** (N, C) -> (N, C + 1): behind each row the mean deviation of the columns. */
  public static Expected<UnaryOperator<NDArray>> withDeviation() {
    return Expected.of(
        x -> {
          long n = x.getShape().get(0);
          NDArray away = x.sub(x.mean(new int[] {0}, true));
          NDArray deviations = away.square().mean(new int[] {0}).add(TINY).sqrt();
          NDArray last = deviations.mean().reshape(1, 1).broadcast(new Shape(n, 1));
          return NDArrays.concat(new NDList(x, last), 1);
        });
  }

  /**
   * The weights of both after some steps of gradient descent, the expert's first, with the
   * non-saturating loss. Trains the two networks that it is given.
   */
  public static Expected<NDArray> played(
      Unit forger, Unit expert, NDArray real, NDArray noise, double rate, int steps) {
    GanLoss loss = GanLoss.nonSaturating();
    for (int i = 0; i < steps; i++) {
      NDArray fake = run(forger, noise).stopGradient();
      descend(
          expert,
          GradMode.on(() -> loss.discriminator(run(expert, real), run(expert, fake))),
          rate);
      descend(forger, GradMode.on(() -> loss.generator(run(expert, run(forger, noise)))), rate);
    }
    NDList all = new NDList();
    learned(forger).forEach(weights -> all.add(weights.stopGradient().flatten()));
    learned(expert).forEach(weights -> all.add(weights.stopGradient().flatten()));
    return Expected.of(NDArrays.concat(all));
  }

  private static NDArray run(Unit net, NDArray x) {
    ParameterStore store = new ParameterStore(x.getManager(), false);
    return net.forward(store, new NDList(x), true, null).singletonOrThrow();
  }

  private static NDList learned(Unit net) {
    NDList learned = new NDList();
    for (Parameter parameter : net.getParameters().values()) {
      parameter.getArray().setRequiresGradient(true);
      learned.add(parameter.getArray());
    }
    return learned;
  }

  private static void descend(Unit net, NDArray loss, double rate) {
    NDList weights = learned(net);
    NDList gradients = TorchOps.gradients(loss, weights);
    for (int i = 0; i < weights.size(); i++) {
      NDArray start = weights.get(i).stopGradient();
      TorchOps.copy(start.sub(TorchOps.scale(gradients.get(i), rate)), weights.get(i));
    }
  }

  /**
   * ‖∇ₓ s‖² of s = v · tanh(W x + b), for each row of x.
   *
   * @param w (H, C)
   * @param b (H)
   * @param v (H)
   */
  public static Expected<UnaryOperator<NDArray>> squaredSlopes(NDArray w, NDArray b, NDArray v) {
    return Expected.of(
        x -> {
          NDArray t = x.matMul(w.transpose()).add(b).tanh();
          NDArray steepness = t.square().neg().add(1).mul(v); // (N, H)
          return steepness.matMul(w).square().sum(new int[] {1});
        });
  }

  /**
   * How far from (0, 0) the game a · b is after some steps.
   *
   * @param gamma what b pays for its size: γ / 2 · b²
   * @param together whether both look before either moves
   */
  public static Expected<Double> distance(
      double a, double b, double rate, double gamma, boolean together, int steps) {
    return Expected.of(end(a, b, rate, gamma, together, steps));
  }

  private static double end(
      double a, double b, double rate, double gamma, boolean together, int steps) {
    double x = a;
    double y = b;
    for (int i = 0; i < steps; i++) {
      double before = x;
      x -= rate * y;
      y += rate * ((together ? before : x) - gamma * y);
    }
    return Math.hypot(x, y);
  }

  /**
   * Whether the distance from (1, 1) has become ten times as large in 2,000 steps of rate 0.1 (1),
   * a tenth (-1) or neither (0).
   *
   * @param way 0 together and 1 in turns without a penalty, 2 and 3 with a γ of ½
   */
  public static Expected<Integer> found(int way) {
    double gamma = way < 2 ? 0 : 0.5;
    double factor = end(1, 1, 0.1, gamma, way % 2 == 0, 2_000) / Math.sqrt(2);
    return Expected.of(factor >= 10 ? 1 : factor <= 0.1 ? -1 : 0);
  }
}
