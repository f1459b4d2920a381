package convnets.inspect;

import static convnets.nn.Combinators.auxiliary;
import static convnets.nn.Combinators.named;
import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.conv;
import static convnets.nn.Layers.flatten;
import static convnets.nn.Layers.globalAvgPool;
import static convnets.nn.Layers.linear;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import convnets.nn.Unit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GradientNormsTest {

  private static final int N = 4;
  private static final int CLASSES = 3;

  private static Unit net(NDManager manager) {
    Unit net =
        seq(conv(2, 5, 3).bn().relu(), globalAvgPool(), flatten(), named("fc", linear(5, CLASSES)));
    net.initialize(manager, DataType.FLOAT32, new Shape(N, 2, 6, 6));
    return net;
  }

  private static double norm(NDArray array) {
    double sum = 0;
    for (float number : array.toFloatArray()) {
      sum += (double) number * number;
    }
    return Math.sqrt(sum);
  }

  /** For a fully connected layer: (softmax − one-hot)ᵀ times its input, over N, by hand. */
  @Test
  void agreeWithTheFormulaOfTheLastLayer() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Unit net = net(manager);
      NDArray x = manager.randomNormal(new Shape(N, 2, 6, 6));
      int[] labels = {0, 2, 1, 2};
      float[] inputs = Activations.of(net, x, "flatten1").get("flatten1").toFloatArray();
      float[] scores = Activations.of(net, x, "fc").get("fc").toFloatArray();
      double[][] gradient = new double[CLASSES][5];
      for (int n = 0; n < N; n++) {
        double sum = 0;
        for (int c = 0; c < CLASSES; c++) {
          sum += Math.exp(scores[n * CLASSES + c]);
        }
        for (int c = 0; c < CLASSES; c++) {
          double error = Math.exp(scores[n * CLASSES + c]) / sum - (labels[n] == c ? 1 : 0);
          for (int i = 0; i < 5; i++) {
            gradient[c][i] += error * inputs[n * 5 + i] / N;
          }
        }
      }
      double squares = 0;
      for (double[] row : gradient) {
        for (double number : row) {
          squares += number * number;
        }
      }
      GradientNorms norms = GradientNorms.inEvaluation(net, x, manager.create(labels));
      assertThat(norms.rows()).extracting(GradientNorms.Row::path).containsExactly("conv1", "fc");
      assertThat(norms.rows().get(1).gradient()).isCloseTo(Math.sqrt(squares), within(1e-6));
      assertThat(norms.rows().get(0).weight())
          .isCloseTo(norm(net.getParameters().get("conv1.weight").getArray()), within(1e-5));
      assertThat(norms.table().columnNames())
          .containsExactly("layer", "gradient norm", "weight norm");
    }
  }

  @Test
  void sideExitsTakeNoPart() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Unit main = net(manager);
      Unit net = auxiliary(main, named("aside", seq(flatten(), linear(72, CLASSES))));
      net.initialize(manager, DataType.FLOAT32, new Shape(N, 2, 6, 6));
      NDArray x = manager.randomNormal(new Shape(N, 2, 6, 6));
      NDArray labels = manager.create(new int[] {0, 1, 2, 0});
      double[] norms = GradientNorms.of(net, x, labels).gradients();
      assertThat(norms).startsWith(GradientNorms.of(main, x, labels).gradients()).endsWith(0);
    }
  }

  @Test
  void leaveTheNetworkAsItWas() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Unit net = net(manager);
      NDArray x = manager.randomNormal(new Shape(N, 2, 6, 6));
      NDArray labels = manager.create(new int[] {0, 1, 2, 0});
      Map<String, float[]> before = values(net);
      int arrays = manager.getManagedArrays().size();
      GradientNorms first = GradientNorms.of(net, x, labels);
      GradientNorms second = GradientNorms.of(net, x, labels);
      assertThat(second).isEqualTo(first); // nothing was added up, no statistic moved
      assertThat(manager.getManagedArrays()).hasSize(arrays);
      assertThat(values(net)).usingRecursiveComparison().isEqualTo(before);
      for (Parameter parameter : net.getParameters().values()) {
        if (parameter.requiresGradient()) {
          try (NDArray gradient = parameter.getArray().getGradient()) {
            assertThat(norm(gradient)).isZero();
          }
        }
      }
    }
  }

  @Test
  void ofTrainingAndOfEvaluationDiffer() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Unit net = net(manager);
      NDArray x = manager.randomNormal(new Shape(N, 2, 6, 6)).mul(9);
      NDArray labels = manager.create(new int[] {0, 1, 2, 0});
      double training = GradientNorms.of(net, x, labels).rows().get(0).gradient();
      double evaluation = GradientNorms.inEvaluation(net, x, labels).rows().get(0).gradient();
      assertThat(training).isPositive().isNotCloseTo(evaluation, within(1e-3 * evaluation));
      // A step of training itself does move the statistics: what is restored above is real.
      float[] mean = net.getParameters().get("bn1.running_mean").getArray().toFloatArray();
      net.forward(new ParameterStore(manager, false), new NDList(x), true).close();
      assertThat(net.getParameters().get("bn1.running_mean").getArray().toFloatArray())
          .isNotEqualTo(mean);
    }
  }

  private static Map<String, float[]> values(Unit net) {
    Map<String, float[]> values = new LinkedHashMap<>();
    net.getParameters()
        .forEach(pair -> values.put(pair.getKey(), pair.getValue().getArray().toFloatArray()));
    return values;
  }
}
