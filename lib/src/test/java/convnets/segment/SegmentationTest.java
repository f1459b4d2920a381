package convnets.segment;

import static convnets.nn.Layers.conv;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.Reference;
import convnets.data.Batch;
import convnets.data.Batches;
import convnets.data.Examples;
import convnets.data.Menagerie;
import convnets.data.Target;
import convnets.nn.Unit;
import convnets.torch.MaskOps;
import convnets.train.Metric;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SegmentationTest {

  private static final int IGNORED = Target.IGNORED;

  private final NDManager manager = NDManager.newBaseManager();
  private final Segmentation task = Segmentation.standard();

  @AfterEach
  void close() {
    manager.close();
  }

  /** On a thousand random cases, with pixels that are ignored and classes that are absent. */
  @Test
  void metricsAreTorchmetrics() {
    for (String[] row : Reference.rows("mask_metrics.tsv")) {
      int classes = Integer.parseInt(row[1]);
      Shape shape = Reference.shape(row[2]);
      int size = (int) shape.size();
      int present = Integer.parseInt(row[0]) % 3 == 0 ? (classes + 1) / 2 : classes;
      IntToDoubleFunction t = Reference.uniform("truth " + row[0]);
      IntToDoubleFunction p = Reference.uniform("predicted " + row[0]);
      IntToDoubleFunction right = Reference.uniform("right " + row[0]);
      long[] truth =
          IntStream.range(0, size)
              .mapToLong(i -> (long) (t.applyAsDouble(i) * present * 1.2))
              .map(c -> c < present ? c : IGNORED)
              .toArray();
      long[] predicted =
          IntStream.range(0, size)
              .mapToLong(
                  i ->
                      right.applyAsDouble(i) < 0.6 && truth[i] != IGNORED
                          ? truth[i]
                          : (long) (p.applyAsDouble(i) * classes))
              .toArray();
      NDArray counts =
          MaskOps.counts(
              manager.create(predicted, shape), manager.create(truth, shape), classes, 1);
      Map<Metric, Double> metrics = task.metrics(doubles(counts), (int) shape.get(0));
      assertSame(row[0], metrics.get(Segmentation.MEAN_IOU), row[3]);
      assertSame(row[0], metrics.get(Segmentation.PIXEL_ACCURACY), row[4]);
      counts.close();
    }
  }

  private static void assertSame(String name, double actual, String expected) {
    double number = expected.equals("nan") ? Double.NaN : Double.parseDouble(expected);
    if (Double.isNaN(number)) {
      assertThat(actual).as(name).isNaN();
    } else {
      assertThat(actual).as(name).isCloseTo(number, within(1e-6));
    }
  }

  private static double[] doubles(NDArray counts) {
    return counts.toType(DataType.FLOAT64, false).toDoubleArray();
  }

  @Test
  void theFourMetricsFollowFromTheCounts() {
    // Of class 0 three pixels, one of them taken for class 1; of class 1 two, both right; no class
    // 2.
    double[] counts = {2, 1, 0, 0, 2, 0, 0, 0, 0, 3, 4};
    Map<Metric, Double> metrics = task.metrics(counts, 1);
    assertThat(List.copyOf(metrics.keySet()))
        .containsExactly(
            Segmentation.MEAN_IOU,
            Segmentation.PIXEL_ACCURACY,
            Segmentation.CLASS_ACCURACY,
            Segmentation.EDGE_ACCURACY);
    assertThat(metrics.values())
        .containsExactly((2.0 / 3 + 2.0 / 3) / 2, 4.0 / 5, (2.0 / 3 + 1) / 2, 3.0 / 4);
    assertThat(task.metrics(new double[6], 1).values()).containsOnly(Double.NaN);
  }

  @Test
  void theLossIsTheSumOfItsPartsAndOfAuxiliaryOutputs() {
    NDArray main = manager.randomNormal(new Shape(2, 3, 4, 5));
    NDArray other = manager.randomNormal(new Shape(2, 3, 4, 5));
    Batch batch = batch(2, 4, 5, 3);
    NDArray t = batch.targets().head();
    float[] weights = {1, 2, 0.5f};
    Segmentation all =
        Segmentation.standard()
            .crossEntropy(0.5)
            .dice(2)
            .focal(3)
            .gamma(1)
            .classWeights(1, 2, 0.5)
            .auxiliary(0.25);
    float[] sums = new float[2];
    NDArray[] outputs = {main, other};
    for (int i = 0; i < 2; i++) {
      sums[i] =
          0.5f * MaskOps.crossEntropy(outputs[i], t, weights).getFloat()
              + 2 * MaskOps.dice(outputs[i], t).getFloat()
              + 3 * MaskOps.focal(outputs[i], t, weights, 1).getFloat();
    }
    assertThat(all.loss(new NDList(main), batch).getFloat()).isCloseTo(sums[0], within(1e-5f));
    assertThat(all.loss(new NDList(main, other), batch).getFloat())
        .isCloseTo(sums[0] + 0.25f * sums[1], within(1e-5f));
    assertThat(task.loss(new NDList(main), batch).getDataType()).isEqualTo(DataType.FLOAT32);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> task.crossEntropy(0).loss(new NDList(main), batch))
        .withMessageContaining("must not all be 0");
  }

  private Batch batch(int n, int height, int width, int classes) {
    NDArray truth =
        manager.randomUniform(0, classes, new Shape(n, height, width)).toType(DataType.INT64, true);
    NDArray images = manager.zeros(new Shape(n, 3, height, width));
    return new Batch(images, new NDList(truth), manager);
  }

  @Test
  void itSaysAllItsOptions() {
    assertThat(task.dice(1).focal(0.5).gamma(3).classWeights(1, 2).auxiliary(0).edge(1).toString())
        .isEqualTo(
            "segmentation (cross-entropy 1.0, Dice 1.0, focal 0.5, gamma 3.0, class weights [1.0,"
                + " 2.0], auxiliary 0.0, edge 1)");
  }

  @Test
  void whatDoesNotSuitTheDataIsRefused() {
    var pictures = Menagerie.pictures(1).classes(3).source(manager, 4);
    NDList four = new NDList(manager.zeros(new Shape(4, 4, 32, 32)));
    task.check(four, pictures.targets(Target.MASK));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> task.check(four, pictures.targets(Target.BOXES, Target.MASK)))
        .withMessageContaining("segmentation takes a mask first");
    NDList three = new NDList(manager.zeros(new Shape(4, 3, 32, 32)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> task.check(three, pictures.targets(Target.MASK)))
        .withMessageContaining("3 outputs for each pixel, but the data set has 3 classes and a");
    NDArray mask = manager.create(new long[] {0, 255, 2, 3}, new Shape(1, 2, 2));
    Examples unnamed = Examples.of(manager.zeros(new Shape(1, 3, 2, 2)), mask).kinds(Target.MASK);
    task.check(four, unnamed);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> task.check(three, unnamed))
        .withMessageContaining("3 outputs for each pixel, but the data set (1 examples (3, 2, 2)")
        .withMessageContaining("has pixels of 3");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                task.check(
                    new NDList(manager.zeros(new Shape(4, 4))), pictures.targets(Target.MASK)))
        .withMessageContaining("segmentation takes (N, classes, H, W)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> task.classWeights(1, 2).check(four, pictures.targets(Target.MASK)))
        .withMessageContaining("classWeights (2) must be one for each of the network's 4 outputs");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> task.edge(0))
        .withMessageContaining("edge (0)");
  }

  @Test
  void anEvaluationTellsClassesApart() {
    var data = Menagerie.pictures(1).size(32).classes(3).source(manager, 7).targets(Target.MASK);
    Unit net = conv(3, 4, 3).bias();
    net.initialize(manager, DataType.FLOAT32, new Shape(1, 3, 32, 32));
    PixelEvaluation evaluation = PixelEvaluation.of(net, Batches.of(data, 3));
    assertThat(evaluation.classes()).hasSize(4).startsWith("background");
    long[][] counts = evaluation.confusion().counts();
    long[][] expected = new long[4][4];
    for (Batch batch : Batches.of(data, 2)) {
      long[] truth = batch.targets().head().toType(DataType.INT64, false).toLongArray();
      long[] predicted = net.apply(batch.images()).argMax(1).flatten().toLongArray();
      for (int i = 0; i < truth.length; i++) {
        expected[(int) truth[i]][(int) predicted[i]]++;
      }
    }
    assertThat(counts).isDeepEqualTo(expected);
    assertThat(evaluation.metrics().get("mean IoU")).isEqualTo(evaluation.confusion().meanIou());
    assertThat(evaluation.metrics().count()).isEqualTo(7);
    assertThat(evaluation.table().rowCount()).isEqualTo(4);
    assertThat(evaluation.table().column("class").asList()).isEqualTo(evaluation.classes());
  }

  @Test
  void anEvaluationWithoutAKnownPixelHasNoIou() {
    NDArray masks = manager.full(new Shape(2, 1, 1), IGNORED, DataType.INT64);
    Examples data = Examples.of(manager.zeros(new Shape(2, 3, 1, 1)), masks).kinds(Target.MASK);
    Unit net = conv(3, 2, 1);
    net.initialize(manager, DataType.FLOAT32, new Shape(1, 3, 1, 1));
    PixelEvaluation evaluation = PixelEvaluation.of(net, Batches.of(data, 2));
    assertThat(evaluation.metrics().loss()).isZero();
    assertThat(evaluation.metrics().get("mean IoU")).isNaN();
    assertThat(evaluation.table().column("IoU, %").countMissing()).isEqualTo(2);
    assertThat(evaluation.classes()).containsExactly("background", "1");
  }
}
