package convnets.train;

import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.lambda;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import convnets.data.Batches;
import convnets.data.ImageDataset;
import convnets.nn.Inference;
import convnets.nn.Prepared;
import convnets.nn.Unit;
import convnets.torch.GradMode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EvaluationTest {

  private static final int N = 40;

  private final NDManager manager = NDManager.newBaseManager(Device.cpu());
  private final ImageDataset data = Fixtures.rows(manager, N, 3);
  private final Batches batches = Batches.of(data, 7); // the last one has 5

  @AfterEach
  void close() {
    manager.close();
  }

  private Unit initialized(Unit net) {
    manager.getEngine().setRandomSeed(11); // some classes of this one are beyond the fifth
    net.initialize(manager, DataType.FLOAT32, new Shape(1, 1, 8, 8));
    return net;
  }

  /** Probabilities of each image, or of its mirror image, by one forward pass and a loop. */
  private double[][] probabilities(Unit net, boolean mirror) {
    NDArray images = data.images().toType(DataType.FLOAT32, true).div(255);
    if (mirror) {
      float[] pixels = images.toFloatArray();
      float[] mirrored = new float[pixels.length];
      for (int i = 0; i < pixels.length; i++) {
        mirrored[i] = pixels[i / 8 * 8 + 7 - i % 8];
      }
      images = manager.create(mirrored, images.getShape());
    }
    float[] logits =
        net.forward(new ParameterStore(manager, false), new NDList(images), false)
            .head()
            .toFloatArray();
    int classes = Fixtures.CLASSES;
    double[][] probabilities = new double[N][classes];
    for (int n = 0; n < N; n++) {
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        probabilities[n][c] = Math.exp(logits[n * classes + c]);
        sum += probabilities[n][c];
      }
      for (int c = 0; c < classes; c++) {
        probabilities[n][c] /= sum;
      }
    }
    return probabilities;
  }

  private void assertAgrees(Evaluation evaluation, double[][] probabilities) {
    double loss = 0;
    double top1 = 0;
    double top5 = 0;
    int[][] confusion = new int[Fixtures.CLASSES][Fixtures.CLASSES];
    for (int n = 0; n < N; n++) {
      double[] p = probabilities[n];
      double own = p[data.label(n)];
      long better = IntStream.range(0, p.length).filter(c -> p[c] > own).count();
      int best = IntStream.range(0, p.length).reduce((a, b) -> p[b] > p[a] ? b : a).getAsInt();
      loss -= Math.log(own) / N;
      top1 += better == 0 ? 1.0 / N : 0;
      top5 += better < 5 ? 1.0 / N : 0;
      confusion[data.label(n)][best]++;
      assertThat(evaluation.labels()[n]).isEqualTo(data.label(n));
      assertThat(evaluation.predictions()[n]).isEqualTo(best);
    }
    Metrics metrics = evaluation.metrics();
    assertThat(metrics.count()).isEqualTo(N);
    assertThat(metrics.loss()).isCloseTo(loss, within(1e-5));
    assertThat(metrics.accuracy()).isCloseTo(top1, within(1e-9));
    assertThat(metrics.error()).isCloseTo(1 - top1, within(1e-9));
    assertThat(metrics.top5Error()).isCloseTo(1 - top5, within(1e-9)).isGreaterThan(0);
    assertThat(evaluation.confusion()).isDeepEqualTo(confusion);
  }

  @Test
  void agreesWithALoop() {
    Unit net = initialized(Fixtures.convNet());
    assertAgrees(Evaluation.of(net, batches), probabilities(net, false));
  }

  @Test
  void aPreparedNetworkIsEvaluatedLikeItsOriginal() {
    Unit net = initialized(Fixtures.convNet());
    try (Prepared prepared = Inference.prepare(net)) {
      assertAgrees(Evaluation.of(prepared, batches), probabilities(net, false));
    }
  }

  @Test
  void withMirrorsItIsTheMeanOfBothProbabilities() {
    Unit net = initialized(Fixtures.convNet());
    double[][] mean = probabilities(net, false);
    double[][] mirrored = probabilities(net, true);
    for (int n = 0; n < N; n++) {
      for (int c = 0; c < Fixtures.CLASSES; c++) {
        mean[n][c] = (mean[n][c] + mirrored[n][c]) / 2;
      }
    }
    assertAgrees(Evaluation.withMirrors(net, batches), mean);
  }

  @Test
  void fewerThanFiveClassesAreAllAmongTheFive() {
    Unit net = initialized(seq(Fixtures.linearNet(), lambda("first", x -> x.get(":, :3"))));
    ImageDataset few =
        ImageDataset.of(
            manager,
            new byte[192],
            new Shape(3, 1, 8, 8),
            new int[] {0, 1, 2},
            List.of("a", "b", "c"));
    Metrics metrics = Evaluation.of(net, Batches.of(few, 2)).metrics();
    assertThat(metrics.top5Error()).isZero();
    assertThat(metrics.error()).isEqualTo(2 / 3.0); // one image is right, of three
  }

  @Test
  void noGraphIsBuiltWhateverTheThreadsMode() {
    List<Boolean> modes = new ArrayList<>();
    Unit net =
        initialized(
            seq(
                Fixtures.convNet(),
                lambda(
                    "spy",
                    x -> {
                      modes.add(JniUtils.isGradMode());
                      return x;
                    })));
    var before = Fixtures.weights(net);
    modes.clear(); // of the dry run
    GradMode.on(
        () -> {
          Evaluation.of(net, batches);
          assertThat(JniUtils.isGradMode()).isTrue();
          return null;
        });
    assertThat(modes).hasSize(batches.count()).containsOnly(false);
    assertThat(Fixtures.weights(net)).isEqualTo(before); // running statistics, too
  }

  @Test
  void aNetworkMustBeInitialised() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Evaluation.of(Fixtures.convNet(), batches))
        .withMessageContaining("has not been initialised");
  }
}
