package convnets.train;

import static convnets.data.Transforms.flip;
import static convnets.nn.Combinators.auxiliary;
import static convnets.nn.Combinators.named;
import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.lambda;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.TrainingDivergedException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import convnets.data.Batch;
import convnets.data.Batches;
import convnets.data.Mixing;
import convnets.nn.Unit;
import convnets.torch.GradMode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrainingTest extends SmallProblem {

  TrainingTest() {
    super(300, 100);
  }

  private Training training(Unit net) {
    return onProblem(net)
        .epochs(3)
        .batchSize(32) // the last batch of an epoch has 12
        .augment(flip())
        .seed(5);
  }

  @Test
  void learns() {
    List<History> told = new ArrayList<>();
    Callback callback =
        new Callback() {
          @Override
          public void fitEnded(History history) {
            told.add(history);
          }
        };
    Unit net = Fixtures.convNet();
    History history = training(net).epochs(8).on(callback).fit();
    assertThat(history.interrupted()).isFalse();
    assertThat(history.epochs()).hasSize(8);
    assertThat(history.steps()).hasSize(80);
    assertThat(history.epochs().get(0).training().accuracy()).isLessThan(0.6);
    assertThat(history.last().test().accuracy()).isGreaterThan(0.9);
    assertThat(history.last().training().count()).isEqualTo(300);
    assertThat(history.last().test().count()).isEqualTo(100);
    assertThat(told).containsExactly(history);
  }

  @Test
  void adamWLearnsToo() {
    History history =
        training(Fixtures.convNet())
            .epochs(8)
            .optimizer(AdamW.standard())
            .schedule(Schedule.cosine(0.01).warmUp(0.1))
            .fit();
    assertThat(history.last().test().accuracy()).isGreaterThan(0.9);
  }

  @Test
  void theSameSeedGivesTheSameNumbers() {
    Unit first = Fixtures.convNet();
    Unit second = Fixtures.convNet();
    Unit third = Fixtures.convNet();
    List<Object> numbers = Fixtures.numbers(training(first).fit());
    assertThat(Fixtures.numbers(training(second).fit())).isEqualTo(numbers);
    assertThat(Fixtures.weights(second)).isEqualTo(Fixtures.weights(first));
    assertThat(Fixtures.numbers(training(third).seed(6).fit())).isNotEqualTo(numbers);
  }

  /** One step on all images, with known weights: loss and hits by a loop. */
  @Test
  void lossAndHitsAreThoseOfTheSmoothedLabels() {
    Unit net = Fixtures.linearNet();
    net.initialize(manager, DataType.FLOAT32, new Shape(1, 1, 8, 8));
    Map<String, List<Float>> weights = Fixtures.weights(net);
    double smoothing = 0.3;
    History history =
        Training.of(net).data(train).batchSize(300).smoothing(smoothing).device(Device.cpu()).fit();

    byte[] pixels = train.images().toByteArray();
    double loss = 0;
    double top1 = 0;
    double top5 = 0;
    for (int n = 0; n < 300; n++) {
      double[] logits = new double[Fixtures.CLASSES];
      for (int c = 0; c < logits.length; c++) {
        logits[c] = weights.get("fc1.bias").get(c);
        for (int p = 0; p < 64; p++) {
          logits[c] +=
              weights.get("fc1.weight").get(c * 64 + p) * (pixels[n * 64 + p] & 255) / 255.0;
        }
      }
      double sum = IntStream.range(0, logits.length).mapToDouble(c -> Math.exp(logits[c])).sum();
      int own = train.label(n);
      for (int c = 0; c < logits.length; c++) {
        double target = smoothing / logits.length + (c == own ? 1 - smoothing : 0);
        loss -= target * (logits[c] - Math.log(sum)) / 300;
      }
      long better = IntStream.range(0, logits.length).filter(c -> logits[c] > logits[own]).count();
      top1 += better == 0 ? 1 / 300.0 : 0;
      top5 += better < 5 ? 1 / 300.0 : 0;
    }
    Metrics metrics = history.last().training();
    assertThat(history.steps().get(0).loss()).isCloseTo(loss, within(1e-5));
    assertThat(metrics.loss()).isCloseTo(loss, within(1e-5));
    assertThat(metrics.accuracy()).isCloseTo(top1, within(1e-9));
    assertThat(metrics.top5Error()).isCloseTo(1 - top5, within(1e-9));
    assertThat(history.last().test()).isEqualTo(Metrics.NONE);
  }

  /** One step on all images: the loss is that of both labels in their shares. */
  @Test
  void theLossOfMixedImagesIsThatOfBothLabels() {
    Unit net = Fixtures.linearNet();
    net.initialize(manager, DataType.FLOAT32, new Shape(1, 1, 8, 8));
    Training training =
        Training.of(net)
            .data(train)
            .batchSize(300)
            .mix(Mixing.mixup(1))
            .seed(3)
            .device(Device.cpu());
    double loss = 0;
    double hits = 0;
    try (Batch mixed = training.batches().batch(0, 0)) {
      NDList images = new NDList(mixed.images());
      NDArray logits = net.forward(new ParameterStore(manager, false), images, false).head();
      NDArray logProbabilities = logits.logSoftmax(1);
      for (int i = 0; i < 300; i++) {
        float[] row = logProbabilities.get(i).toFloatArray();
        float[] targets = mixed.targets().get(1).get(i).toFloatArray();
        int best = 0;
        for (int c = 0; c < row.length; c++) {
          loss -= row[c] * targets[c] / 300;
          best = row[c] > row[best] ? c : best;
        }
        float main = targets[(int) mixed.labels().getLong(i)];
        for (float share : targets) {
          assertThat(share).isLessThanOrEqualTo(main);
        }
        hits += best == mixed.labels().getLong(i) ? 1 : 0;
      }
    }
    Metrics metrics = training.fit().last().training();
    assertThat(metrics.loss()).isCloseTo(loss, within(1e-5));
    assertThat(metrics.accuracy()).isCloseTo(hits / 300, within(1e-9));
  }

  /** One step on all images: the parts' losses come from their evaluations. */
  @Test
  void auxiliaryHeadsAddTheirShareToTheLoss() {
    Unit main = Fixtures.linearNet();
    Unit first = Fixtures.linearNet();
    Unit second = Fixtures.linearNet();
    Unit net = auxiliary(auxiliary(main, named("b", second)), named("a", first));
    net.initialize(manager, DataType.FLOAT32, new Shape(1, 1, 8, 8));
    Metrics ofMain = evaluate(main);
    double ofHeads = evaluate(first).loss() + evaluate(second).loss();
    Training training =
        Training.of(net)
            .data(train)
            .batchSize(300)
            .optimizer(Sgd.momentum(0.9))
            .device(Device.cpu());
    Map<String, List<Float>> before = Fixtures.weights(net);
    History silent = training.auxiliary(0).fit();
    assertThat(silent.last().training().loss()).isCloseTo(ofMain.loss(), within(1e-5));
    assertThat(Fixtures.weights(net)).contains(entry("a.fc1.weight", before.get("a.fc1.weight")));

    ofMain = evaluate(main);
    Metrics metrics = training.fit().last().training();
    assertThat(metrics.loss()).isCloseTo(ofMain.loss() + 0.3 * ofHeads, within(1e-5));
    assertThat(metrics.error()).isEqualTo(ofMain.error());
    assertThat(metrics.top5Error()).isEqualTo(ofMain.top5Error());
    double smaller = evaluate(first).loss() + evaluate(second).loss();
    assertThat(smaller).isLessThan(ofHeads);
    double expected = evaluate(main).loss() + 2 * smaller;
    assertThat(training.auxiliary(2).fit().last().training().loss())
        .isCloseTo(expected, within(1e-5));
  }

  private Metrics evaluate(Unit net) {
    return Evaluation.of(net, Batches.of(train, 300)).metrics();
  }

  @Test
  void ratesAreThoseOfTheSchedule() {
    Schedule schedule = Schedule.oneCycle(0.05, 0.3);
    History history = training(Fixtures.linearNet()).schedule(schedule).fit();
    assertThat(history.stepRate())
        .containsExactly(IntStream.range(0, 30).mapToDouble(i -> schedule.rate(i, 30)).toArray());
    assertThat(history.last().rate()).isEqualTo(schedule.rate(29, 30));
  }

  @Test
  void worksInEitherGradModeAndLeavesIt() {
    List<Boolean> modes = new ArrayList<>();
    Unit net = seq(Fixtures.convNet(), lambda("spy", x -> record(modes, x)));
    boolean before = JniUtils.isGradMode();
    try {
      for (boolean mode : new boolean[] {true, false}) {
        JniUtils.setGradMode(mode);
        History history = training(net).epochs(1).fit();
        assertThat(JniUtils.isGradMode()).isEqualTo(mode);
        assertThat(history.last().training().loss()).isNotNaN();
      }
    } finally {
      JniUtils.setGradMode(before);
    }
    // Twice: ten batches of training with a graph, four of the test without.
    assertThat(modes.subList(modes.size() - 14, modes.size() - 4)).containsOnly(true);
    assertThat(modes.subList(modes.size() - 4, modes.size())).containsOnly(false);
  }

  private static NDArray record(List<Boolean> modes, NDArray x) {
    modes.add(JniUtils.isGradMode());
    return x;
  }

  @Test
  void aThreadThatHasNeverSeenTheEngineCanTrain() throws InterruptedException {
    List<History> histories = new ArrayList<>();
    Thread thread = new Thread(() -> histories.add(training(Fixtures.convNet()).fit()));
    thread.start();
    thread.join();
    assertThat(histories).hasSize(1);
    assertThat(Fixtures.numbers(histories.get(0)))
        .isEqualTo(Fixtures.numbers(training(Fixtures.convNet()).fit()));
  }

  @Test
  void nativeMemoryStaysFlat() {
    List<Integer> first = new ArrayList<>();
    List<Integer> last = new ArrayList<>();
    Callback counter =
        new Callback() {
          @Override
          public void batchEnded(Progress progress) {
            // At these two batches, nothing waits to be read.
            if (progress.batch() == 1) {
              first.add(Fixtures.liveArrays(manager));
            } else if (progress.batch() == progress.batches()) {
              last.add(Fixtures.liveArrays(manager));
            }
          }
        };
    training(Fixtures.convNet()).epochs(6).on(counter).fit();
    assertThat(new LinkedHashSet<>(first.subList(1, 6))).hasSize(1);
    assertThat(last.subList(1, 6)).isEqualTo(first.subList(1, 6));
    int before = Fixtures.liveArrays(manager);
    training(Fixtures.linearNet()).fit();
    assertThat(Fixtures.liveArrays(manager))
        .isEqualTo(before + 2); // the new network's weight and bias
  }

  @Test
  void anInterruptEndsTrainingAtTheNextBatch() {
    List<String> events = new ArrayList<>();
    Callback callback =
        new Callback() {
          @Override
          public void batchEnded(Progress progress) {
            if (progress.epoch() == 2 && progress.batch() == 4) {
              Thread.currentThread().interrupt();
            }
          }

          @Override
          public void interrupted(Progress progress) {
            events.add("interrupted in " + progress.epoch() + " after " + progress.batch());
          }

          @Override
          public void fitEnded(History history) {
            events.add("ended");
          }
        };
    Unit net = Fixtures.convNet();
    History history = training(net).on(callback).fit();
    assertThat(Thread.interrupted()).isFalse();
    assertThat(history.interrupted()).isTrue();
    assertThat(history.epochs()).hasSize(1);
    assertThat(history.steps()).hasSize(14);
    assertThat(events).containsExactly("interrupted in 2 after 4", "ended");
    assertThat(training(net).fit().interrupted()).isFalse(); // all still works
  }

  @Test
  void callbacksHearOfEverythingInOrder() {
    List<String> events = new ArrayList<>();
    Callback callback =
        new Callback() {
          @Override
          public void fitStarted(Progress progress, History soFar) {
            events.add("start " + progress.batches() + soFar.epochs());
          }

          @Override
          public void batchEnded(Progress progress) {
            assertThat(progress.training().count()).isPositive();
            events.add(progress.epoch() + "/" + progress.epochs() + ":" + progress.batch());
          }

          @Override
          public void epochEnded(Progress progress, History soFar) {
            assertThat(progress.batch()).isEqualTo(3);
            assertThat(progress.training()).isEqualTo(soFar.last().training());
            events.add("epoch " + progress.epoch() + " " + soFar.epochs().size());
          }

          @Override
          public void fitEnded(History history) {
            events.add("end");
          }
        };
    training(Fixtures.linearNet()).batchSize(100).epochs(2).on(callback).fit();
    assertThat(events)
        .containsExactly(
            "start 3[]",
            "1/2:1",
            "1/2:2",
            "1/2:3",
            "epoch 1 1",
            "2/2:1",
            "2/2:2",
            "2/2:3",
            "epoch 2 2",
            "end");
  }

  @Test
  void aLossThatIsNotANumberStops() {
    List<RuntimeException> told = new ArrayList<>();
    Callback callback =
        new Callback() {
          @Override
          public void fitFailed(RuntimeException problem) {
            told.add(problem);
          }
        };
    Training diverging =
        training(Fixtures.convNet())
            .optimizer(Sgd.plain())
            .schedule(Schedule.constant(1e38))
            .on(callback);
    assertThatExceptionOfType(TrainingDivergedException.class)
        .isThrownBy(diverging::fit)
        .withMessageMatching("the loss was (NaN|Infinity|-Infinity), after \\d.* at step \\d+ .*")
        .withMessageContaining("(epoch 1, batch ")
        .withMessageContaining("learning rate 1.0E38")
        .withMessageContaining("Try a smaller rate");
    assertThat(told).hasSize(1);
  }

  @Test
  void anExceptionInAStepLeavesNothingBehind() {
    Training failing =
        training(seq(Fixtures.convNet(), lambda("fails", TrainingTest::failWithData)));
    boolean mode = JniUtils.isGradMode();
    assertThatIllegalStateException().isThrownBy(failing::fit).withMessage("on purpose");
    int before = Fixtures.liveArrays(manager);
    assertThatIllegalStateException().isThrownBy(failing::fit);
    assertThat(Fixtures.liveArrays(manager)).isEqualTo(before);
    assertThat(JniUtils.isGradMode()).isEqualTo(mode);
  }

  @Test
  void gradientsThatWereLeftBehindDoNotCount() {
    Unit clean = Fixtures.linearNet();
    Unit littered = Fixtures.linearNet();
    training(clean).epochs(1).fit();
    training(littered).epochs(1).fit();
    NDArray weight = littered.getParameters().get("fc1.weight").getArray();
    NDArray sum = GradMode.on(weight::sum);
    JniUtils.backward((PtNDArray) sum, (PtNDArray) sum.onesLike(), false, false);
    assertThat(Fixtures.numbers(training(littered).fit()))
        .isEqualTo(Fixtures.numbers(training(clean).fit()));
  }

  private static NDArray failWithData(NDArray x) {
    if (x.getShape().get(0) == 12) { // the last batch
      throw new IllegalStateException("on purpose");
    }
    return x;
  }

  @Test
  void argumentsAreNamed() {
    Training training = Training.of(Fixtures.linearNet());
    assertThatIllegalStateException()
        .isThrownBy(training::fit)
        .withMessageContaining("call data(train, test) first");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> training.epochs(0))
        .withMessage("epochs (0) must be at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(training.data(train).schedule((step, steps) -> step == 0 ? -0.1 : 1)::fit)
        .withMessageMatching(
            "schedule gives step 1 of \\d+ the rate -0.1, which must be a number, 0 or above");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> training.smoothing(1))
        .withMessage("smoothing (1.0) must be from 0 to below 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> training.auxiliary(-0.1))
        .withMessage("auxiliary (-0.1) must be 0 or above");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> training.data(train.take(0)))
        .withMessageContaining("train (")
        .withMessageContaining("must hold at least one image");
  }
}
