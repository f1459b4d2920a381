package convnets.gan;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import convnets.data.Batch;
import convnets.train.Measure;
import convnets.train.Metric;
import convnets.train.Metrics;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Compares pictures that were made, from −1 to 1, with those that should have been. */
final class PairMeasure implements Measure {

  private final List<Metric> metrics;
  private final Function<NDArray, NDList> truths;
  private final double[] sums;
  private int images;

  /**
   * A measure.
   *
   * @param metrics one for each output
   * @param truths from the images of a batch, from 0 to 1, to what the outputs should be, likewise
   */
  PairMeasure(List<Metric> metrics, Function<NDArray, NDList> truths) {
    this.metrics = metrics;
    this.truths = truths;
    sums = new double[metrics.size()];
  }

  @Override
  public void add(NDList outputs, Batch batch) {
    NDList expected = truths.apply(batch.images());
    for (int i = 0; i < sums.length; i++) {
      NDArray made = Pixels.toUnit(outputs.get(i));
      sums[i] += Arrays.stream(Psnr.of(made, expected.get(i))).sum();
    }
    images += batch.size();
  }

  @Override
  public Metrics metrics() {
    Map<Metric, Double> values = new LinkedHashMap<>();
    for (int i = 0; i < sums.length; i++) {
      values.put(metrics.get(i), sums[i] / images);
    }
    return new Metrics(images, Double.NaN, values);
  }
}
