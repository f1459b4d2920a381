package convnets.gan;

import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.batchNorm;
import static convnets.nn.Layers.linear;
import static convnets.nn.Layers.relu;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.data.Examples;
import convnets.data.Target;
import convnets.nn.NnTest;
import convnets.nn.Unit;
import convnets.train.AdamW;
import convnets.train.Callback;
import convnets.train.History;
import convnets.train.Metrics;
import convnets.train.Player;
import convnets.train.Progress;
import convnets.train.Rates;
import convnets.train.Schedule;
import convnets.train.Sgd;
import convnets.train.Training;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GanTest extends NnTest {

  private static final double RATE = 0.1;
  private static final Latent NOISE = Latent.normal(1);

  /** A forger whose samples are its bias, and a critic s = w x + c: all can be written down. */
  private Unit forger;

  private Unit critic;
  private final double mean = 6; // of the real ones

  private Unit scalar(float weight, float bias) {
    Unit net = linear(1, 1);
    net.initialize(manager, DataType.FLOAT32, new Shape(1, 1));
    net.getParameters().get("weight").getArray().set(new float[] {weight});
    net.getParameters().get("bias").getArray().set(new float[] {bias});
    return net;
  }

  @BeforeEach
  void start() {
    forger = scalar(0, 1);
    critic = scalar(0.5f, 3);
  }

  private static double value(Unit net, String name) {
    return net.getParameters().get(name).getArray().getFloat();
  }

  private Gan game() {
    Rates biasAlone = Rates.alike().freeze("weight");
    return Gan.of(
            Player.of("forger", forger).optimizer(Sgd.plain()).rates(biasAlone),
            Player.of("critic", critic).optimizer(Sgd.plain()),
            NOISE)
        .loss(GanLoss.wasserstein());
  }

  private Training training(Gan game) {
    NDArray real = manager.create(new float[] {4, 5, 9}, new Shape(3, 1));
    return Training.of(game)
        .data(Examples.of(real, manager.zeros(new Shape(3))))
        .batchSize(3)
        .schedule(Schedule.constant(RATE))
        .device(Device.cpu());
  }

  @Test
  void theDiscriminatorLearnsFirstAndTheGeneratorFromWhatItHasLearned() {
    History history = training(game()).epochs(2).fit();
    double b = 1;
    double w = 0.5;
    for (int step = 0; step < 2; step++) {
      double gap = w * (b - mean);
      double before = w;
      w -= RATE * (b - mean); // d (mean fake − mean real) / dw
      double forged = -(w * b + 3); // d c of the gap is 0
      assertThat(history.steps().get(step).loss()).isCloseTo(gap, within(1e-5));
      Metrics told = history.epochs().get(step).training();
      assertThat(told.get(Gan.GENERATOR_LOSS)).isCloseTo(forged, within(1e-5));
      assertThat(told.get(Gan.REAL)).isCloseTo(before * mean + 3, within(1e-5));
      assertThat(told.get(Gan.FAKE)).isCloseTo(before * b + 3, within(1e-5));
      b += RATE * w;
    }
    assertThat(value(critic, "weight")).isCloseTo(w, within(1e-6));
    assertThat(value(forger, "bias")).isCloseTo(b, within(1e-6));
    assertThat(value(forger, "weight")).isZero();
  }

  @Test
  void manyStepsOfTheDiscriminatorGoToOneOfTheGenerator() {
    for (int epochs : new int[] {1, 2, 3, 5}) {
      forger.getParameters().get("bias").getArray().set(new float[] {1});
      critic.getParameters().get("weight").getArray().set(new float[] {0.5f});
      training(game().critics(3)).epochs(epochs).fit();
      double b = 1;
      double w = 0.5;
      for (int step = 0; step < epochs; step++) {
        w -= RATE * (b - mean);
        b += step % 3 == 2 ? RATE * w : 0;
      }
      assertThat(value(critic, "weight")).isCloseTo(w, within(1e-6));
      assertThat(value(forger, "bias")).isCloseTo(b, within(1e-6));
    }
  }

  @Test
  void weightsAreCutOffBeforeTheGeneratorLearns() {
    training(game().clipWeights(0.6)).fit();
    assertThat(value(critic, "weight")).isCloseTo(0.6, within(1e-6));
    assertThat(value(critic, "bias")).isCloseTo(0.6, within(1e-6)); // of 3, as in the authors' code
    assertThat(value(forger, "bias")).isCloseTo(1 + RATE * 0.6, within(1e-6));
    assertThat(value(forger, "weight")).isZero(); // only the discriminator's
  }

  @Test
  void slopesArePaidFor() {
    History r1 = training(game().penalty(GradientPenalty.r1(3))).fit();
    assertThat(r1.steps().get(0).loss()).isCloseTo(0.5 * (1 - mean) + 1.5 * 0.25, within(1e-5));
    assertThat(value(critic, "weight")).isCloseTo(0.5 - RATE * (1 - mean + 3 * 0.5), within(1e-6));
    critic.getParameters().get("weight").getArray().set(new float[] {0.5f});
    forger.getParameters().get("bias").getArray().set(new float[] {1});
    training(game().penalty(GradientPenalty.gradient(3))).fit();
    assertThat(value(critic, "weight"))
        .isCloseTo(0.5 - RATE * (1 - mean + 6 * (0.5 - 1)), within(1e-5));
  }

  @Test
  void evaluationJudgesBothOnOtherSamples() {
    NDArray others = manager.create(new float[] {1, 2, 3, 10}, new Shape(4, 1));
    Examples test = Examples.of(others, manager.zeros(new Shape(4)));
    NDArray real = manager.create(new float[] {4, 5, 9}, new Shape(3, 1));
    Examples train = Examples.of(real, manager.zeros(new Shape(3)));
    Metrics told = training(game()).data(train, test).batchSize(3).fit().last().test();
    double w = value(critic, "weight");
    double b = value(forger, "bias");
    assertThat(told.count()).isEqualTo(4);
    assertThat(told.loss()).isCloseTo(w * (b - 4), within(1e-5));
    assertThat(told.get(Gan.GENERATOR_LOSS)).isCloseTo(-(w * b + 3), within(1e-5));
    assertThat(told.get(Gan.REAL)).isCloseTo(w * 4 + 3, within(1e-5));
    assertThat(told.get(Gan.FAKE)).isCloseTo(w * b + 3, within(1e-5));
    assertThat(told.values().keySet()).containsExactly(Gan.GENERATOR_LOSS, Gan.REAL, Gan.FAKE);
  }

  /** Points around a centre for each class. */
  private Examples centres(int n, int classes) {
    float[] points = new float[2 * n];
    long[] labels = new long[n];
    for (int i = 0; i < n; i++) {
      labels[i] = i % classes;
      points[2 * i] = (float) (4 * labels[i] + 0.2 * random.nextGaussian());
      points[2 * i + 1] = (float) (1 + 0.2 * random.nextGaussian());
    }
    List<String> names = Arrays.stream(labels).distinct().mapToObj(l -> "at " + 4 * l).toList();
    return Examples.of(manager.create(points, new Shape(n, 2)), manager.create(labels))
        .kinds(Target.CLASS)
        .classes(names);
  }

  private static Player player(String name, Unit net) {
    return Player.of(name, net).optimizer(AdamW.standard().betas(0.5, 0.9).decay(0));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void makesWhatItIsAskedFor(boolean projection) {
    MLP design = MLP.of(new Shape(2)).latent(2).hidden(32).classes(3);
    MLP other = projection ? design.projection() : design;
    Unit generator = other.generator();
    Gan gan =
        Gan.of(
                player("generator", generator),
                player("discriminator", other.discriminator()),
                Latent.uniform(2))
            .classes(3)
            .penalty(GradientPenalty.r1(0.1));
    Training.of(gan)
        .data(centres(600, 3))
        .batchSize(60)
        .epochs(80)
        .schedule(Schedule.constant(5e-3))
        .seed(2)
        .device(Device.cpu())
        .fit();
    int[] labels = new int[300];
    Arrays.setAll(labels, i -> i / 100);
    NDArray made = Sampler.of(generator, Latent.uniform(2)).labelled(manager, labels);
    for (int k = 0; k < 3; k++) {
      float[] centre = made.get("{}:{}", 100 * k, 100 * k + 100).mean(new int[] {0}).toFloatArray();
      assertThat(centre[0]).as("class %d", k).isCloseTo(4 * k, within(1.2f));
      assertThat(centre[1]).as("class %d", k).isCloseTo(1, within(1.2f));
    }
  }

  private Gan small(MLP design) {
    return Gan.of(
        player("generator", design.batchNorm().generator()),
        player("discriminator", design.spectralNorm().minibatchStatistics().discriminator()),
        Latent.normal(3));
  }

  @Test
  void noMemoryIsLeftByAThousandSteps() {
    Shape sample = new Shape(1, 32, 32);
    MLP design = MLP.of(sample).latent(3).hidden(16);
    NDArray images = manager.randomNormal(new Shape(100, 1, 32, 32));
    Training training =
        Training.of(small(design).penalty(GradientPenalty.gradient(1)).clipWeights(1))
            .data(Examples.of(images, manager.zeros(new Shape(100))))
            .batchSize(10)
            .schedule(Schedule.constant(1e-3))
            .device(Device.cpu());
    long batch = 10 * sample.size() * Float.BYTES; // 40 MB if one such array were left by a step
    assertThat(MemoryGrowth.of(training, 200))
        .isLessThan(500 * batch); // the JVM's own counts as well
  }

  @Test
  void aBatchOfOneIsABatch() {
    MLP design = MLP.of(new Shape(2)).latent(3).hidden(16);
    Gan gan =
        Gan.of(
            player("generator", design.generator()),
            player("discriminator", design.pack(2).minibatchStatistics().discriminator()),
            Latent.normal(3));
    History history =
        Training.of(gan)
            .data(centres(5, 2))
            .batchSize(1)
            .epochs(2)
            .schedule(Schedule.constant(1e-3))
            .device(Device.cpu())
            .fit();
    assertThat(history.steps()).hasSize(10);
    assertThat(history.last().training().loss()).isFinite();
  }

  @Test
  void saysAllOptions() {
    Gan gan = game();
    assertThat(gan).hasToString("GAN (Wasserstein, normal noise of 1)");
    assertThat(
            gan.loss(GanLoss.minimax().realLabel(0.9))
                .critics(5)
                .clipWeights(0.01)
                .penalty(GradientPenalty.r1(10))
                .classes(10))
        .hasToString(
            "GAN (minimax, real label 0.9, normal noise of 1, 5 critics, weights cut off at 0.01,"
                + " R1 10.0, 10 classes)");
    assertThat(gan.classes(10).players().get(1))
        .hasToString("critic (second input (), optimizer SGD(momentum 0.0, decay 0.0))");
    assertThat(gan.players().get(0)).isSameAs(gan.players().get(0));
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> game().critics(0))
        .withMessage("steps (0) must be at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> training(game().classes(2)).fit())
        .withMessageContaining("must give each sample its class, as classes(2) was called");
    MLP design = MLP.of(new Shape(2)).latent(3).hidden(4);
    Gan tooFew = small(design.classes(2)).classes(2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Training.of(tooFew).data(centres(9, 3)).device(Device.cpu()).fit())
        .withMessage("classes (2) must be at least as many as those of the data (3)");
    Gan otherShape =
        Gan.of(
            player("generator", MLP.of(new Shape(3)).latent(3).generator()),
            player("discriminator", design.discriminator()),
            Latent.normal(3));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Training.of(otherShape).data(centres(9, 3)).device(Device.cpu()).fit())
        .withMessage("generator makes samples (3), but the data are (2)");
  }

  @Test
  void aNormInTheGeneratorMovesInItsOwnTurnAlone() {
    Unit generator = seq(linear(3, 4), batchNorm(4), relu(), linear(4, 2));
    MLP design = MLP.of(new Shape(2)).latent(3).hidden(4);
    Gan gan =
        Gan.of(
                player("generator", generator),
                player("discriminator", design.discriminator()),
                Latent.normal(3))
            .critics(2);
    float[][] means = new float[2][];
    Training.of(gan)
        .data(centres(8, 2))
        .batchSize(4)
        .schedule(Schedule.constant(1e-3))
        .device(Device.cpu())
        .on(
            new Callback() {
              @Override
              public void batchEnded(Progress progress) {
                means[progress.batch() - 1] =
                    generator.getParameters().get("bn1.running_mean").getArray().toFloatArray();
              }
            })
        .fit();
    assertThat(means[0]).containsOnly(0); // the discriminator's turn
    assertThat(means[1]).doesNotContain(0);
  }
}
