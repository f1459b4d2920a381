package convnets.gan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import convnets.nn.EveryParameter;
import convnets.nn.NnTest;
import convnets.nn.Unit;
import convnets.torch.TorchOps;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GanNetworksTest extends NnTest {

  private static final Shape LABELS = new Shape(1);

  private static long learned(Unit net) {
    return net.getParameters().values().stream()
        .filter(Parameter::requiresGradient)
        .mapToLong(p -> p.getShape().size())
        .sum();
  }

  /** As printed by PyTorch's example (examples/dcgan/main.py), nz 100, ngf 64, ndf 64, nc 3. */
  @Test
  void dcganIsPyTorchsExampleByCountAndName() {
    Unit generator = DCGAN.paper().generator();
    Unit discriminator = DCGAN.paper().discriminator();
    assertThat(learned(generator)).isEqualTo(3_576_704);
    assertThat(learned(discriminator)).isEqualTo(2_765_568);
    assertThat(generator.getParameters().keys())
        .startsWith(
            "main.0.weight",
            "main.1.weight",
            "main.1.bias",
            "main.1.running_mean",
            "main.1.running_var",
            "main.3.weight")
        .endsWith("main.10.running_var", "main.12.weight");
    assertThat(generator.getParameters().get("main.0.weight").getShape())
        .isEqualTo(new Shape(100, 512, 4, 4));
    assertThat(discriminator.getParameters().keys())
        .startsWith("main.0.weight", "main.2.weight", "main.3.weight")
        .endsWith("main.9.running_var", "main.11.weight");
    assertThat(generator.outputShape(new Shape(5, 100))).isEqualTo(new Shape(5, 3, 64, 64));
    assertThat(discriminator.outputShape(new Shape(5, 3, 64, 64))).isEqualTo(new Shape(5, 1));
  }

  @Test
  void dcganStartsAsThePaperSays() {
    Unit generator = DCGAN.of(32, 3).generator();
    generator.initialize(manager, DataType.FLOAT32, new Shape(1, 100));
    NDArray weight = generator.getParameters().get("main.0.weight").getArray();
    assertThat(weight.square().mean().sqrt().getFloat()).isCloseTo(0.02f, within(5e-4f));
    NDArray gamma = generator.getParameters().get("main.1.weight").getArray();
    assertThat(gamma.mean().getFloat()).isCloseTo(1, within(0.01f));
    assertThat(gamma.sub(1).square().mean().sqrt().getFloat()).isCloseTo(0.02f, within(5e-3f));
  }

  @ParameterizedTest
  @CsvSource({"28, 1, 7, 2", "32, 3, 4, 3", "48, 1, 6, 3", "10, 2, 5, 1", "8, 3, 4, 1"})
  void smallFormsEndWhereTheHalvingsDo(int size, int channels, int side, int halvings) {
    DCGAN design = DCGAN.of(size, channels).latent(9).width(6);
    Unit generator = design.generator();
    Unit discriminator = design.discriminator();
    Shape first = generator.getParameters().get("main.0.weight").getShape();
    assertThat(first).isEqualTo(new Shape(9, 6 << (halvings - 1), side, side));
    generator.initialize(manager, DataType.FLOAT32, new Shape(1, 9));
    discriminator.initialize(manager, DataType.FLOAT32, new Shape(1, channels, size, size));
    NDArray made = generator.apply(manager.randomNormal(new Shape(2, 9)));
    assertThat(made.getShape()).isEqualTo(new Shape(2, channels, size, size));
    assertThat(made.abs().max().getFloat()).isLessThanOrEqualTo(1);
    assertThat(discriminator.apply(made).getShape()).isEqualTo(new Shape(2, 1));
  }

  @ParameterizedTest
  @CsvSource({"9", "4", "62", "72", "1"})
  void otherSizesAreRefused(int size) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DCGAN.of(size, 1))
        .withMessage("size (%d) must be 4, 5, 6 or 7 times 2, 4, 8 …, as 28, 32 and 64", size);
  }

  /** All forms: a gradient at every parameter, of both networks, through both. */
  @Test
  void everyParameterLearns() {
    DCGAN dcgan = DCGAN.of(8, 2).latent(3).width(4);
    Shape sample = new Shape(2, 8, 8);
    MLP mlp = MLP.of(sample).latent(3).hidden(6, 5);
    assertLearns(dcgan.generator(), dcgan.discriminator(), sample, 0);
    assertLearns(
        dcgan.sigmoid().withoutBatchNorm().generator(),
        dcgan.pooled().slope(0.1).withoutBatchNorm().minibatchStatistics().discriminator(),
        sample,
        0);
    DCGAN told = dcgan.classes(3);
    assertLearns(told.generator(), told.discriminator(), sample, 3);
    assertLearns(told.generator(), told.spectralNorm().projection().discriminator(), sample, 3);
    assertLearns(told.generator(), told.scorePerClass().discriminator(), sample, 3);
    assertLearns(
        mlp.batchNorm().tanh().generator(),
        mlp.pack(2).dropout(0.1).minibatchStatistics().discriminator(),
        sample,
        0);
    MLP toldMlp = mlp.classes(3);
    assertLearns(toldMlp.generator(), toldMlp.spectralNorm().discriminator(), sample, 3);
    assertLearns(toldMlp.generator(), toldMlp.projection().discriminator(), sample, 3);
  }

  private void assertLearns(Unit generator, Unit discriminator, Shape sample, int classes) {
    Shape noise = new Shape(1, 3);
    Shape one = new Shape(1).addAll(sample);
    generator.initialize(
        manager, DataType.FLOAT32, classes > 0 ? shapes(noise, LABELS) : shapes(noise));
    discriminator.initialize(
        manager, DataType.FLOAT32, classes > 0 ? shapes(one, LABELS) : shapes(one));
    NDArray labels = manager.create(new long[] {0, 1, 2, 0, 1, 2});
    NDArray z = manager.randomNormal(new Shape(6, 3));
    EveryParameter.learns(
        manager,
        0.3f,
        List.of(generator, discriminator),
        () -> {
          NDArray made = forward(generator, z, labels, classes);
          assertThat(made.getShape()).isEqualTo(new Shape(6).addAll(sample));
          return forward(discriminator, made, labels, classes).square().sum();
        });
  }

  private static Shape[] shapes(Shape... shapes) {
    return shapes;
  }

  private NDArray forward(Unit net, NDArray x, NDArray labels, int classes) {
    NDList inputs = classes > 0 ? new NDList(x, labels) : new NDList(x);
    return net.forward(new ParameterStore(manager, false), inputs, true, null).singletonOrThrow();
  }

  /** ψ(φ) + ⟨e(class), φ⟩, by hand. */
  @Test
  void projectionComparesFeaturesWithTheClass() {
    Unit net = MLP.of(new Shape(2)).hidden(3).classes(4).projection().discriminator();
    net.initialize(manager, DataType.FLOAT32, new Shape(1, 2), LABELS);
    float[][] x = {{1, -2}, {0.5f, 3}, {-1, 0}};
    long[] labels = {3, 0, 3};
    NDArray points = manager.create(new float[] {1, -2, 0.5f, 3, -1, 0}, new Shape(3, 2));
    float[] scores = forward(net, points, manager.create(labels), 4).toFloatArray();
    float[] w = values(net, "fc1.weight");
    float[] b = values(net, "fc1.bias");
    float[] e = values(net, "embedding.weight");
    float[] v = values(net, "score.weight");
    for (int i = 0; i < 3; i++) {
      double score = values(net, "score.bias")[0];
      for (int k = 0; k < 3; k++) {
        double z = w[2 * k] * x[i][0] + w[2 * k + 1] * x[i][1] + b[k];
        double phi = z > 0 ? z : 0.2 * z;
        score += phi * (v[k] + e[3 * (int) labels[i] + k]);
      }
      assertThat((double) scores[i]).isCloseTo(score, within(1e-5));
    }
  }

  /** The score of the label's class is that of a network without labels and with its weights. */
  @Test
  void theLabelPicksAScore() {
    DCGAN design = DCGAN.of(8, 1).latent(3).width(2);
    Unit net = design.classes(4).scorePerClass().discriminator();
    net.initialize(manager, DataType.FLOAT32, new Shape(1, 1, 8, 8), LABELS);
    NDArray x = manager.randomNormal(new Shape(3, 1, 8, 8));
    long[] labels = {3, 0, 2};
    float[] scores = forward(net, x, manager.create(labels), 4).toFloatArray();
    assertThat(net.apply(x, manager.create(labels)).toFloatArray()).isEqualTo(scores);
    NDArray last = net.getParameters().valueAt(net.getParameters().size() - 1).getArray();
    assertThat(last.getShape()).isEqualTo(new Shape(4, 2, 4, 4));
    for (int i = 0; i < 3; i++) {
      Unit alone = design.discriminator();
      alone.initialize(manager, DataType.FLOAT32, new Shape(1, 1, 8, 8));
      for (int k = 0; k + 1 < alone.getParameters().size(); k++) {
        TorchOps.copy(
            net.getParameters().valueAt(k).getArray(), alone.getParameters().valueAt(k).getArray());
      }
      NDArray own = alone.getParameters().valueAt(alone.getParameters().size() - 1).getArray();
      TorchOps.copy(last.get(labels[i] + ":" + (labels[i] + 1)), own);
      float score = forward(alone, x, null, 0).toFloatArray()[i];
      assertThat(scores[i]).isCloseTo(score, within(1e-5f));
    }
  }

  private static float[] values(Unit net, String name) {
    return net.getParameters().get(name).getArray().toFloatArray();
  }

  @Test
  void minibatchStatisticsAreTheMeanDeviation() {
    for (Shape shape :
        new Shape[] {new Shape(4, 3), new Shape(3, 2, 3, 2), new Shape(1, 2, 1, 1)}) {
      NDArray x = manager.randomNormal(shape);
      NDArray y = run(MinibatchStatistics.create(), x, true);
      int n = (int) shape.get(0);
      int each = (int) shape.slice(1).size();
      float[] numbers = x.toFloatArray();
      double deviation = 0;
      for (int k = 0; k < each; k++) {
        double mean = 0;
        double square = 0;
        for (int i = 0; i < n; i++) {
          mean += numbers[i * each + k] / n;
        }
        for (int i = 0; i < n; i++) {
          square += Math.pow(numbers[i * each + k] - mean, 2) / n;
        }
        deviation += Math.sqrt(square + 1e-8) / each;
      }
      long[] more = shape.getShape().clone();
      more[1]++;
      assertThat(y.getShape()).isEqualTo(new Shape(more));
      long c = shape.get(1);
      assertThat(y.get(":, :{}", c).toFloatArray()).containsExactly(numbers);
      for (float last : y.get(":, {}:", c).toFloatArray()) {
        assertThat((double) last).isCloseTo(deviation, within(1e-5));
      }
      assertThat(MinibatchStatistics.create().outputShape(shape)).isEqualTo(y.getShape());
    }
  }

  @Test
  void packsHoldNeighbouringSamples() {
    NDArray x = manager.arange(2 * 3 * 2f).reshape(6, 1, 2);
    NDArray packed = run(Packing.of(2), x, true);
    assertThat(packed.getShape()).isEqualTo(new Shape(3, 2, 2));
    assertThat(packed.toFloatArray()).containsExactly(x.toFloatArray());
    NDArray five = x.get(":5");
    assertThat(run(Packing.of(2), five, true).toFloatArray())
        .containsExactly(x.get(":4").toFloatArray());
    NDArray one = x.get(":1");
    assertThat(run(Packing.of(3), one, true).toFloatArray()).containsExactly(0, 1, 0, 1, 0, 1);
    assertThat(Packing.of(3).outputShape(new Shape(7, 2))).isEqualTo(new Shape(2, 6));
  }

  /** Of the ways to tell the discriminator a class the last one counts. */
  @Test
  void aClassIsToldInOneWay() {
    DCGAN design = DCGAN.of(28, 1).width(4).classes(3);
    List<String> projected = design.projection().discriminator().getParameters().keys();
    assertThat(design.scorePerClass().projection().discriminator().getParameters().keys())
        .isEqualTo(projected);
    assertThat(design.projection().scorePerClass().discriminator().getParameters().keys())
        .isNotEqualTo(projected);
  }

  @Test
  void refusesWhatDoesNotGoTogether() {
    assertThatIllegalStateException()
        .isThrownBy(() -> MLP.of(new Shape(2)).classes(3).pack(2).discriminator())
        .withMessageStartingWith("pack (2) and classes (3) do not go together");
    assertThatIllegalStateException()
        .isThrownBy(() -> DCGAN.of(28, 1).projection().discriminator())
        .withMessage("projection needs classes: call classes(n)");
    assertThatIllegalStateException()
        .isThrownBy(() -> DCGAN.of(28, 1).scorePerClass().discriminator())
        .withMessage("scorePerClass needs classes: call classes(n)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MLP.of(new Shape()))
        .withMessage("sample () must be the shape of one sample, as (1, 28, 28)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MinibatchStatistics.create().outputShape(new Shape(3)))
        .withMessageStartingWith("minibatch statistics takes (N, C, …), but was given");
    assertThat(Arrays.asList(Packing.of(2).describe(), MinibatchStatistics.create().describe()))
        .containsExactly("packs of 2", "minibatch statistics");
  }
}
