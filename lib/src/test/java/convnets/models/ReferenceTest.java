package convnets.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import convnets.Reference;
import convnets.cli.TrainingStep;
import convnets.nn.Unit;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every network beside its reference implementation, by fixtures that {@code ci/parity/fixtures.py}
 * has made: names and shapes, logits, and one training step. {@code ./course parity} compares with
 * the implementations themselves, number by number.
 */
class ReferenceTest {

  private static final int CLASSES = 10;

  /** How far a step in single precision may be from the reference's in double precision. */
  private static final double SINGLE = 1e-3;

  /**
   * How far it may be if the same step in double precision is right: an input of a ReLU that
   * rounding moves across zero changes the gradients of a deep net by percents, on each processor
   * and with each number of threads by others.
   */
  private static final double SINGLE_WITH_RELUS = 0.3;

  private static final double DOUBLE = 1e-7;

  /** A gradient: the parameter it is of, its length, and its projection. */
  private record Gradient(String name, double norm, double projection) {

    static Gradient parse(String text) {
      String[] parts = text.split(" ");
      return new Gradient(parts[0], Double.parseDouble(parts[1]), Double.parseDouble(parts[2]));
    }
  }

  /** A row of the fixtures. */
  record Fixture(
      String model,
      String reference,
      Shape images,
      String digest,
      double[] logits,
      double loss,
      Gradient first,
      Gradient last,
      double statistics) {

    static Fixture parse(String[] fields) {
      return new Fixture(
          fields[0],
          fields[1],
          Reference.shape(fields[2]),
          fields[3],
          Arrays.stream(fields[4].split(" ")).mapToDouble(Double::parseDouble).toArray(),
          Double.parseDouble(fields[5]),
          Gradient.parse(fields[6]),
          Gradient.parse(fields[7]),
          Double.parseDouble(fields[8]));
    }

    @Override
    public String toString() {
      return model + " is " + reference;
    }
  }

  static Stream<Fixture> fixtures() {
    return Reference.rows("models.tsv").stream().map(Fixture::parse);
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void aNetworkIsItsReference(Fixture expected) {
    Unit net = Models.create(expected.model, CLASSES);
    assertThat(ReferenceWeights.digest(net))
        .as("digest of names and shapes; ./course parity %s lists them", expected.model)
        .isEqualTo(expected.digest);
    try (NDManager manager = NDManager.newBaseManager(device(net))) {
      ReferenceWeights.fill(net, manager, expected.images);
      NDArray images = ReferenceWeights.images(manager, expected.images);
      assertLogits(net, images, expected.logits);
      double error = stepError(net, images, expected);
      assertThat(error).as("step in single precision").isLessThan(SINGLE_WITH_RELUS);
      if (error > SINGLE) {
        ReferenceWeights.set(net);
        net.cast(DataType.FLOAT64);
        NDArray precise = images.toType(DataType.FLOAT64, false);
        assertThat(stepError(net, precise, expected))
            .as("step in double precision")
            .isLessThan(DOUBLE);
      }
    }
  }

  /** PyTorch drew for dropout on a CPU; a GPU draws other numbers. */
  private static Device device(Unit net) {
    String units = net.toString();
    return units.contains("dropout") || units.contains("stochastic depth")
        ? Device.cpu()
        : Engine.getInstance().defaultDevice();
  }

  private static void assertLogits(Unit net, NDArray images, double[] expected) {
    float[] actual =
        net.forward(new ParameterStore(images.getManager(), false), new NDList(images), false, null)
            .singletonOrThrow()
            .toFloatArray();
    double scale = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).isCloseTo((float) expected[i], relative(1e-5, scale));
    }
  }

  /** The largest difference from the reference that a training step has, relative to its length. */
  private static double stepError(Unit net, NDArray images, Fixture expected) {
    long[] labels = LongStream.range(0, images.size(0)).map(i -> 3 * i % CLASSES).toArray();
    Map<String, NDArray> step = TrainingStep.run(net, images, images.getManager().create(labels));
    double loss = doubles(step.get("loss"))[0];
    double statistics = statistics(step); // 0 in a network without batch norm
    return DoubleStream.of(
            Math.abs(loss - expected.loss) / expected.loss,
            gradientError(step, expected.first),
            gradientError(step, expected.last),
            Math.abs(statistics - expected.statistics) / Math.max(1, Math.abs(expected.statistics)))
        .max()
        .orElseThrow();
  }

  private static double gradientError(Map<String, NDArray> step, Gradient expected) {
    double[] actual = doubles(step.get("gradient " + expected.name));
    double norm = Math.sqrt(Arrays.stream(actual).map(number -> number * number).sum());
    double projection = Reference.projection(expected.name, actual);
    return Math.max(Math.abs(norm - expected.norm), Math.abs(projection - expected.projection))
        / expected.norm;
  }

  private static double statistics(Map<String, NDArray> step) {
    String prefix = "statistics ";
    return step.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(prefix))
        .mapToDouble(
            entry ->
                Reference.projection(
                    entry.getKey().substring(prefix.length()), doubles(entry.getValue())))
        .sum();
  }

  private static double[] doubles(NDArray array) {
    return array.toType(DataType.FLOAT64, false).toDoubleArray();
  }

  private static Offset<Float> relative(double tolerance, double scale) {
    return Offset.offset((float) (tolerance * Math.abs(scale)));
  }
}
