package convnets.detect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import convnets.data.Annotation;
import convnets.data.Target;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The things that are in an image, which detections are compared with.
 *
 * @param boxes (K, 4): left, top, right and bottom edge of each, as {@link Target} counts them
 * @param classes of each, from 0
 * @param ignored which of them nobody needs to find, and nobody is blamed for finding: COCO's
 *     crowds, VOC's difficult things
 * @param areas what is seen of each, in square pixels, which says whether it is small or large
 */
public record GroundTruth(float[] boxes, int[] classes, boolean[] ignored, double[] areas) {

  private static final int EDGES = 4;

  /** Checks that there are as many of each, and that boxes are in order. */
  public GroundTruth {
    int count = classes.length;
    if (boxes.length != EDGES * count || ignored.length != count || areas.length != count) {
      throw new IllegalArgumentException(
          ("boxes (%d numbers), ignored (%d) and areas (%d) must be of as many things as classes"
                  + " (%d), four numbers a box")
              .formatted(boxes.length, ignored.length, areas.length, count));
    }
    for (int k = 0; k < count; k++) {
      float[] box = Arrays.copyOfRange(boxes, EDGES * k, EDGES * k + EDGES);
      boolean sound = box[0] <= box[2] && box[1] <= box[3];
      if (!sound || Float.isInfinite(box[2] - box[0]) || Float.isInfinite(box[3] - box[1])) {
        throw new IllegalArgumentException(
            "box %d, %s, must be left, top, right and bottom edge"
                .formatted(k, Arrays.toString(box)));
      }
      if (!(areas[k] >= 0)) {
        throw new IllegalArgumentException(
            "area %d (%s) must be 0 or above".formatted(k, areas[k]));
      }
    }
  }

  /**
   * Things that are all to be found, each as large as its box.
   *
   * @param boxes (K, 4)
   * @param classes of each, from 0
   */
  public static GroundTruth of(float[] boxes, int[] classes) {
    double[] areas =
        IntStream.range(0, boxes.length / EDGES).mapToDouble(k -> area(boxes, k)).toArray();
    return new GroundTruth(boxes, classes, new boolean[classes.length], areas);
  }

  /**
   * What is marked in a picture.
   *
   * @param annotations as {@link convnets.data.AnnotatedSource#annotations} gives them
   */
  public static GroundTruth of(List<Annotation> annotations) {
    int count = annotations.size();
    float[] boxes = new float[EDGES * count];
    boolean[] ignored = new boolean[count];
    for (int k = 0; k < count; k++) {
      Annotation a = annotations.get(k);
      float[] box = {a.left(), a.top(), a.right(), a.bottom()};
      System.arraycopy(box, 0, boxes, EDGES * k, EDGES);
      ignored[k] = a.ignored();
    }
    return new GroundTruth(
        boxes,
        annotations.stream().mapToInt(Annotation::label).toArray(),
        ignored,
        annotations.stream().mapToDouble(Annotation::area).toArray());
  }

  /** The same, but of some of them it does not matter whether they are found. */
  public GroundTruth ignored(boolean... which) {
    return new GroundTruth(boxes, classes, which, areas);
  }

  /** The same with the areas that are seen, in square pixels. */
  public GroundTruth areas(double... seen) {
    return new GroundTruth(boxes, classes, ignored, seen);
  }

  /**
   * The boxes of a batch, {@link Target#BOXES}, without its padding.
   *
   * @param boxes (N, K, 5): class, left, top, right and bottom edge
   * @return of each image
   */
  public static List<GroundTruth> of(NDArray boxes) {
    Shape shape = boxes.getShape();
    if (shape.dimension() != 3 || shape.get(2) != EDGES + 1) {
      throw new IllegalArgumentException(
          "boxes %s must be (N, K, 5), each a class and four edges".formatted(shape));
    }
    float[] rows = boxes.toFloatArray();
    int images = (int) shape.get(0);
    int most = (int) shape.get(1);
    List<GroundTruth> truths = new ArrayList<>();
    for (int i = 0; i < images; i++) {
      int first = i * most;
      int[] real =
          IntStream.range(first, first + most).filter(r -> rows[(EDGES + 1) * r] >= 0).toArray();
      float[] edges = new float[EDGES * real.length];
      int[] classes = new int[real.length];
      for (int k = 0; k < real.length; k++) {
        int row = (EDGES + 1) * real[k];
        classes[k] = (int) rows[row];
        System.arraycopy(rows, row + 1, edges, EDGES * k, EDGES);
      }
      truths.add(of(edges, classes));
    }
    return List.copyOf(truths);
  }

  /** How many things there are. */
  public int count() {
    return classes.length;
  }

  /** The area of box k of (K, 4), 0 if its edges are crossed. */
  static double area(float[] boxes, int k) {
    double width = (double) boxes[EDGES * k + 2] - boxes[EDGES * k];
    double height = (double) boxes[EDGES * k + 3] - boxes[EDGES * k + 1];
    return width > 0 && height > 0 ? width * height : 0;
  }

  /**
   * The area that two boxes share.
   *
   * @param boxes (K, 4), of which k is one
   * @param others (L, 4), of which l is the other
   */
  static double intersection(float[] boxes, int k, float[] others, int l) {
    int a = EDGES * k;
    int b = EDGES * l;
    double width = (double) Math.min(boxes[a + 2], others[b + 2]) - Math.max(boxes[a], others[b]);
    double height =
        (double) Math.min(boxes[a + 3], others[b + 3]) - Math.max(boxes[a + 1], others[b + 1]);
    return width > 0 && height > 0 ? width * height : 0;
  }
}
