package convnets.detect;

import java.util.stream.IntStream;

/**
 * How a curve of precision over recall becomes one number. All take at each recall the highest
 * precision that is reached there or further right.
 */
enum Interpolation {
  /** The mean at recall 0, 0.1, … 1: Pascal VOC until 2009. */
  ELEVEN_POINTS(IntStream.rangeClosed(0, 10).mapToDouble(i -> i / 10.0).toArray()),

  /** The mean at recall 0, 0.01, … 1, these as numpy computes them: COCO. */
  HUNDRED_AND_ONE_POINTS(IntStream.rangeClosed(0, 100).mapToDouble(i -> i * 0.01).toArray()),

  /** The area below all steps: Pascal VOC from 2010 on. */
  EVERY_POINT(null);

  /** Null: wherever it changes. */
  private final double[] recalls;

  Interpolation(double[] recalls) {
    this.recalls = recalls;
  }

  /**
   * The average precision.
   *
   * @param recall rising
   * @param highest the highest precision at that point or further right, so falling
   */
  double average(double[] recall, double[] highest) {
    double sum = 0;
    if (recalls == null) {
      double reached = 0;
      for (int i = 0; i < recall.length; i++) {
        sum += (recall[i] - reached) * highest[i];
        reached = recall[i];
      }
      return sum;
    }
    int i = 0;
    for (double r : recalls) {
      while (i < recall.length && recall[i] < r) {
        i++;
      }
      sum += i < recall.length ? highest[i] : 0;
    }
    return sum / recalls.length;
  }
}
