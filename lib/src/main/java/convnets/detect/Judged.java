package convnets.detect;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * What became of the detections of one class, in images in their order. Bit t of a number is that
 * of threshold t.
 */
final class Judged {
  private static final int SIZES = ObjectSize.values().length;

  private int count;
  private float[] scores;

  /** The detection's place among those of its image and class, from 0. */
  private int[] ranks;

  /** For each size and detection, at which thresholds it found a thing. */
  private final int[][] hits = new int[SIZES][];

  /** For each size and detection, at which thresholds it does not count. */
  private final int[][] passes = new int[SIZES][];

  /** For each size, how many things are to be found. */
  private final int[] things;

  private Judged(int capacity, int[] things) {
    scores = new float[capacity];
    ranks = new int[capacity];
    Arrays.setAll(hits, s -> new int[capacity]);
    Arrays.setAll(passes, s -> new int[capacity]);
    this.things = things;
  }

  /** Nothing so far. */
  Judged() {
    this(16, new int[SIZES]);
  }

  /** These as they are now, by falling score, those of equal score in their order. */
  Judged sorted() {
    int[] order =
        IntStream.range(0, count)
            .boxed()
            .sorted(Comparator.comparingDouble(d -> -scores[d]))
            .mapToInt(Integer::intValue)
            .toArray();
    Judged sorted = new Judged(count, things.clone());
    sorted.count = count;
    for (int d = 0; d < count; d++) {
      sorted.scores[d] = scores[order[d]];
      sorted.ranks[d] = ranks[order[d]];
      for (int s = 0; s < SIZES; s++) {
        sorted.hits[s][d] = hits[s][order[d]];
        sorted.passes[s][d] = passes[s][order[d]];
      }
    }
    return sorted;
  }

  /**
   * Takes in a detection, of which nothing is known yet.
   *
   * @return its number
   */
  int detection(float score, int rank) {
    if (count == scores.length) {
      int capacity = 2 * count;
      scores = Arrays.copyOf(scores, capacity);
      ranks = Arrays.copyOf(ranks, capacity);
      Arrays.setAll(hits, s -> Arrays.copyOf(hits[s], capacity));
      Arrays.setAll(passes, s -> Arrays.copyOf(passes[s], capacity));
    }
    scores[count] = score;
    ranks[count] = rank;
    return count++;
  }

  /** Counts a thing that is to be found. */
  void thing(ObjectSize size) {
    things[size.ordinal()]++;
  }

  void hit(int detection, ObjectSize size, int threshold) {
    hits[size.ordinal()][detection] |= 1 << threshold;
  }

  void pass(int detection, ObjectSize size, int threshold) {
    passes[size.ordinal()][detection] |= 1 << threshold;
  }

  /** How many things are to be found. */
  int things(ObjectSize size) {
    return things[size.ordinal()];
  }

  /**
   * The curve of {@link #sorted sorted} detections. Without things to be found recall is NaN.
   *
   * @param limit how many detections of an image count at most
   */
  PrecisionRecall curve(ObjectSize size, int threshold, int limit) {
    int[] hit = hits[size.ordinal()];
    int[] passed = passes[size.ordinal()];
    float[] score = new float[count];
    double[] recall = new double[count];
    double[] precision = new double[count];
    int points = 0;
    int found = 0;
    for (int d = 0; d < count; d++) {
      if (ranks[d] < limit && (passed[d] >> threshold & 1) == 0) {
        found += hit[d] >> threshold & 1;
        score[points] = scores[d];
        recall[points] = (double) found / things(size);
        precision[points] = (double) found / (points + 1);
        points++;
      }
    }
    return new PrecisionRecall(
        Arrays.copyOf(score, points),
        Arrays.copyOf(recall, points),
        Arrays.copyOf(precision, points));
  }
}
