package convnets.detect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What was found in a picture, by falling score.
 *
 * @param list may be empty
 */
public record Detections(List<Detection> list) implements Iterable<Detection> {

  private static final int ROW = 6;

  /** Keeps them as they are. */
  public Detections {
    list = List.copyOf(list);
  }

  /**
   * Of rows as {@link DetectionTask#detections} has them.
   *
   * @param rows of one image, (most, 6)
   * @param classes the names
   * @param across how many pixels of the picture one of the image is
   * @param down the same for rows
   */
  static Detections of(
      float[] rows, List<String> classes, double across, double down, int height, int width) {
    List<Detection> found = new ArrayList<>();
    for (int at = 0; at < rows.length; at += ROW) {
      int label = (int) rows[at];
      if (label >= 0) {
        found.add(
            new Detection(
                label,
                classes.get(label),
                rows[at + 5],
                within(rows[at + 1] * across, width),
                within(rows[at + 2] * down, height),
                within(rows[at + 3] * across, width),
                within(rows[at + 4] * down, height)));
      }
    }
    return new Detections(found);
  }

  private static float within(double edge, int size) {
    return (float) Math.min(Math.max(edge, 0), size);
  }

  /** How many there are. */
  public int count() {
    return list.size();
  }

  /** Those of a class, by its name. */
  public Detections of(String name) {
    return new Detections(list.stream().filter(d -> d.name().equals(name)).toList());
  }

  /** Those with a score of so much at least. */
  public Detections atLeast(double score) {
    return new Detections(list.stream().filter(d -> d.score() >= score).toList());
  }

  /**
   * As rows for {@code BoxPicture}, (K, 6): class, left, top, right and bottom edge, score.
   *
   * @param manager owns the result
   */
  public NDArray toArray(NDManager manager) {
    float[] rows = new float[ROW * list.size()];
    for (int k = 0; k < list.size(); k++) {
      Detection d = list.get(k);
      float[] row = {d.label(), d.left(), d.top(), d.right(), d.bottom(), (float) d.score()};
      System.arraycopy(row, 0, rows, ROW * k, ROW);
    }
    return manager.create(rows, new Shape(list.size(), ROW));
  }

  @Override
  public Iterator<Detection> iterator() {
    return list.iterator();
  }

  /** As in "2 things: cat 0.93, dog 0.51". */
  @Override
  public String toString() {
    String things = list.size() == 1 ? "1 thing" : list.size() + " things";
    String all = list.stream().map(Detection::toString).collect(Collectors.joining(", "));
    return all.isEmpty() ? things : things + ": " + all;
  }
}
