package convnets.segment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import convnets.data.Batch;
import convnets.data.Batches;
import convnets.data.Source;
import convnets.train.Metric;
import convnets.train.Metrics;
import convnets.train.Task;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * How a network does on the pixels of a data set, class by class.
 *
 * <pre>{@code
 * var evaluation = PixelEvaluation.of(net, Batches.of(test, 100));
 * evaluation.metrics().get("mean IoU");
 * evaluation.table();
 * }</pre>
 *
 * @param metrics over all images: those of {@link Segmentation}
 * @param confusion over all pixels that are not ignored
 * @param classes the names of the classes, "background" first; their numbers where the data has
 *     none
 */
public record PixelEvaluation(Metrics metrics, ConfusionMatrix confusion, List<String> classes) {

  /** What class 0 is called. */
  static final String BACKGROUND = "background";

  /** Keeps the names as they are. */
  public PixelEvaluation {
    classes = List.copyOf(classes);
  }

  /**
   * Evaluates a network as it is, by the standard task. Its running statistics stay as they are,
   * and no graph is built.
   *
   * @param net initialised; from (N, C, H, W) to logits (N, classes, H, W)
   * @param batches the images as the network expects them, with masks
   */
  public static PixelEvaluation of(Block net, Batches batches) {
    return of(net, Segmentation.standard(), batches);
  }

  /** The same by another task, which may have other losses and edges. */
  public static PixelEvaluation of(Block net, Segmentation task, Batches batches) {
    Keeping keeping = new Keeping(task);
    Metrics metrics = keeping.evaluate(net, batches);
    ConfusionMatrix confusion = ConfusionMatrix.of(keeping.sums);
    return new PixelEvaluation(metrics, confusion, names(batches.data(), confusion.classes()));
  }

  private static List<String> names(Source data, int outputs) {
    List<String> named = Stream.concat(Stream.of(BACKGROUND), data.classes().stream()).toList();
    return IntStream.range(0, outputs)
        .mapToObj(i -> i < named.size() ? named.get(i) : Integer.toString(i))
        .toList();
  }

  /** IoU and accuracy of each class, and its share of the true pixels. */
  public Table table() {
    double[] iou = confusion.iou();
    double[] accuracy = confusion.classAccuracy();
    long[][] counts = confusion.counts();
    double all = Math.max(1, Arrays.stream(counts).flatMapToLong(Arrays::stream).sum());
    StringColumn names = StringColumn.create("class", classes);
    DoubleColumn shares = DoubleColumn.create("of all pixels, %");
    DoubleColumn ious = DoubleColumn.create("IoU, %");
    DoubleColumn accuracies = DoubleColumn.create("accuracy, %");
    for (int i = 0; i < iou.length; i++) {
      shares.append(100 * Arrays.stream(counts[i]).sum() / all);
      append(ious, iou[i]);
      append(accuracies, accuracy[i]);
    }
    return Table.create("classes", names, shares, ious, accuracies);
  }

  private static void append(DoubleColumn column, double share) {
    if (Double.isNaN(share)) {
      column.appendMissing();
    } else {
      column.append(100 * share);
    }
  }

  /** A task that keeps its sums. */
  private static final class Keeping implements Task {

    private final Segmentation task;
    private double[] sums;

    Keeping(Segmentation task) {
      this.task = task;
    }

    @Override
    public NDArray loss(NDList outputs, Batch batch) {
      return task.loss(outputs, batch);
    }

    @Override
    public void check(NDList outputs, Source data) {
      task.check(outputs, data);
    }

    @Override
    public Optional<NDArray> counts(NDList outputs, Batch batch) {
      return task.counts(outputs, batch);
    }

    @Override
    public Map<Metric, Double> metrics(double[] counts, int images) {
      sums = counts.clone();
      return task.metrics(counts, images);
    }
  }
}
