package convnets.gan;

import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.conv;
import static convnets.nn.Layers.flatten;
import static convnets.nn.Layers.globalAvgPool;
import static convnets.nn.Layers.linear;
import static convnets.nn.Layers.relu;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.data.Examples;
import convnets.data.Transform;
import convnets.nn.Unit;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the judges say where it is known, and what they refuse. */
class JudgingTest {

  {
    Engine.getEngine("PyTorch").setRandomSeed(3);
  }

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray array(double[]... rows) {
    float[] numbers = new float[rows.length * rows[0].length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) rows[i / rows[0].length][i % rows[0].length];
    }
    return manager.create(numbers, new Shape(rows.length, rows[0].length));
  }

  // Distances.

  @Test
  void aShiftIsItsSquareAndAStretchThatOfTheDeviations() {
    NDArray cloud = manager.randomNormal(new Shape(300, 7));
    NDArray shift = array(new double[] {1, 2, 0, 0, -2, 0, 0});
    assertThat(FrechetDistance.between(cloud, cloud)).isCloseTo(0, within(1e-9));
    assertThat(FrechetDistance.between(cloud, cloud.add(shift))).isCloseTo(9, within(1e-4));
    double trace = 0; // tr(Σ + 4 Σ − 2 · 2 Σ) = tr Σ, and the means are apart by one of them
    NDArray centred = cloud.sub(cloud.mean(new int[] {0}, true));
    trace += centred.square().sum().getFloat() / 299;
    assertThat(FrechetDistance.between(centred, centred.add(centred)))
        .isCloseTo(trace, within(1e-4));
  }

  @Test
  void moreFeaturesThanSamplesAreNoProblem() {
    NDArray few = manager.randomNormal(new Shape(5, 40));
    assertThat(FrechetDistance.between(few, few)).isCloseTo(0, within(1e-6));
    NDArray constant = manager.ones(new Shape(4, 3));
    assertThat(FrechetDistance.between(constant, manager.zeros(new Shape(2, 3))))
        .isCloseTo(3, within(1e-9));
  }

  @Test
  void theKernelDistanceIsTheOneOfTheDoubleLoop() {
    NDArray a = manager.randomNormal(new Shape(600, 3)); // more than a portion
    NDArray b = manager.randomNormal(new Shape(20, 3)).add(1);
    double[][] x = doubles(a);
    double[][] y = doubles(b);
    double expected = mean(x, x, true) + mean(y, y, true) - 2 * mean(x, y, false);
    assertThat(KernelDistance.between(a, b)).isCloseTo(expected, within(1e-6 * expected));
  }

  private static double mean(double[][] x, double[][] y, boolean others) {
    double sum = 0;
    int pairs = 0;
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < y.length; j++) {
        if (!others || i != j) {
          double product = 0;
          for (int k = 0; k < x[i].length; k++) {
            product += x[i][k] * y[j][k];
          }
          sum += Math.pow(product / x[i].length + 1, 3);
          pairs++;
        }
      }
    }
    return sum / pairs;
  }

  private static double[][] doubles(NDArray array) {
    int d = (int) array.getShape().get(1);
    float[] numbers = array.toFloatArray();
    return IntStream.range(0, numbers.length / d)
        .mapToObj(i -> IntStream.range(0, d).mapToDouble(j -> numbers[i * d + j]).toArray())
        .toArray(double[][]::new);
  }

  @Test
  void oneDistributionIsAtNoKernelDistanceInTheMean() {
    double sum = 0;
    for (int i = 0; i < 40; i++) {
      sum +=
          KernelDistance.between(
              manager.randomNormal(new Shape(50, 4)), manager.randomNormal(new Shape(50, 4)));
    }
    assertThat(sum / 40).isCloseTo(0, within(0.05));
  }

  @Test
  void aCollapsedGeneratorIsPreciseAndCoversLittle() {
    NDArray real = manager.randomNormal(new Shape(400, 2));
    NDArray one = manager.randomNormal(new Shape(400, 2)).mul(0.01f);
    Manifolds collapsed = Manifolds.of(real, one, 3);
    assertThat(collapsed.precision()).isEqualTo(1);
    assertThat(collapsed.recall()).isLessThan(0.05);
    assertThat(collapsed.coverage()).isLessThan(0.1);
    Manifolds same = Manifolds.of(real, real, 3);
    assertThat(same.precision()).isEqualTo(1);
    assertThat(same.coverage()).isEqualTo(1);
  }

  @Test
  void judgesRefuseWhatCannotBeCompared() {
    NDArray three = manager.zeros(new Shape(5, 3));
    NDArray two = manager.zeros(new Shape(5, 2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FrechetDistance.between(three, two))
        .withMessage("features (2) must be as many as those they are compared with (3)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FrechetDistance.from(manager.zeros(new Shape(1, 2))))
        .withMessage("features (1, 2) must have at least 2 rows");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KernelDistance.between(three, two))
        .withMessage("a (5, 3) and b (5, 2) must have rows of the same shape");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Manifolds.of(three, three, 5))
        .withMessage("real (5, 3) must have at least 6 rows");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Neighbours.of(three, three, 6))
        .withMessage("count (6) must be at most the rows of among (5)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Neighbours.of(three, three.toType(DataType.UINT8, true), 1))
        .withMessageStartingWith("queries (float32) and among (uint8) must be of the same type");
  }

  // Neighbours.

  @Test
  void neighboursAreThoseOfThePlainSearch() {
    NDArray among = manager.randomNormal(new Shape(5000, 2, 3)); // more than a portion
    NDArray queries = manager.randomNormal(new Shape(300, 2, 3));
    Neighbours found = Neighbours.of(queries, among, 3);
    double[][] x = doubles(queries.reshape(300, 6));
    double[][] y = doubles(among.reshape(5000, 6));
    for (int i = 0; i < 300; i += 37) {
      double[] distances = new double[y.length];
      for (int j = 0; j < y.length; j++) {
        for (int k = 0; k < 6; k++) {
          distances[j] += (x[i][k] - y[j][k]) * (x[i][k] - y[j][k]);
        }
      }
      int[] order =
          IntStream.range(0, y.length)
              .boxed()
              .sorted((p, q) -> Double.compare(distances[p], distances[q]))
              .limit(3)
              .mapToInt(p -> p)
              .toArray();
      assertThat(found.places()[i]).containsExactly(order);
      assertThat(found.distances()[i][0]).isCloseTo(Math.sqrt(distances[order[0]]), within(1e-6));
    }
    assertThat(Neighbours.of(among.get(":7"), among, 1).nearest())
        .containsExactly(0, 1, 2, 3, 4, 5, 6);
    double[] own = Neighbours.of(among.get(":7"), among, 1).nearestDistances();
    assertThat(Arrays.stream(own).max().getAsDouble()).isLessThan(1e-6);
  }

  // Mixtures.

  @Test
  void samplesOfARingLieAroundItsModes() {
    Mixture ring = Mixture.ring(8, 2, 0.1);
    NDArray points = ring.draw(manager, 8000, 5);
    ModeCount count = ring.count(points);
    assertThat(count.covered()).isEqualTo(8);
    assertThat(count.good()).isCloseTo(1 - Math.exp(-4.5), within(0.005)); // of a Rayleigh
    assertThat(Arrays.stream(count.perMode()).allMatch(c -> c > 850 && c < 1150)).isTrue();
    assertThat(ring.draw(manager, 100, 5).toFloatArray())
        .isEqualTo(points.get(":100").toFloatArray());
    Examples examples = ring.examples(manager, 500, 9);
    assertThat(examples.size()).isEqualTo(500);
    assertThat(examples.classes()).hasSize(8);
    long[] classes =
        examples.gather(manager, IntStream.range(0, 500).toArray()).get(1).toLongArray();
    float[] xy = examples.gather(manager, IntStream.range(0, 500).toArray()).head().toFloatArray();
    for (int i = 0; i < 500; i++) {
      double angle = 2 * Math.PI * classes[i] / 8;
      assertThat(Math.hypot(xy[2 * i] - 2 * Math.cos(angle), xy[2 * i + 1] - 2 * Math.sin(angle)))
          .isLessThan(0.6);
    }
  }

  @Test
  void modesCountByGoodSamples() {
    Mixture grid = Mixture.grid(2, 2, 0.1); // (−1, −1), (1, −1), (−1, 1), (1, 1)
    NDArray points =
        array(
            new double[] {-1, -1},
            new double[] {-1.2, -1.2}, // 0.28 away: good
            new double[] {1, -1.31}, // 0.31 away: not
            new double[] {0, 0});
    ModeCount count = grid.count(points);
    assertThat(count.perMode()).containsExactly(2, 0, 0, 0);
    assertThat(count.covered()).isEqualTo(1);
    assertThat(count.good()).isEqualTo(0.5);
    assertThat(grid.count(points, 3).covered()).isZero();
    assertThat(count).hasToString("1 of 4 modes, 50% good");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> grid.count(manager.zeros(new Shape(3, 3))))
        .withMessage("points (3, 3) must be (N, 2), of at least one point");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Mixture(new double[0][], 1))
        .withMessageContaining("modes [] must be one or more points");
  }

  // Ways.

  @Test
  void aStraightWayIsShorterInTheMiddleAndASphericalOneIsNot() {
    NDArray a = array(new double[] {3, 0}, new double[] {0, 2});
    NDArray b = array(new double[] {0, 3}, new double[] {0, 2});
    assertThat(LatentPath.straight(a, b, 3).toFloatArray())
        .containsExactly(3, 0, 1.5f, 1.5f, 0, 3, 0, 2, 0, 2, 0, 2);
    float[] way = LatentPath.spherical(a, b, 3).toFloatArray();
    float side = (float) (3 / Math.sqrt(2));
    assertThat(way)
        .containsExactly(new float[] {3, 0, side, side, 0, 3, 0, 2, 0, 2, 0, 2}, within(1e-6f));
    assertThat(LatentPath.spherical(a.get(0), a.get(0).neg(), 2).getShape())
        .isEqualTo(new Shape(2, 2));
    assertThat(LatentPath.spherical(a.get(0).mul(0), b.get(0), 3).toFloatArray())
        .doesNotContain(Float.NaN);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LatentPath.straight(a, b, 1))
        .withMessage("steps (1) must be at least 2: both ends are among them");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LatentPath.straight(a, b.get(0), 2))
        .withMessageContaining("must both be (D) or (N, D)");
  }

  // Features.

  private Unit classifier() {
    Unit net =
        seq(
            conv(1, 6, 3).bn().relu(),
            globalAvgPool(),
            flatten(),
            linear(6, 5),
            relu(),
            linear(5, 4));
    net.initialize(manager, DataType.FLOAT32, new Shape(1, 1, 8, 8));
    return net;
  }

  @Test
  void featuresAreWhatTheLastFullyConnectedLayerSees() {
    Unit net = classifier();
    NDArray images = manager.randomUniform(0, 1, new Shape(611, 1, 8, 8));
    Transform half = Transform.ofColours((x, random) -> x.sub(0.5));
    Features features = Features.of(net).transform(half);
    NDArray seen = features.of(images);
    assertThat(seen.getShape()).isEqualTo(new Shape(611, 5));
    NDArray logits = net.apply(images.sub(0.5));
    NDArray weight = net.getParameters().get("fc2.weight").getArray();
    NDArray bias = net.getParameters().get("fc2.bias").getArray();
    NDArray again = seen.matMul(weight.transpose()).add(bias);
    assertThat(again.sub(logits).abs().max().getFloat()).isLessThan(1e-5f);
    int[] classes = Arrays.stream(logits.argMax(1).toLongArray()).mapToInt(i -> (int) i).toArray();
    assertThat(features.classes(images)).containsExactly(classes);
    assertThat(features.confirmed(images, classes)).isEqualTo(1);
    int[] wrong = Arrays.stream(classes).map(c -> (c + 1) % 4).toArray();
    assertThat(features.confirmed(images, wrong)).isZero();
    NDArray bytes = manager.create(randomBytes(64), new Shape(1, 1, 8, 8));
    assertThat(features.of(bytes.toType(DataType.UINT8, true)).getShape())
        .isEqualTo(new Shape(1, 5));
  }

  private static float[] randomBytes(int n) {
    Random random = new Random(1);
    float[] bytes = new float[n];
    for (int i = 0; i < n; i++) {
      bytes[i] = random.nextInt(256);
    }
    return bytes;
  }

  @Test
  void looksLeaveNoArrays() {
    Features features = Features.of(classifier());
    NDArray images = manager.randomUniform(0, 1, new Shape(300, 1, 8, 8));
    features.of(images).close();
    int before = ((BaseNDManager) manager).getManagedArrays().size();
    for (int i = 0; i < 20; i++) {
      features.of(images).close();
      features.classes(images);
      FrechetDistance.between(images.reshape(300, 64), images.reshape(300, 64));
    }
    // The reshaped views are the test's own.
    assertThat(((BaseNDManager) manager).getManagedArrays().size() - before)
        .isLessThanOrEqualTo(40);
  }

  @Test
  void featuresRefuseWhatHasNone() {
    Unit net = seq(conv(1, 3, 8).padding(0), flatten());
    net.initialize(manager, DataType.FLOAT32, new Shape(1, 1, 8, 8));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Features.of(net).of(manager.zeros(new Shape(1, 1, 8, 8))))
        .withMessageStartingWith("classifier has no fully connected layer");
    Features features = Features.of(classifier());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> features.of(manager.zeros(new Shape(8, 8))))
        .withMessage("images (8, 8) must be (N, C, H, W), at least one");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> features.confirmed(manager.zeros(new Shape(2, 1, 8, 8)), 1))
        .withMessage("labels (1) must be as many as images (2, 1, 8, 8)");
  }
}
