package convnets.gan;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import convnets.data.Batch;
import convnets.train.Measure;
import convnets.train.Metric;
import convnets.train.Metrics;
import java.util.Map;
import java.util.function.BiFunction;

/** Adds up what both players lose, batch after batch. */
final class GanMeasure implements Measure {

  private final GanLoss loss;
  private final BiFunction<double[], Integer, Map<Metric, Double>> metrics;
  private final double[] counts = new double[3];
  private double sum;
  private int images;

  GanMeasure(GanLoss loss, BiFunction<double[], Integer, Map<Metric, Double>> metrics) {
    this.loss = loss;
    this.metrics = metrics;
  }

  /** Of generated samples, scores of real ones and scores of generated ones. */
  @Override
  public void add(NDList outputs, Batch batch) {
    NDArray real = outputs.get(1);
    NDArray fake = outputs.get(2);
    int n = batch.size();
    sum += n * loss.discriminator(real, fake).getFloat();
    counts[0] += n * loss.generator(fake).getFloat();
    counts[1] += n * loss.opinion(real).mean().getFloat();
    counts[2] += n * loss.opinion(fake).mean().getFloat();
    images += n;
  }

  @Override
  public Metrics metrics() {
    return images == 0
        ? Metrics.NONE
        : new Metrics(images, sum / images, metrics.apply(counts, images));
  }
}
