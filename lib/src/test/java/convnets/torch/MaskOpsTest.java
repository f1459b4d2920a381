package convnets.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import convnets.Reference;
import convnets.nn.Naive.Tensor;
import convnets.nn.NnTest;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Losses and counts of pixels against loops, and against PyTorch's, which {@code
 * ci/parity/pixels.py} has written down.
 */
class MaskOpsTest extends NnTest {

  private static final int IGNORED = 255;

  /** A loss of logits. */
  private interface Loss {
    NDArray of(NDArray logits);
  }

  @Test
  void lossesAndTheirGradientsArePyTorchs() {
    int number = 0;
    for (String[] row : Reference.rows("mask_losses.tsv")) {
      Shape shape = Reference.shape(row[2]);
      int classes = (int) shape.get(1);
      IntToDoubleFunction u = Reference.uniform("logits " + number);
      float[] numbers = floats((int) shape.size(), i -> u.applyAsDouble(i) * 8 - 4);
      NDArray logits = manager.create(numbers, shape).duplicate();
      Shape pixels = new Shape(shape.get(0), shape.get(2), shape.get(3));
      NDArray truth =
          manager.create(classes("truth " + number, (int) pixels.size(), classes, 0.3), pixels);
      String[] words = row[3].split(" ");
      float[] weights = floats(words.length, i -> Double.parseDouble(words[i]));
      double gamma = Double.parseDouble(row[1]);
      Loss loss =
          switch (row[0]) {
            case "cross-entropy" -> y -> MaskOps.crossEntropy(y, truth, weights);
            case "focal" -> y -> MaskOps.focal(y, truth, weights, gamma);
            default -> y -> MaskOps.dice(y, truth);
          };
      float[] gradient = new float[numbers.length];
      double value = differentiated(logits, loss, gradient);
      String name = row[0] + " " + number;
      assertThat(value).as(name).isCloseTo(Double.parseDouble(row[4]), within(1e-5));
      double[] doubles =
          IntStream.range(0, gradient.length).mapToDouble(i -> gradient[i]).toArray();
      double norm = Math.sqrt(Arrays.stream(doubles).map(g -> g * g).sum());
      assertThat(norm).as(name).isCloseTo(Double.parseDouble(row[5]), within(1e-5));
      assertThat(Reference.projection("gradient", doubles))
          .as(name)
          .isCloseTo(Double.parseDouble(row[6]), within(1e-5));
      number++;
    }
    assertThat(number).isEqualTo(60);
  }

  @Test
  void lossesAreTheirFormulasPixelByPixel() {
    for (int n = 1; n <= 2; n++) {
      Tensor logits = randomTensor(n, 4, 3, 5);
      int[] truth = random.ints((long) n * 15, 0, 5).map(c -> c == 4 ? IGNORED : c).toArray();
      float[] weights = {0.5f, 2, 0, 1};
      NDArray y = array(logits);
      NDArray t = truth(truth, n, 3, 5);
      assertThat(MaskOps.crossEntropy(y, t, weights).getFloat())
          .isCloseTo((float) naiveFocal(logits, truth, weights, 0), within(1e-5f));
      assertThat(MaskOps.focal(y, t, weights, 1.5).getFloat())
          .isCloseTo((float) naiveFocal(logits, truth, weights, 1.5), within(1e-5f));
      assertThat(MaskOps.dice(y, t).getFloat())
          .isCloseTo((float) naiveDice(logits, truth), within(1e-5f));
      assertGradient(
          logits, x -> naiveFocal(x, truth, weights, 2), v -> MaskOps.focal(v, t, weights, 2));
      assertGradient(logits, x -> naiveDice(x, truth), v -> MaskOps.dice(v, t));
    }
  }

  private void assertGradient(
      Tensor logits, java.util.function.ToDoubleFunction<Tensor> naive, Loss loss) {
    float[] gradient = new float[logits.values().length];
    differentiated(array(logits).duplicate(), loss, gradient);
    assertClose(gradient, numericGradient(logits, naive));
  }

