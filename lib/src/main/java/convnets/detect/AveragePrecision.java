package convnets.detect;

import convnets.Checks;
import convnets.Options;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The rules by which detections are judged: those of Pascal VOC (Everingham et al. 2010, section
 * 4.2, and the development kits of 2007 and 2012) or of COCO (Lin et al. 2014, arXiv:1405.0312, and
 * pycocotools), to the last of their details.
 *
 * <pre>{@code
 * var map = AveragePrecision.coco().over(8);
 * for (…) {
 *   map.add(boxes, classes, scores, truth); // of one image
 * }
 * DetectionScores scores = map.scores();
 * scores.map(); // over thresholds from 0.50 to 0.95
 * scores.map(0.5);
 * }</pre>
 *
 * <p>Detections of one class in all images are sorted by score. Each finds a thing of its class if
 * their boxes overlap enough, measured by intersection over union; a thing is found once. From the
 * share of things that were found (recall) and of detections that found one (precision) comes a
 * curve, and the precision's average over recall is the class's average precision; the mean over
 * classes is mAP.
 *
 * <p>Immutable: each option returns another object.
 */
public final class AveragePrecision extends Options<AveragePrecision> {
  /** Each is a bit. */
  private static final int MOST_THRESHOLDS = 31;

  Matching matching;
  Interpolation interpolation;
  double[] thresholds;
  int[] limits;
  private double lower = 32;
  private double upper = 96;

  private AveragePrecision(
      Matching matching, Interpolation interpolation, double[] thresholds, int... limits) {
    this.matching = matching;
    this.interpolation = interpolation;
    this.thresholds = thresholds;
    this.limits = limits;
  }

  /**
   * COCO's: at ten thresholds from 0.50 to 0.95, precision at 101 recalls, at most 1, 10 or 100
   * detections of a class in an image. Ignored things are crowds.
   */
  public static AveragePrecision coco() {
    double step = (0.95 - 0.5) / 9; // to the bit as numpy.linspace has them
    double[] thresholds =
        IntStream.range(0, 10).mapToDouble(i -> i == 9 ? 0.95 : i * step + 0.5).toArray();
    return new AveragePrecision(
        Matching.COCO, Interpolation.HUNDRED_AND_ONE_POINTS, thresholds, 1, 10, 100);
  }

  /**
   * Pascal VOC's from 2010 on: at threshold 0.5, the area below the curve, all detections. Ignored
   * things are difficult ones.
   */
  public static AveragePrecision voc() {
    return new AveragePrecision(
        Matching.VOC, Interpolation.EVERY_POINT, new double[] {0.5}, Integer.MAX_VALUE);
  }

  /** Pascal VOC's until 2009: the same with the mean at eleven recalls in place of the area. */
  public static AveragePrecision voc2007() {
    return voc().with(copy -> copy.interpolation = Interpolation.ELEVEN_POINTS);
  }

  /** The same at other thresholds of intersection over union, each above 0 and at most 1. */
  public AveragePrecision thresholds(double... thresholds) {
    if (thresholds.length == 0 || thresholds.length > MOST_THRESHOLDS) {
      throw new IllegalArgumentException(
          "thresholds (%d) must be from 1 to %d".formatted(thresholds.length, MOST_THRESHOLDS));
    }
    for (double threshold : thresholds) {
      Checks.probability("threshold", Checks.positive("threshold", threshold));
    }
    double[] own = thresholds.clone();
    return with(copy -> copy.thresholds = own);
  }

  /**
   * The same with other limits of detections of one class in one image; the last, which must be the
   * largest, holds where none is named.
   */
  public AveragePrecision limits(int... limits) {
    int[] own = Checks.positive("limits", limits);
    boolean rising = IntStream.range(1, own.length).allMatch(i -> own[i - 1] < own[i]);
    if (own.length == 0 || !rising) {
      throw new IllegalArgumentException(
          "limits %s must be one or more, rising".formatted(Arrays.toString(limits)));
    }
    return with(copy -> copy.limits = own);
  }

  /**
   * The same with other lines between small, medium and large things, for pictures of another size
   * than COCO's.
   *
   * @param lower the side in pixels of a square on the line between small and medium
   * @param upper the side of one between medium and large
   */
  public AveragePrecision sizes(double lower, double upper) {
    Checks.positive("lower", lower);
    if (!(upper >= lower)) {
      throw new IllegalArgumentException(
          "upper (%s) must be at least lower (%s)".formatted(upper, lower));
    }
    return with(
        copy -> {
          copy.lower = lower;
          copy.upper = upper;
        });
  }

  /**
   * Begins to judge.
   *
   * @param classes how many there are
   */
  public MeanAveragePrecision over(int classes) {
    return new MeanAveragePrecision(this, Checks.positive("classes", classes));
  }

  int largestLimit() {
    return limits[limits.length - 1];
  }

  boolean holds(ObjectSize size, double area) {
    return size.holds(area, lower, upper);
  }
}
