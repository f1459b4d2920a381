package convnets.detect;

import convnets.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * A few images of random things and detections, made by the formula that {@code
 * ci/parity/precision.py} writes as well.
 */
final class RandomScenes {

  /** Each of so many cases has more detections than COCO's limit. */
  private static final int CROWDED = 50;

  /** A box with its class; of a detection with its score, of a thing with what is seen of it. */
  record Item(double[] edges, int label, double score, boolean crowd, double area) {}

  /** An image. */
  record Scene(List<Item> things, List<Item> found) {

    GroundTruth truth() {
      boolean[] crowd = new boolean[things.size()];
      for (int k = 0; k < crowd.length; k++) {
        crowd[k] = things.get(k).crowd();
      }
      return GroundTruth.of(boxes(things), labels(things))
          .ignored(crowd)
          .areas(things.stream().mapToDouble(Item::area).toArray());
    }

    void judgedBy(MeanAveragePrecision map) {
      float[] scores = new float[found.size()];
      for (int d = 0; d < scores.length; d++) {
        scores[d] = (float) found.get(d).score();
      }
      map.add(boxes(found), labels(found), scores, truth());
    }
  }

  final int classes;
  final List<Scene> scenes = new ArrayList<>();

  private final IntToDoubleFunction numbers;
  private int next;

  RandomScenes(int number) {
    numbers = Reference.uniform("case " + number);
    classes = 1 + below(3);
    int images = 1 + below(4);
    for (int i = 0; i < images; i++) {
      List<Item> things = new ArrayList<>();
      for (int count = below(7); count > 0; count--) {
        things.add(thing());
      }
      List<Item> found = new ArrayList<>();
      for (int count = below(number % CROWDED == 0 ? 400 : 13); count > 0; count--) {
        found.add(detection(things));
      }
      scenes.add(new Scene(things, found));
    }
  }

  private Item thing() {
    double[] edges = box();
    double area = (edges[2] - edges[0]) * (edges[3] - edges[1]) * (2 + below(3)) / 4;
    int label = below(classes);
    return new Item(edges, label, 0, number() < 0.15, area);
  }

  private Item detection(List<Item> things) {
    double[] edges;
    int label;
    if (number() < 0.6 && !things.isEmpty()) {
      Item thing = things.get(below(things.size()));
      edges = near(thing.edges());
      label = number() < 0.85 ? thing.label() : below(classes);
    } else {
      edges = box();
      label = below(classes);
    }
    return new Item(edges, label, below(64) / 64.0, false, 0);
  }

  private double[] box() {
    double left = below(800) / 4.0;
    double top = below(800) / 4.0;
    double width = (1 + below(1 << (4 + below(7)))) / 4.0;
    double height = (1 + below(1 << (4 + below(7)))) / 4.0;
    return new double[] {left, top, left + width, top + height};
  }

  private double[] near(double[] other) {
    double[] edges = new double[4];
    for (int i = 0; i < edges.length; i++) {
      edges[i] = other[i] + (below(5) - 2) * (other[2 + i % 2] - other[i % 2]) / 16;
    }
    return edges;
  }

  private double number() {
    return numbers.applyAsDouble(next++);
  }

  private int below(int bound) {
    return (int) (number() * bound);
  }

  static float[] boxes(List<Item> items) {
    float[] boxes = new float[4 * items.size()];
    for (int i = 0; i < boxes.length; i++) {
      boxes[i] = (float) items.get(i / 4).edges()[i % 4];
    }
    return boxes;
  }

  static int[] labels(List<Item> items) {
    return items.stream().mapToInt(Item::label).toArray();
  }
}
