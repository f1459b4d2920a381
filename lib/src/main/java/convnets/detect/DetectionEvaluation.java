package convnets.detect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import convnets.data.Batch;
import convnets.data.Batches;
import convnets.data.Source;
import convnets.train.Measure;
import convnets.train.Metrics;
import convnets.train.Task;
import java.util.List;
import java.util.stream.IntStream;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * How a network finds the things of a data set, class by class.
 *
 * <pre>{@code
 * var evaluation = DetectionEvaluation.of(net, task, Batches.of(test, 100));
 * evaluation.metrics().get("mAP");
 * evaluation.scores().curve(3, 0.5); // precision over recall
 * evaluation.table();
 * }</pre>
 *
 * @param metrics those of {@link DetectionMeasure}
 * @param scores all scores
 * @param classes the names of the classes; their numbers where the data has none
 */
public record DetectionEvaluation(Metrics metrics, DetectionScores scores, List<String> classes) {

  /** Keeps the names as they are. */
  public DetectionEvaluation {
    classes = List.copyOf(classes);
  }

  /**
   * Evaluates a network as it is. Its running statistics stay as they are, and no graph is built.
   *
   * @param net initialised
   * @param task that it was trained for
   * @param batches the images as the network expects them, with boxes
   */
  public static DetectionEvaluation of(Block net, DetectionTask task, Batches batches) {
    return of(net, task, batches, AveragePrecision.coco());
  }

  /**
   * The same with other sizes or limits.
   *
   * @param rules those of COCO, as in {@code AveragePrecision.coco().sizes(13, 20)}
   */
  public static DetectionEvaluation of(
      Block net, DetectionTask task, Batches batches, AveragePrecision rules) {
    DetectionMeasure measure = DetectionMeasure.of(task, rules);
    new Keeping(task, measure).evaluate(net, batches);
    DetectionScores scores = measure.scores();
    return new DetectionEvaluation(
        measure.metrics(scores), scores, names(batches.data(), task.classes()));
  }

  private static List<String> names(Source data, int count) {
    List<String> named = data.classes();
    return IntStream.range(0, count)
        .mapToObj(i -> i < named.size() ? named.get(i) : Integer.toString(i))
        .toList();
  }

  /** Of each class how many things there are, and its average precision in percent. */
  public Table table() {
    StringColumn names = StringColumn.create("class", classes);
    IntColumn things = IntColumn.create("things");
    DoubleColumn all = DoubleColumn.create("AP, %");
    DoubleColumn half = DoubleColumn.create("AP@0.5, %");
    DoubleColumn most = DoubleColumn.create("AP@0.75, %");
    for (int c = 0; c < classes.size(); c++) {
      things.append(scores.things(c));
      append(all, scores.ap(c));
      append(half, scores.ap(c, 0.5));
      append(most, scores.ap(c, 0.75));
    }
    return Table.create("classes", names, things, all, half, most);
  }

  private static void append(DoubleColumn column, double share) {
    if (Double.isNaN(share)) {
      column.appendMissing();
    } else {
      column.append(100 * share);
    }
  }

  /** A task whose measure is kept. */
  private record Keeping(DetectionTask task, DetectionMeasure kept) implements Task {

    @Override
    public NDArray loss(NDList outputs, Batch batch) {
      return task.loss(outputs, batch);
    }

    @Override
    public void check(NDList outputs, Source data) {
      task.check(outputs, data);
    }

    @Override
    public Measure measure(NDManager manager) {
      return kept;
    }
  }
}
