package convnets.segment;

import java.util.Arrays;
import java.util.stream.IntStream;

/** How many pixels of each class were taken for each class, and what follows from it. */
public final class ConfusionMatrix {

  /** By true class and then by predicted class. */
  private final double[][] counts;

  private ConfusionMatrix(double[][] counts) {
    this.counts = counts;
  }

  /**
   * A table.
   *
   * @param counts how many pixels of class {@code [i]} were taken for class {@code [j]}
   * @throws IllegalArgumentException if it is not square
   */
  public static ConfusionMatrix of(long[][] counts) {
    double[][] copy = new double[counts.length][];
    for (int i = 0; i < copy.length; i++) {
      if (counts[i].length != counts.length) {
        throw new IllegalArgumentException(
            "counts: row %d has %d numbers, and there are %d rows"
                .formatted(i, counts[i].length, counts.length));
      }
      copy[i] = Arrays.stream(counts[i]).asDoubleStream().toArray();
    }
    return new ConfusionMatrix(copy);
  }

  /** From the sums of a task's counts: the table by rows, and two numbers more. */
  static ConfusionMatrix of(double[] sums) {
    int classes = (int) Math.round(Math.sqrt(sums.length - 2));
    return new ConfusionMatrix(
        IntStream.range(0, classes)
            .mapToObj(i -> Arrays.copyOfRange(sums, i * classes, (i + 1) * classes))
            .toArray(double[][]::new));
  }

  /** How many classes there are, the background included. */
  public int classes() {
    return counts.length;
  }

  /** How many pixels of class {@code [i]} were taken for class {@code [j]}. */
  public long[][] counts() {
    return Arrays.stream(counts)
        .map(row -> Arrays.stream(row).mapToLong(Math::round).toArray())
        .toArray(long[][]::new);
  }

  /** What share of each true class was taken for which: rows add up to 1, or are 0. */
  public double[][] shares() {
    double[][] shares = new double[counts.length][];
    for (int i = 0; i < shares.length; i++) {
      double all = Math.max(1, truth(i));
      shares[i] = Arrays.stream(counts[i]).map(count -> count / all).toArray();
    }
    return shares;
  }

  /**
   * Intersection over union of each class; NaN of one that is neither in the truth nor predicted.
   */
  public double[] iou() {
    return IntStream.range(0, counts.length)
        .mapToDouble(i -> counts[i][i] / (truth(i) + predicted(i) - counts[i][i]))
        .toArray();
  }

  /** The mean of {@link #iou()}, without what is NaN; torchmetrics' {@code JaccardIndex}. */
  public double meanIou() {
    return mean(iou());
  }

  /** The share of each class's pixels that have it; NaN of one that is not in the truth. */
  public double[] classAccuracy() {
    return IntStream.range(0, counts.length).mapToDouble(i -> counts[i][i] / truth(i)).toArray();
  }

  /** The mean of {@link #classAccuracy()}, without what is NaN. */
  public double meanClassAccuracy() {
    return mean(classAccuracy());
  }

  /** The share of all pixels that have their own class; NaN without any. */
  public double accuracy() {
    double right = IntStream.range(0, counts.length).mapToDouble(i -> counts[i][i]).sum();
    return right / IntStream.range(0, counts.length).mapToDouble(this::truth).sum();
  }

  private double truth(int i) {
    return Arrays.stream(counts[i]).sum();
  }

  private double predicted(int j) {
    return Arrays.stream(counts).mapToDouble(row -> row[j]).sum();
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).filter(value -> !Double.isNaN(value)).average().orElse(Double.NaN);
  }
}