  /** What is predicted at a pixel that is ignored changes nothing, not even if it is absurd. */
  @Test
  void ignoredPixelsChangeNothing() {
    Tensor logits = randomTensor(2, 3, 4, 3);
    int[] truth = random.ints(24, 0, 4).map(c -> c == 3 ? IGNORED : c).toArray();
    Tensor other = new Tensor(2, 3, 4, 3);
    System.arraycopy(logits.values(), 0, other.values(), 0, 72);
    for (int i = 0; i < truth.length; i++) {
      if (truth[i] == IGNORED) {
        for (int c = 0; c < 3; c++) {
          other.values()[(i / 12 * 3 + c) * 12 + i % 12] = 50 * random.nextGaussian();
        }
      }
    }
    NDArray t = truth(truth, 2, 4, 3);
    float[] weights = {1, 2, 3};
    for (Loss loss :
        new Loss[] {
          y -> MaskOps.crossEntropy(y, t, weights),
          y -> MaskOps.focal(y, t, weights, 2),
          y -> MaskOps.dice(y, t)
        }) {
      assertThat(loss.of(array(other)).getFloat()).isEqualTo(loss.of(array(logits)).getFloat());
    }
    assertThat(MaskOps.counts(array(other).argMax(1), t, 3, 1))
        .isEqualTo(MaskOps.counts(array(logits).argMax(1), t, 3, 1));
  }

  @Test
  void whereNothingIsKnownLossesAndGradientsAreZero() {
    Tensor logits = randomTensor(2, 3, 1, 1);
    NDArray t = truth(new int[] {IGNORED, IGNORED}, 2, 1, 1);
    float[] weights = {1, 1, 1};
    for (Loss loss :
        new Loss[] {
          y -> MaskOps.crossEntropy(y, t, weights),
          y -> MaskOps.focal(y, t, weights, 0.5),
          y -> MaskOps.dice(y, t)
        }) {
      float[] gradient = new float[6];
      assertThat(differentiated(array(logits).duplicate(), loss, gradient)).isZero();
      assertThat(gradient).containsOnly(0);
    }
    assertThat(MaskOps.counts(array(logits).argMax(1), t, 3, 1).toLongArray()).containsOnly(0);
  }

  /** A pixel of which the network is sure has no slope in the focal loss, whatever γ is. */
  @Test
  void aSurePixelHasAGradient() {
    NDArray logits = manager.create(new float[] {200, -200}, new Shape(1, 2, 1, 1)).duplicate();
    NDArray t = truth(new int[] {0}, 1, 1, 1);
    float[] gradient = new float[2];
    differentiated(logits, y -> MaskOps.focal(y, t, new float[] {1, 1}, 0.5), gradient);
    assertThat(gradient).containsOnly(0);
  }

  @Test
  void pixelsAreCountedAsALoopCountsThem() {
    for (int run = 0; run < 20; run++) {
      int classes = 2 + run % 4;
      int n = 1 + run % 2;
      int h = 1 + run % 6;
      int w = 1 + run % 5;
      int distance = 1 + run % 3;
      int[] truth =
          random
              .ints((long) n * h * w, 0, classes + 1)
              .map(c -> c == classes ? IGNORED : c)
              .toArray();
      int[] predicted = random.ints(truth.length, 0, classes).toArray();
      NDArray t = truth(truth, n, h, w);
      long[] expected = new long[classes * classes + 2];
      boolean[] edges = naiveEdges(truth, h, w, distance);
      for (int i = 0; i < truth.length; i++) {
        if (truth[i] != IGNORED) {
          expected[truth[i] * classes + predicted[i]]++;
        }
        if (edges[i]) {
          expected[expected.length - 1]++;
          expected[expected.length - 2] += truth[i] == predicted[i] ? 1 : 0;
        }
      }
      assertThat(MaskOps.counts(truth(predicted, n, h, w), t, classes, distance).toLongArray())
          .isEqualTo(expected);
      assertThat(MaskOps.edges(t, distance).toBooleanArray()).isEqualTo(edges);
    }
  }

