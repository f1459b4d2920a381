package convnets.segment;

import convnets.Checks;
import convnets.Options;
import convnets.data.Target;
import java.util.ArrayList;
import java.util.List;

/**
 * From classes to things: pixels of one class that touch are one. Two things of a class that touch
 * come out as one, and one that another cuts in two as two; telling them apart takes a network that
 * was trained for it. Each option returns a changed copy.
 *
 * <pre>{@code
 * mask.instances().smallest(20).list();
 * }</pre>
 */
public final class ConnectedComponents extends Options<ConnectedComponents> {

  private final ClassMask mask;
  private int neighbours = 8;
  private int smallest = 1;

  ConnectedComponents(ClassMask mask) {
    this.mask = mask;
  }

  /**
   * A thing.
   *
   * @param number from 1, in the order of the first pixels; in {@link #labels()} its own
   * @param type its class
   * @param pixels how many it has
   * @param left edge of the smallest box around it, in pixels
   * @param top edge
   * @param right edge: one more than the last column
   * @param bottom edge: one more than the last row
   */
  public record Component(
      int number, int type, int pixels, int left, int top, int right, int bottom) {}

  /** Says which pixels touch: 4 for those that share a side, 8 for corners too (the default). */
  public ConnectedComponents neighbours(int count) {
    if (count != 4 && count != 8) {
      throw new IllegalArgumentException("count (%d) must be 4 or 8".formatted(count));
    }
    return with(c -> c.neighbours = count);
  }

  /** Leaves out things of fewer pixels: specks. */
  public ConnectedComponents smallest(int pixels) {
    Checks.positive("pixels", pixels);
    return with(c -> c.smallest = pixels);
  }

  /** The things, from top to bottom. */
  public List<Component> list() {
    return new Search().components();
  }

  /**
   * For each pixel, by rows, the number of its thing; 0 on the background, where nothing is known
   * and where a thing is too small. So are masks of {@code Target.INSTANCES}.
   */
  public int[] labels() {
    Search search = new Search();
    search.components();
    return search.labels;
  }

  /** Union and find: each pixel points towards the first of its thing. */
  private final class Search {

    private final int width = mask.width();
    private final int[] classes = mask.classes();
    private final int[] first = new int[classes.length];
    private final int[] labels = new int[classes.length];

    Search() {
      for (int i = 0; i < classes.length; i++) {
        first[i] = i;
        if (classes[i] == 0 || classes[i] == Target.IGNORED) {
          continue;
        }
        boolean left = i % width > 0;
        boolean above = i >= width;
        boolean corners = neighbours == 8 && above;
        join(left, i, i - 1);
        join(above, i, i - width);
        join(corners && left, i, i - width - 1);
        join(corners && i % width < width - 1, i, i - width + 1);
      }
    }

    private void join(boolean there, int pixel, int other) {
      if (there && classes[other] == classes[pixel]) {
        int a = root(pixel);
        int b = root(other);
        first[Math.max(a, b)] = Math.min(a, b);
      }
    }

    private int root(int pixel) {
      int p = pixel;
      while (first[p] != p) {
        first[p] = first[first[p]];
        p = first[p];
      }
      return p;
    }

    /** Numbers the things that are large enough, and labels their pixels. */
    List<Component> components() {
      int[] sizes = new int[classes.length];
      for (int i = 0; i < classes.length; i++) {
        sizes[root(i)]++;
      }
      List<int[]> boxes = new ArrayList<>();
      List<Integer> roots = new ArrayList<>();
      for (int i = 0; i < classes.length; i++) {
        int root = root(i);
        boolean thing = classes[i] != 0 && classes[i] != Target.IGNORED;
        if (!thing || sizes[root] < smallest) {
          continue;
        }
        int x = i % width;
        int y = i / width;
        if (root == i) {
          roots.add(i);
          boxes.add(new int[] {x, y, x + 1, y + 1});
        }
        labels[i] = root == i ? roots.size() : labels[root];
        int[] box = boxes.get(labels[i] - 1);
        box[0] = Math.min(box[0], x);
        box[2] = Math.max(box[2], x + 1);
        box[3] = Math.max(box[3], y + 1);
      }
      List<Component> found = new ArrayList<>();
      for (int k = 0; k < roots.size(); k++) {
        int root = roots.get(k);
        int[] box = boxes.get(k);
        found.add(new Component(k + 1, classes[root], sizes[root], box[0], box[1], box[2], box[3]));
      }
      return List.copyOf(found);
    }
  }
}
