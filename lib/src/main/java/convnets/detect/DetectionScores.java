package convnets.detect;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * How well things were found: {@link MeanAveragePrecision#scores}. A score is from 0 to 1, and NaN
 * where there is nothing to be found (pycocotools: -1); such classes are left out of means. Unless
 * something else is named, it is a mean over thresholds and classes, of things of all sizes, with
 * as many detections as the largest limit.
 */
public final class DetectionScores {
  private static final int ALL = -1;

  private final AveragePrecision rules;
  private final List<Judged> classes;

  /** By threshold, class, size and limit. */
  private final double[][][][] precisions;

  /** By threshold, class, size and limit. */
  private final double[][][][] recalls;

  DetectionScores(AveragePrecision rules, List<Judged> classes) {
    this.rules = rules;
    this.classes = classes;
    int thresholds = rules.thresholds.length;
    int[] limits = rules.limits;
    ObjectSize[] sizes = ObjectSize.values();
    precisions = new double[thresholds][classes.size()][sizes.length][limits.length];
    recalls = new double[thresholds][classes.size()][sizes.length][limits.length];
    for (int t = 0; t < thresholds; t++) {
      for (int c = 0; c < classes.size(); c++) {
        for (ObjectSize size : sizes) {
          for (int limit = 0; limit < limits.length; limit++) {
            boolean any = classes.get(c).things(size) > 0;
            PrecisionRecall curve = any ? classes.get(c).curve(size, t, limits[limit]) : null;
            precisions[t][c][size.ordinal()][limit] =
                any ? curve.average(rules.interpolation) : Double.NaN;
            recalls[t][c][size.ordinal()][limit] = any ? curve.reached() : Double.NaN;
          }
        }
      }
    }
  }

  /** Mean average precision: of COCO's rules over thresholds from 0.50 to 0.95. */
  public double map() {
    return mean(precisions, ALL, ALL, ObjectSize.ALL, last());
  }

  /** Mean average precision at one of the thresholds. */
  public double map(double threshold) {
    return mean(precisions, number(threshold), ALL, ObjectSize.ALL, last());
  }

  /** Mean average precision of things of a size. */
  public double map(ObjectSize size) {
    return mean(precisions, ALL, ALL, size, last());
  }

  /** Average precision of a class. */
  public double ap(int label) {
    return mean(precisions, ALL, known(label), ObjectSize.ALL, last());
  }

  /** Average precision of a class at one of the thresholds. */
  public double ap(int label, double threshold) {
    return mean(precisions, number(threshold), known(label), ObjectSize.ALL, last());
  }

  /** The share of things found: COCO calls it average recall. */
  public double recall() {
    return recall(ObjectSize.ALL);
  }

  /**
   * The share of things found with so many detections of a class in an image, one of the limits.
   */
  public double recall(int limit) {
    int number = index(rules.limits.length, i -> rules.limits[i] == limit);
    if (number < 0) {
      throw new IllegalArgumentException(
          "limit (%d) must be one of %s".formatted(limit, Arrays.toString(rules.limits)));
    }
    return mean(recalls, ALL, ALL, ObjectSize.ALL, number);
  }

  /** The share of things of a size that were found. */
  public double recall(ObjectSize size) {
    return mean(recalls, ALL, ALL, size, last());
  }

  /** The share of things of a size that were found at one of the thresholds. */
  public double recall(ObjectSize size, double threshold) {
    return mean(recalls, number(threshold), ALL, size, last());
  }

  /**
   * Precision over recall of a class at one of the thresholds, for a plot.
   *
   * @throws IllegalArgumentException if there is no such threshold or class, or the class has
   *     nothing to be found
   */
  public PrecisionRecall curve(int label, double threshold) {
    int number = number(threshold);
    if (things(label) == 0) {
      throw new IllegalArgumentException(
          "class %d has no curve: no image has a thing of it to be found".formatted(label));
    }
    return classes.get(label).curve(ObjectSize.ALL, number, rules.largestLimit());
  }

  /** How many things of a class were to be found. */
  public int things(int label) {
    return classes.get(known(label)).things(ObjectSize.ALL);
  }

  /**
   * The usual table: mAP over all thresholds and at each of 0.5 and 0.75 that is one, mAP by size,
   * recall by limit, recall by size. Of COCO's rules these are the twelve numbers of its tool, in
   * their order.
   */
  public Map<String, Double> summary() {
    Map<String, Double> rows = new LinkedHashMap<>();
    rows.put("mAP", map());
    for (double threshold : new double[] {0.5, 0.75}) {
      if (index(rules.thresholds.length, isNear(threshold)) >= 0) {
        rows.put("mAP@" + threshold, map(threshold));
      }
    }
    List<ObjectSize> sizes = List.of(ObjectSize.SMALL, ObjectSize.MEDIUM, ObjectSize.LARGE);
    sizes.forEach(size -> rows.put("mAP " + name(size), map(size)));
    for (int limit : rules.limits) {
      rows.put(limit == Integer.MAX_VALUE ? "recall" : "recall@" + limit, recall(limit));
    }
    sizes.forEach(size -> rows.put("recall " + name(size), recall(size)));
    return rows;
  }

  private static String name(ObjectSize size) {
    return size.name().toLowerCase(Locale.ROOT);
  }

  /** Of a threshold, class, size and limit by their numbers; {@link #ALL} of them: the mean. */
  double mean(double[][][][] values, int threshold, int label, ObjectSize size, int limit) {
    return IntStream.range(0, values.length)
        .filter(t -> threshold == ALL || t == threshold)
        .boxed()
        .flatMap(
            t ->
                IntStream.range(0, classes.size())
                    .filter(c -> label == ALL || c == label)
                    .mapToObj(c -> values[t][c][size.ordinal()][limit]))
        .filter(value -> !value.isNaN())
        .mapToDouble(Double::doubleValue)
        .average()
        .orElse(Double.NaN);
  }

  /** By threshold, class, size and limit. */
  double[][][][] precisions() {
    return precisions;
  }

  /** By threshold, class, size and limit. */
  double[][][][] recalls() {
    return recalls;
  }

  private int last() {
    return rules.limits.length - 1;
  }

  private int known(int label) {
    if (label < 0 || label >= classes.size()) {
      throw new IllegalArgumentException(
          "class (%d) must be from 0 to below %d".formatted(label, classes.size()));
    }
    return label;
  }

  private int number(double threshold) {
    int number = index(rules.thresholds.length, isNear(threshold));
    if (number < 0) {
      throw new IllegalArgumentException(
          "threshold (%s) must be one of %s; AveragePrecision.thresholds(…) sets them"
              .formatted(threshold, Arrays.toString(rules.thresholds)));
    }
    return number;
  }

  /** Thresholds are sums of steps: 0.6 may be written with another last digit. */
  private IntPredicate isNear(double threshold) {
    return t -> Math.abs(rules.thresholds[t] - threshold) < 1e-9;
  }

  private static int index(int count, IntPredicate wanted) {
    return IntStream.range(0, count).filter(wanted).findFirst().orElse(-1);
  }
}
