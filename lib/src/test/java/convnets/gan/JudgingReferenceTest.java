package convnets.gan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.Reference;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Distances, manifolds and ways against SciPy, scikit-learn and prdc: ci/parity/judging.py. */
class JudgingReferenceTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray cloud(String name, int n, int d, double spread, double shift, boolean mixed) {
    IntToDoubleFunction u = Reference.uniform(name);
    float[] numbers = new float[n * d];
    for (int i = 0; i < n; i++) {
      double before = 0;
      for (int j = 0; j < d; j++) {
        double number = (u.applyAsDouble(i * d + j) - 0.5) * spread + shift;
        before = mixed ? before + number : number;
        numbers[i * d + j] = (float) before;
      }
    }
    return manager.create(numbers, new Shape(n, d));
  }

  @Test
  void everyCaseAgrees() {
    for (String[] row : Reference.rows("judging.tsv")) {
      int number = Integer.parseInt(row[0]);
      int d = Integer.parseInt(row[3]);
      double spread = new double[] {0.5, 1, 1.7}[number % 3];
      double shift = number % 2 == 0 ? 0 : 0.3;
      NDArray real = cloud("real " + number, Integer.parseInt(row[1]), d, 1, 0, number % 2 == 1);
      NDArray fake =
          cloud("fake " + number, Integer.parseInt(row[2]), d, spread, shift, number % 4 == 3);
      Manifolds found = Manifolds.of(real, fake, Integer.parseInt(row[4]));
      double[] actual = {
        FrechetDistance.between(real, fake),
        KernelDistance.between(real, fake),
        found.precision(),
        found.recall(),
        found.density(),
        found.coverage()
      };
      for (int i = 0; i < actual.length; i++) {
        double expected = Double.parseDouble(row[5 + i]);
        assertThat(actual[i])
            .as("case %d, number %d", number, i)
            .isCloseTo(expected, within(1e-7 + 1e-6 * Math.abs(expected)));
      }
      if (d > 1) {
        way(real, fake, d, Double.parseDouble(row[11]));
      }
    }
  }

  private void way(NDArray real, NDArray fake, int d, double expected) {
    NDArray a = real.get(0).div(real.get(0).norm());
    NDArray b = fake.get(0).div(fake.get(0).norm());
    float[] third = LatentPath.spherical(a, b, 4).get(1).toFloatArray();
    double[] numbers = new double[d];
    for (int i = 0; i < d; i++) {
      numbers[i] = third[i];
    }
    assertThat(Reference.projection("way", numbers)).isCloseTo(expected, within(1e-5));
  }
}