  @Test
  void badArgumentsAreNamed() {
    NDArray logits = manager.zeros(new Shape(1, 2, 2, 3));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MaskOps.dice(logits, truth(new int[6], 1, 3, 2)))
        .withMessageContaining("truth (1, 3, 2), int64, must be (N, H, W), int64");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MaskOps.dice(logits, truth(new int[] {0, 1, 2, 0, 1, 255}, 1, 2, 3)))
        .withMessageContaining("truth holds class 2, but there are outputs for 2 classes");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MaskOps.crossEntropy(logits, truth(new int[6], 1, 2, 3), new float[] {1}))
        .withMessageContaining("weights (1) must be one for each of the 2 classes");
  }

  private double differentiated(NDArray logits, Loss loss, float[] gradient) {
    logits.setRequiresGradient(true);
    NDArray value = GradMode.on(() -> loss.of(logits));
    float[] found = TorchOps.gradients(value, new NDList(logits)).head().toFloatArray();
    System.arraycopy(found, 0, gradient, 0, found.length);
    return value.getFloat();
  }

  private NDArray truth(int[] classes, int n, int h, int w) {
    return manager.create(Arrays.stream(classes).asLongStream().toArray(), new Shape(n, h, w));
  }

  private static float[] floats(int size, IntToDoubleFunction value) {
    float[] floats = new float[size];
    for (int i = 0; i < size; i++) {
      floats[i] = (float) value.applyAsDouble(i);
    }
    return floats;
  }

  private static long[] classes(String name, int size, int classes, double unknown) {
    IntToDoubleFunction u = Reference.uniform(name);
    return IntStream.range(0, size)
        .mapToLong(i -> (long) (u.applyAsDouble(i) * classes * (1 + unknown)))
        .map(c -> c < classes ? c : IGNORED)
        .toArray();
  }

  /** The probability of a class at a pixel, counted over all images. */
  private static double probability(Tensor logits, int pixel, int type) {
    int area = logits.h() * logits.w();
    int start = pixel / area * logits.c() * area + pixel % area;
    double sum = 0;
    for (int c = 0; c < logits.c(); c++) {
      sum += Math.exp(logits.values()[start + c * area]);
    }
    return Math.exp(logits.values()[start + type * area]) / sum;
  }

  private static double naiveFocal(Tensor logits, int[] truth, float[] weights, double gamma) {
    double sum = 0;
    double total = 0;
    for (int i = 0; i < truth.length; i++) {
      if (truth[i] != IGNORED) {
        double p = probability(logits, i, truth[i]);
        sum -= weights[truth[i]] * Math.pow(1 - p, gamma) * Math.log(p);
        total += weights[truth[i]];
      }
    }
    return sum / total;
  }

  private static double naiveDice(Tensor logits, int[] truth) {
    double sum = 0;
    int present = 0;
    for (int c = 0; c < logits.c(); c++) {
      double both = 0;
      double predicted = 0;
      double true_ = 0;
      for (int i = 0; i < truth.length; i++) {
        if (truth[i] != IGNORED) {
          double p = probability(logits, i, c);
          both += truth[i] == c ? p : 0;
          true_ += truth[i] == c ? 1 : 0;
          predicted += p;
        }
      }
      if (true_ > 0) {
        sum += 1 - 2 * both / (predicted + true_);
        present++;
      }
    }
    return sum / present;
  }

  private static boolean[] naiveEdges(int[] truth, int h, int w, int distance) {
    boolean[] edges = new boolean[truth.length];
    for (int i = 0; i < truth.length; i++) {
      int image = i / (h * w);
      int y = i / w % h;
      int x = i % w;
      for (int v = Math.max(0, y - distance); v <= Math.min(h - 1, y + distance); v++) {
        for (int u = Math.max(0, x - distance); u <= Math.min(w - 1, x + distance); u++) {
          int other = truth[(image * h + v) * w + u];
          edges[i] |= truth[i] != IGNORED && other != IGNORED && other != truth[i];
        }
      }
    }
    return edges;
  }
}
