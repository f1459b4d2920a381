package convnets.segment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.Checks;
import convnets.data.Batch;
import convnets.data.Examples;
import convnets.data.Source;
import convnets.data.Target;
import convnets.torch.MaskOps;
import convnets.torch.TorchOps;
import convnets.train.Metric;
import convnets.train.Task;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * To give each pixel its class. The network gives logits (N, classes, H, W), the background being
 * class 0, in training perhaps with further logits behind them, those of auxiliary heads. A batch's
 * first target is a {@link Target#MASK}; pixels of {@link Target#IGNORED} count nowhere.
 *
 * <p>The loss is a sum of up to three, each with its weight; usually the cross-entropy alone:
 *
 * <pre>{@code
 * Training.of(net).task(Segmentation.standard().dice(1)).data(train, test).fit();
 * }</pre>
 *
 * <p>Immutable: what changes an option returns another task.
 *
 * @param crossEntropy the weight of {@link MaskOps#crossEntropy}
 * @param dice the weight of {@link MaskOps#dice}
 * @param focal the weight of {@link MaskOps#focal}
 * @param gamma of the focal loss
 * @param classWeights how much a pixel of each class counts in cross-entropy and focal loss; empty:
 *     all the same
 * @param auxiliary how much the loss of each auxiliary output adds to that of the main one
 * @param edge within how many pixels of a border between two classes a pixel is at an edge
 */
public record Segmentation(
    double crossEntropy,
    double dice,
    double focal,
    double gamma,
    List<Double> classWeights,
    double auxiliary,
    int edge)
    implements Task {

  /**
   * Intersection over union, of all pixels of a class over all images; the mean over the classes
   * that are in the truth or were predicted. NaN without a pixel, as the others.
   */
  public static final Metric MEAN_IOU = new Metric("mean IoU", true, true);

  /** The share of pixels that have their own class. */
  public static final Metric PIXEL_ACCURACY = new Metric("pixel accuracy", true, true);

  /** The share of the pixels of a class that have it; the mean over the classes in the truth. */
  public static final Metric CLASS_ACCURACY = new Metric("mean class accuracy", true, true);

  /**
   * The share of the pixels at edges of the truth ({@link MaskOps#edges}) that have their class.
   */
  public static final Metric EDGE_ACCURACY = new Metric("accuracy at edges", true, true);

  /** Lin et al. 2017 (arXiv:1708.02002, section 5.1). */
  private static final double USUAL_GAMMA = 2;

  /** torchvision's, of its reference training. */
  private static final double USUAL_AUXILIARY = 0.5;

  private static final int USUAL_EDGE = 2;

  /** Checks the options. */
  public Segmentation {
    Checks.notNegative("crossEntropy", crossEntropy);
    Checks.notNegative("dice", dice);
    Checks.notNegative("focal", focal);
    Checks.notNegative("gamma", gamma);
    classWeights = List.copyOf(classWeights);
    classWeights.forEach(weight -> Checks.notNegative("classWeights", weight));
    Checks.notNegative("auxiliary", auxiliary);
    Checks.positive("edge", edge);
  }

  /** The cross-entropy; auxiliary outputs count 0.5, and edges reach two pixels. */
  public static Segmentation standard() {
    return new Segmentation(1, 0, 0, USUAL_GAMMA, List.of(), USUAL_AUXILIARY, USUAL_EDGE);
  }

  /** The same with another weight of the cross-entropy: 0 leaves it away. */
  public Segmentation crossEntropy(double weight) {
    return new Segmentation(weight, dice, focal, gamma, classWeights, auxiliary, edge);
  }

  /** The same with another weight of the Dice loss, which sees classes and not pixels. */
  public Segmentation dice(double weight) {
    return new Segmentation(crossEntropy, weight, focal, gamma, classWeights, auxiliary, edge);
  }

  /** The same with another weight of the focal loss, in which what is sure counts less. */
  public Segmentation focal(double weight) {
    return new Segmentation(crossEntropy, dice, weight, gamma, classWeights, auxiliary, edge);
  }

  /** The same with another γ of the focal loss: 2 by default; 0 makes it the cross-entropy. */
  public Segmentation gamma(double gamma) {
    return new Segmentation(crossEntropy, dice, focal, gamma, classWeights, auxiliary, edge);
  }

  /** The same with a weight for each class, the background's first. */
  public Segmentation classWeights(double... weights) {
    List<Double> all = Arrays.stream(weights).boxed().toList();
    return new Segmentation(crossEntropy, dice, focal, gamma, all, auxiliary, edge);
  }

  /** The same with another weight of auxiliary outputs, 0 or above. */
  public Segmentation auxiliary(double weight) {
    return new Segmentation(crossEntropy, dice, focal, gamma, classWeights, weight, edge);
  }

  /** The same with edges that reach so many pixels, at least 1. */
  public Segmentation edge(int pixels) {
    return new Segmentation(crossEntropy, dice, focal, gamma, classWeights, auxiliary, pixels);
  }

  /** Refuses data that do not begin with a mask, and outputs that are no scores of its pixels. */
  @Override
  public void check(NDList outputs, Source data) {
    List<Target> kinds = data.kinds();
    if (kinds.isEmpty() || kinds.get(0) != Target.MASK) {
      throw new IllegalArgumentException(
          ("data (%s) has the targets %s, and segmentation takes a mask first: targets(Target.MASK)"
                  + " of a source that draws, kinds(Target.MASK) of arrays")
              .formatted(data, kinds));
    }
    long highest =
        data instanceof Examples examples
            ? examples.labelRange().map(range -> range[1]).orElse(0L)
            : 0;
    for (NDArray logits : outputs) {
      Shape shape = logits.getShape();
      if (shape.dimension() != 4) {
        throw new IllegalArgumentException(
            "the network gives %s, and segmentation takes (N, classes, H, W)".formatted(shape));
      }
      if (shape.get(1) <= data.classes().size()) {
        throw new IllegalArgumentException(
            ("the network has %d outputs for each pixel, but the data set has %d classes and a"
                    + " background: give it as many outputs as these together")
                .formatted(shape.get(1), data.classes().size()));
      }
      if (highest >= shape.get(1)) {
        throw new IllegalArgumentException(
            "the network has %d outputs for each pixel, but the data set (%s) has pixels of %d"
                .formatted(shape.get(1), data, highest));
      }
      if (!classWeights.isEmpty() && classWeights.size() != shape.get(1)) {
        throw new IllegalArgumentException(
            "classWeights (%d) must be one for each of the network's %d outputs"
                .formatted(classWeights.size(), shape.get(1)));
      }
    }
  }

  /** The sum of the losses of the main output, and so many times that of each auxiliary one. */
  @Override
  public NDArray loss(NDList outputs, Batch batch) {
    NDArray truth = truth(batch);
    NDArray total = lossOf(outputs.head(), truth);
    for (NDArray output : outputs.subNDList(1)) {
      total = total.add(TorchOps.scale(lossOf(output, truth), auxiliary));
    }
    return total;
  }

  private NDArray lossOf(NDArray logits, NDArray truth) {
    float[] weights = weights((int) logits.getShape().get(1));
    NDArray sum = null;
    if (crossEntropy > 0) {
      sum = plus(sum, MaskOps.crossEntropy(logits, truth, weights), crossEntropy);
    }
    if (dice > 0) {
      sum = plus(sum, MaskOps.dice(logits, truth), dice);
    }
    if (focal > 0) {
      sum = plus(sum, MaskOps.focal(logits, truth, weights, gamma), focal);
    }
    if (sum == null) {
      throw new IllegalArgumentException(
          "crossEntropy (0.0), dice (0.0) and focal (0.0) must not all be 0: nothing is learned");
    }
    return sum;
  }

  private static NDArray plus(NDArray sum, NDArray loss, double weight) {
    NDArray weighted = weight == 1 ? loss : TorchOps.scale(loss, weight);
    return sum == null ? weighted : sum.add(weighted);
  }

  private float[] weights(int classes) {
    float[] weights = new float[classWeights.isEmpty() ? classes : classWeights.size()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = classWeights.isEmpty() ? 1 : classWeights.get(i).floatValue();
    }
    return weights;
  }

  private static NDArray truth(Batch batch) {
    return batch.targets().head().toType(DataType.INT64, false);
  }

  /** The confusion matrix by rows, and what {@link MaskOps#counts} says of edges. */
  @Override
  public Optional<NDArray> counts(NDList outputs, Batch batch) {
    NDArray logits = outputs.head();
    int classes = (int) logits.getShape().get(1);
    return Optional.of(MaskOps.counts(logits.argMax(1), truth(batch), classes, edge));
  }

  @Override
  public Map<Metric, Double> metrics(double[] counts, int images) {
    ConfusionMatrix confusion = ConfusionMatrix.of(counts);
    Map<Metric, Double> metrics = new LinkedHashMap<>();
    metrics.put(MEAN_IOU, confusion.meanIou());
    metrics.put(PIXEL_ACCURACY, confusion.accuracy());
    metrics.put(CLASS_ACCURACY, confusion.meanClassAccuracy());
    int n = counts.length;
    metrics.put(EDGE_ACCURACY, counts[n - 2] / counts[n - 1]);
    return metrics;
  }

  @Override
  public String toString() {
    return ("segmentation (cross-entropy %s, Dice %s, focal %s, gamma %s, class weights %s,"
            + " auxiliary %s, edge %s)")
        .formatted(crossEntropy, dice, focal, gamma, classWeights, auxiliary, edge);
  }
}
