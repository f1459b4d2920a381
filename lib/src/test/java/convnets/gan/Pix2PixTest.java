package convnets.gan;

import static convnets.nn.Layers.conv;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.data.Examples;
import convnets.nn.Unit;
import convnets.train.History;
import convnets.train.Learner;
import convnets.train.Schedule;
import convnets.train.Sgd;
import convnets.train.Training;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps of both translators, beside what is computed by hand with networks of one weight. */
class Pix2PixTest {

  private static final double RATE = 0.1;

  {
    Engine.getInstance().setRandomSeed(1);
  }

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** A 1×1 convolution with these weights and this bias. */
  private Unit point(float bias, float... weights) {
    Unit net = conv(weights.length, 1, 1).bias();
    net.initialize(manager, DataType.FLOAT32, new Shape(1, weights.length, 1, 1));
    net.getParameters().get("weight").getArray().set(weights);
    net.getParameters().get("bias").getArray().set(new float[] {bias});
    return net;
  }

  private static float weight(Unit net, int i) {
    return net.getParameters().get("weight").getArray().toFloatArray()[i];
  }

  private static float bias(Unit net) {
    return net.getParameters().get("bias").getArray().getFloat();
  }

  /** Pairs of one pixel, from 0 to 1. */
  private Examples pairs(double... firstAndSecond) {
    float[] numbers = new float[firstAndSecond.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) firstAndSecond[i];
    }
    int count = numbers.length / 2;
    NDArray images = manager.create(numbers, new Shape(count, 2, 1, 1));
    return Examples.of(images, manager.zeros(new Shape(count)));
  }

  private static History fit(Learner learner, Examples data, int epochs) {
    return Training.of(learner)
        .data(data, data)
        .batchSize(data.size())
        .epochs(epochs)
        .optimizer(Sgd.plain())
        .schedule(Schedule.constant(RATE))
        .device(Device.cpu())
        .fit();
  }

  /** fake = a x + b; score = v x + w y + c; Wasserstein: every gradient can be written down. */
  @Test
  void theDiscriminatorTakesItsTurnThenTheGeneratorWithBothLosses() {
    double[] pixels = {0.9, 0.2, 0.6, 0.8, 0.1, 0.7};
    Unit generator = point(0.1f, 0.5f);
    Unit discriminator = point(0.3f, 0.2f, -0.4f);
    Pix2Pix learner =
        Pix2Pix.of(generator, discriminator, 1).loss(GanLoss.wasserstein()).adversarial(2).l1(3);
    History history = fit(learner, pairs(pixels), 1);
    double a = 0.5;
    double b = 0.1;
    double v = 0.2;
    double w = -0.4;
    double c = 0.3;
    double meanFake = 0;
    double meanReal = 0;
    for (int i = 0; i < 3; i++) {
      meanFake += (a * (2 * pixels[2 * i] - 1) + b) / 3;
      meanReal += (2 * pixels[2 * i + 1] - 1) / 3;
    }
    double gap = w * (meanFake - meanReal);
    w -= RATE * 0.5 * (meanFake - meanReal); // half of the loss; v and c: real and fake are alike
    double ofA = 0;
    double ofB = 0;
    double l1 = 0;
    double score = 0;
    for (int i = 0; i < 3; i++) {
      double x = 2 * pixels[2 * i] - 1;
      double y = 2 * pixels[2 * i + 1] - 1;
      double fake = a * x + b;
      l1 += Math.abs(fake - y) / 3;
      score += (v * x + w * fake + c) / 3;
      double slope = 3 * Math.signum(fake - y) / 3 - 2 * w / 3;
      ofA += slope * x;
      ofB += slope;
    }
    assertThat(weight(discriminator, 1)).isCloseTo((float) w, within(1e-6f));
    assertThat(weight(discriminator, 0)).isCloseTo((float) v, within(1e-6f));
    assertThat(weight(generator, 0)).isCloseTo((float) (a - RATE * ofA), within(1e-6f));
    assertThat(bias(generator)).isCloseTo((float) (b - RATE * ofB), within(1e-6f));
    var training = history.last().training();
    assertThat(training.loss()).isCloseTo(3 * l1 - 2 * score, within(1e-5));
    assertThat(training.get("L1")).isCloseTo(l1, within(1e-5));
    assertThat(training.get("adversarial loss")).isCloseTo(-score, within(1e-5));
    assertThat(training.get("discriminator's loss")).isCloseTo(gap / 2, within(1e-5));
    double squares = 0;
    for (int i = 0; i < 3; i++) {
      double x = 2 * pixels[2 * i] - 1;
      double made = (weight(generator, 0) * x + bias(generator) + 1) / 2;
      squares += -10 * Math.log10(Math.pow(made - pixels[2 * i + 1], 2)) / 3;
    }
    assertThat(history.last().test().get(Psnr.PSNR)).isCloseTo(squares, within(1e-3));
  }

  @Test
  void withoutAnAdversarialLossThereIsOnePlayerAndTheMedianIsFound() {
    Unit generator = point(0, 0);
    Pix2Pix learner = Pix2Pix.of(generator, point(0, 1, 1), 1).adversarial(0).l1(1);
    assertThat(learner.players()).hasSize(1);
    fit(learner, pairs(0.5, 0.1, 0.5, 0.2, 0.5, 0.9), 60); // of one input, three answers
    assertThat(bias(generator)).isCloseTo(2 * 0.2f - 1, within(0.06f));
  }

  /** All gradients at once, by finite differences of the formula. */
  @Test
  void bothPlayersOfACycleAreDifferentiatedBeforeEitherIsUpdated() {
    double[] pixels = {0.9, 0.2, 0.6, 0.8};
    Unit there = point(0.1f, 0.5f);
    Unit back = point(-0.2f, 0.7f);
    Unit judgeOfSecond = point(0.3f, -0.4f);
    Unit judgeOfFirst = point(0.2f, 0.6f);
    CycleGAN learner =
        CycleGAN.of(there, back, judgeOfSecond, judgeOfFirst)
            .adversarial(1.5)
            .cycle(4)
            .identity(0.8);
    History history = fit(learner, pairs(pixels), 1);
    double[] generators = {0.5, 0.1, 0.7, -0.2};
    double[] judges = {-0.4, 0.3, 0.6, 0.2};
    double[] painted = generators.clone();
    double[] judged = judges.clone();
    for (int i = 0; i < 4; i++) {
      painted[i] -= RATE * slope(generators, i, g -> painting(g, judges, pixels));
      judged[i] -= RATE * slope(judges, i, j -> judging(generators, j, pixels));
    }
    assertThat(weight(there, 0)).isCloseTo((float) painted[0], within(1e-5f));
    assertThat(bias(there)).isCloseTo((float) painted[1], within(1e-5f));
    assertThat(weight(back, 0)).isCloseTo((float) painted[2], within(1e-5f));
    assertThat(bias(back)).isCloseTo((float) painted[3], within(1e-5f));
    assertThat(weight(judgeOfSecond, 0)).isCloseTo((float) judged[0], within(1e-5f));
    assertThat(bias(judgeOfSecond)).isCloseTo((float) judged[1], within(1e-5f));
    assertThat(weight(judgeOfFirst, 0)).isCloseTo((float) judged[2], within(1e-5f));
    assertThat(bias(judgeOfFirst)).isCloseTo((float) judged[3], within(1e-5f));
    var training = history.last().training();
    assertThat(training.loss()).isCloseTo(painting(generators, judges, pixels), within(1e-5));
    assertThat(training.get("discriminators' loss"))
        .isCloseTo(judging(generators, judges, pixels), within(1e-5));
  }

  private interface Function {
    double at(double[] x);
  }

  private static double slope(double[] x, int i, Function function) {
    double[] above = x.clone();
    double[] below = x.clone();
    above[i] += 1e-6;
    below[i] -= 1e-6;
    return (function.at(above) - function.at(below)) / 2e-6;
  }

  private static double painting(double[] g, double[] j, double[] pixels) {
    int n = pixels.length / 2;
    double sum = 0;
    for (int i = 0; i < n; i++) {
      double a = 2 * pixels[2 * i] - 1;
      double b = 2 * pixels[2 * i + 1] - 1;
      double fakeB = g[0] * a + g[1];
      double fakeA = g[2] * b + g[3];
      double fooling = square(j[0] * fakeB + j[1] - 1) / 2 + square(j[2] * fakeA + j[3] - 1) / 2;
      double round = Math.abs(g[2] * fakeB + g[3] - a) + Math.abs(g[0] * fakeA + g[1] - b);
      double kept = Math.abs(g[0] * b + g[1] - b) + Math.abs(g[2] * a + g[3] - a);
      sum += 1.5 * fooling + 4 * round + 0.8 * kept;
    }
    return sum / n;
  }

  private static double judging(double[] g, double[] j, double[] pixels) {
    int n = pixels.length / 2;
    double sum = 0;
    for (int i = 0; i < n; i++) {
      double a = 2 * pixels[2 * i] - 1;
      double b = 2 * pixels[2 * i + 1] - 1;
      sum += square(j[0] * b + j[1] - 1) / 2 + square(j[0] * (g[0] * a + g[1]) + j[1]) / 2;
      sum += square(j[2] * a + j[3] - 1) / 2 + square(j[2] * (g[2] * b + g[3]) + j[3]) / 2;
    }
    return sum / n;
  }

  private static double square(double x) {
    return x * x;
  }

  /** In evaluation each half is compared with what is made of the other. */
  @Test
  void aCycleIsMeasuredThereAndBack() {
    CycleGAN learner = CycleGAN.of(point(0, 1), point(0.2f, 1), point(0, 0), point(0, 0)).cycle(0);
    History history = fit(learner, pairs(0.5, 0.6, 0.3, 0.4), 1); // judges of 0 teach nothing
    assertThat(history.last().test().get(CycleGAN.THERE)).isCloseTo(20, within(1e-3));
    assertThat(history.last().test().get(CycleGAN.BACK))
        .isCloseTo(-20 * Math.log10(0.2), within(1e-3));
  }

  @Test
  void optionsAreToldAndBadOnesRefused() {
    Unit g = point(0, 1);
    Unit d = point(0, 1, 1);
    assertThat(Pix2Pix.of(g, d, 1).l1(5))
        .hasToString("pix2pix (channels 1, loss non-saturating, adversarial 1.0, L1 5.0)");
    assertThat(CycleGAN.of(g, point(0, 1), d, point(0, 1)).pool(50, new Shape(1, 4, 4)))
        .hasToString(
            "CycleGAN (loss least squares, adversarial 2.0, cycle 10.0, identity 0.0, pool of 50"
                + " images)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fit(Pix2Pix.of(g, d, 1).l1(0).adversarial(0), pairs(0.1, 0.2), 1))
        .withMessageContaining("must not both be 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Pix2Pix.of(g, d, 1).l1(-1))
        .withMessage("weight (-1.0) must be 0 or above");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CycleGAN.of(g, g, d, point(0, 1)))
        .withMessageContaining("must be two networks");
    NDArray three = manager.zeros(new Shape(2, 3, 1, 1));
    Examples triples = Examples.of(three, manager.zeros(new Shape(2)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fit(Pix2Pix.of(g, point(0, 1, 1, 1), 1), triples, 1))
        .withMessageContaining("must hold 1 channels and then what the generator makes");
  }

  /** A pool keeps what it was shown, and its discriminators learn from that as well. */
  @Test
  void poolsBelongToTheDiscriminators() {
    CycleGAN learner =
        CycleGAN.of(point(0, 1), point(0, 1), point(0, 1), point(0, 1))
            .pool(3, new Shape(1, 1, 1))
            .discriminators(p -> p.optimizer(Sgd.plain()));
    var names = learner.players().get(1).net().getParameters().keys();
    assertThat(names)
        .contains("D_A.weight", "D_B.weight", "pool_of_first.images", "pool_of_second.count");
    Random random = new Random(3);
    fit(learner, pairs(random.doubles(8).toArray()), 2);
    var count = learner.players().get(1).net().getParameters().get("pool_of_first.count");
    assertThat(count.getArray().getFloat()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void noMemoryIsLeftByAThousandSteps(boolean paired) {
    Learner learner =
        paired
            ? Pix2Pix.of(point(0, 1), point(0, 1, 1), 1)
            : CycleGAN.of(point(0, 1), point(0, 1), point(0, 1), point(0, 1))
                .identity(5)
                .pool(5, new Shape(1, 64, 64));
    NDArray images = manager.randomUniform(0, 1, new Shape(50, 2, 64, 64));
    Training training =
        Training.of(learner)
            .data(Examples.of(images, manager.zeros(new Shape(50))))
            .batchSize(5)
            .schedule(Schedule.constant(1e-3))
            .device(Device.cpu());
    long batch = 5 * 64 * 64 * Float.BYTES; // 40 MB if one such array were left by a step
    assertThat(MemoryGrowth.of(training, 100))
        .isLessThan(200 * batch); // the JVM's own counts as well
  }
}
