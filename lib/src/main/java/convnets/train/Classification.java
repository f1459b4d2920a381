package convnets.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import convnets.Checks;
import convnets.data.Batch;
import convnets.data.Examples;
import convnets.data.ImageDataset;
import convnets.data.Source;
import convnets.data.Target;
import convnets.torch.TorchOps;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * To give each image its class: the usual task. The network gives logits (N, classes), in training
 * perhaps with further logits behind them, those of auxiliary heads. A batch's targets are the
 * labels (N), int64, and behind them, if images were mixed, the share of each class (N, classes).
 *
 * <p>Immutable: what changes an option returns another task.
 *
 * @param smoothing the share of each target spread evenly over all classes (Szegedy et al. 2015,
 *     arXiv:1512.00567, section 7), from 0 to below 1; in training only
 * @param auxiliary how much the loss of each auxiliary output adds to that of the main one
 */
public record Classification(double smoothing, double auxiliary) implements Task {

  /** The share of images whose class has not the highest score. */
  public static final Metric ERROR = new Metric("error", true, false);

  /** The share of images whose class is not among the five highest scores. */
  public static final Metric TOP_5_ERROR = new Metric("top-5 error", true, false);

  /** Of data that is learned: {@link Target#VALUES} are the numbers of classes. */
  private static final Set<Target> KINDS = EnumSet.of(Target.CLASS, Target.VALUES);

  /** A class counts as found if it is among this many highest scores. */
  private static final int RANKS = 5;

  /** GoogLeNet's (Szegedy et al. 2014, arXiv:1409.4842, section 5). */
  private static final double USUAL_AUXILIARY = 0.3;

  /** Checks the options. */
  public Classification {
    Checks.fraction("smoothing", smoothing);
    Checks.notNegative("auxiliary", auxiliary);
  }

  /** Without smoothing; auxiliary outputs count 0.3. */
  public static Classification standard() {
    return new Classification(0, USUAL_AUXILIARY);
  }

  /** The same with another smoothing, from 0 to below 1. */
  public Classification smoothing(double smoothing) {
    return new Classification(smoothing, auxiliary);
  }

  /** The same with another weight of auxiliary outputs, 0 or above. */
  public Classification auxiliary(double weight) {
    return new Classification(smoothing, weight);
  }

  @Override
  public boolean repeats() {
    return true;
  }

  @Override
  public boolean takesMixed() {
    return true;
  }

  /** Refuses what has not one class an image, and fewer outputs than the labels need. */
  @Override
  public void check(NDList outputs, Source data) {
    List<Target> kinds = data.kinds();
    if (kinds.size() != 1 || !KINDS.contains(kinds.get(0))) {
      throw new IllegalArgumentException(
          ("data (%s) has the targets %s, and classification takes one class an image: name"
                  + " another task, or take its classes alone")
              .formatted(data, kinds));
    }
    long[] range = labelRange(data);
    if (range[0] < 0) {
      throw new IllegalArgumentException(
          "data (%s) has the label %d, and labels are from 0".formatted(data, range[0]));
    }
    for (NDArray logits : outputs) {
      long classes = logits.getShape().get(1);
      if (range[1] >= classes) {
        throw new IllegalArgumentException(
            ("the network has %d outputs, but the data set has labels up to %d: give it as many"
                    + " outputs as the data set has classes (%s)")
                .formatted(classes, range[1], data));
      }
    }
  }

  /** The lowest and the highest label, or what they could be by the names of the classes. */
  private static long[] labelRange(Source data) {
    if (data instanceof ImageDataset images) {
      return new long[] {0, images.highestLabel()};
    }
    long[] named = {0, data.classes().size() - 1};
    if (data instanceof Examples examples) {
      return examples
          .labelRange()
          .map(range -> new long[] {range[0], Math.max(range[1], named[1])})
          .orElse(named);
    }
    return named;
  }

  /** The cross-entropy of the main output, and so many times that of each auxiliary one. */
  @Override
  public NDArray loss(NDList outputs, Batch batch) {
    NDList targets = batch.targets();
    NDArray wanted = targets.size() > 1 ? targets.get(1) : targets.head();
    return total(outputs, auxiliary, y -> TorchOps.crossEntropy(y, wanted, smoothing));
  }

  /** The loss of the main output, and so many times that of each auxiliary one. */
  static NDArray total(NDList outputs, double weight, UnaryOperator<NDArray> loss) {
    NDArray total = loss.apply(outputs.head());
    for (NDArray output : outputs.subNDList(1)) {
      total = total.add(TorchOps.scale(loss.apply(output), weight));
    }
    return total;
  }

  /** The cross-entropy of the main output with the labels as they are. */
  @Override
  public NDArray evaluationLoss(NDList outputs, Batch batch) {
    return TorchOps.crossEntropy(outputs.head(), batch.labels(), 0);
  }

  /** How many images' own class had the highest score, the second highest … */
  @Override
  public Optional<NDArray> counts(NDList outputs, Batch batch) {
    NDArray hit = ranked(outputs.head()).eq(batch.labels().expandDims(1)); // (N, ranks)
    return Optional.of(hit.sum(new int[] {0}));
  }

  /** The classes with the highest scores, highest first: (N, classes) -> (N, ranks), int64. */
  static NDArray ranked(NDArray logits) {
    int classes = (int) logits.getShape().get(1);
    return logits.topK(Math.min(RANKS, classes), 1).get(1);
  }

  @Override
  public Map<Metric, Double> metrics(double[] counts, int images) {
    Map<Metric, Double> metrics = new LinkedHashMap<>();
    metrics.put(ERROR, (images - counts[0]) / images);
    metrics.put(TOP_5_ERROR, (images - Arrays.stream(counts).sum()) / images);
    return metrics;
  }

  @Override
  public String toString() {
    return "classification (smoothing " + smoothing + ", auxiliary " + auxiliary + ")";
  }
}
