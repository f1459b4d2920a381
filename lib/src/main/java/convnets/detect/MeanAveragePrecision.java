package convnets.detect;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Judges detections, one image after another: {@link AveragePrecision#over}. What is kept of an
 * image are a few numbers for each detection. For one thread at a time.
 */
public final class MeanAveragePrecision {
  private static final int EDGES = 4;
  private static final ObjectSize[] SIZES = ObjectSize.values();

  private final AveragePrecision rules;
  private final List<Judged> classes;

  MeanAveragePrecision(AveragePrecision rules, int classes) {
    this.rules = rules;
    this.classes = Stream.generate(Judged::new).limit(classes).toList();
  }

  /**
   * Judges the detections of one image. Where scores are equal, the order of images and detections
   * decides.
   *
   * @param boxes (M, 4): left, top, right and bottom edge of each, in the pixels of the truth
   * @param labels the class of each, from 0
   * @param scores of each
   * @param truth what is there
   * @throws IllegalArgumentException if there are not as many of each, a class does not exist, or a
   *     number is not finite
   */
  public void add(float[] boxes, int[] labels, float[] scores, GroundTruth truth) {
    check(boxes, labels, scores, truth);
    int[] order =
        IntStream.range(0, labels.length)
            .boxed()
            .sorted(Comparator.<Integer>comparingInt(d -> labels[d]).thenComparing(d -> -scores[d]))
            .mapToInt(Integer::intValue)
            .toArray();
    int from = 0;
    for (int label = 0; label < classes.size(); label++) {
      int to = from;
      while (to < order.length && labels[order[to]] == label) {
        to++;
      }
      int[] found = Arrays.copyOfRange(order, from, to);
      int own = label;
      int[] things =
          IntStream.range(0, truth.count()).filter(k -> truth.classes()[k] == own).toArray();
      if (found.length > 0 || things.length > 0) {
        judge(classes.get(label), boxes, scores, found, truth, things);
      }
      from = to;
    }
  }

  private void check(float[] boxes, int[] labels, float[] scores, GroundTruth truth) {
    int count = labels.length;
    if (boxes.length != EDGES * count || scores.length != count) {
      throw new IllegalArgumentException(
          ("boxes (%d numbers) and scores (%d) must be of as many detections as labels (%d), four"
                  + " numbers a box")
              .formatted(boxes.length, scores.length, count));
    }
    for (int d = 0; d < count; d++) {
      finite("score", d, scores[d]);
      for (int edge = 0; edge < EDGES; edge++) {
        finite("an edge of box", d, boxes[EDGES * d + edge]);
      }
    }
    known("detection", labels);
    known("thing", truth.classes());
  }

  private static void finite(String what, int d, float value) {
    if (!Float.isFinite(value)) {
      throw new IllegalArgumentException("%s %d (%s) must be finite".formatted(what, d, value));
    }
  }

  private void known(String what, int[] labels) {
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes.size()) {
        throw new IllegalArgumentException(
            "the class of %s %d (%d) must be from 0 to below classes (%d); leave out padding"
                .formatted(what, i, labels[i], classes.size()));
      }
    }
  }

  /**
   * Judges the detections of one class.
   *
   * @param found which, by falling score
   * @param things those of the class
   */
  private void judge(
      Judged judged, float[] boxes, float[] scores, int[] found, GroundTruth truth, int[] things) {
    int count = Math.min(found.length, rules.largestLimit());
    double[][] overlaps = new double[count][things.length];
    int first = 0;
    for (int rank = 0; rank < count; rank++) {
      int number = judged.detection(scores[found[rank]], rank);
      first = rank == 0 ? number : first;
      for (int k = 0; k < things.length; k++) {
        overlaps[rank][k] = overlap(boxes, found[rank], truth, things[k]);
      }
    }
    boolean[] crowd = new boolean[things.length];
    for (int k = 0; k < things.length; k++) {
      crowd[k] = truth.ignored()[things[k]];
    }
    for (ObjectSize size : SIZES) {
      boolean[] passed = new boolean[things.length];
      for (int k = 0; k < things.length; k++) {
        passed[k] = crowd[k] || !rules.holds(size, truth.areas()[things[k]]);
        if (!passed[k]) {
          judged.thing(size);
        }
      }
      boolean[] outside = new boolean[count];
      for (int rank = 0; rank < count; rank++) {
        outside[rank] = !rules.holds(size, GroundTruth.area(boxes, found[rank]));
      }
      Meeting meeting = new Meeting(overlaps, crowd, passed, outside);
      for (int t = 0; t < rules.thresholds.length; t++) {
        match(judged, first, size, t, meeting);
      }
    }
  }

  private double overlap(float[] boxes, int d, GroundTruth truth, int k) {
    double shared = GroundTruth.intersection(boxes, d, truth.boxes(), k);
    if (shared == 0) {
      return 0;
    }
    double own = GroundTruth.area(boxes, d);
    boolean part = rules.matching == Matching.COCO && truth.ignored()[k];
    return shared / (part ? own : own + GroundTruth.area(truth.boxes(), k) - shared);
  }

  /**
   * The detections of a class in an image, by falling score, and its things.
   *
   * @param overlaps of each detection with each thing
   * @param crowd which things are ignored by themselves
   * @param passed which things are ignored by themselves or for their size
   * @param outside which detections are of another size
   */
  private record Meeting(
      double[][] overlaps, boolean[] crowd, boolean[] passed, boolean[] outside) {}

  /** Says what became of each detection at a threshold; the first one has the number first. */
  private void match(Judged judged, int first, ObjectSize size, int t, Meeting meeting) {
    boolean[] passed = meeting.passed;
    boolean[] found = new boolean[passed.length];
    for (int rank = 0; rank < meeting.overlaps.length; rank++) {
      double[] overlaps = meeting.overlaps[rank];
      int thing = rules.matching.thing(overlaps, passed, meeting.crowd, found, rules.thresholds[t]);
      if (thing >= 0 && passed[thing]) {
        found[thing] = true;
        judged.pass(first + rank, size, t);
      } else if (thing >= 0 && !found[thing]) {
        found[thing] = true;
        judged.hit(first + rank, size, t);
      } else if (meeting.outside[rank]) {
        judged.pass(first + rank, size, t);
      }
    }
  }

  /** The scores of all images so far. */
  public DetectionScores scores() {
    return new DetectionScores(rules, classes.stream().map(Judged::sorted).toList());
  }
}
