package convnets.models;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a network takes a picture for: all classes, the most probable first.
 *
 * @param ranked one a class
 */
public record Predictions(List<Prediction> ranked) {

  /**
   * A class and its probability.
   *
   * @param index the place of the class in the network's output
   * @param label its name
   * @param probability from 0 to 1
   */
  public record Prediction(int index, String label, double probability) {

    /** As in "Egyptian cat 0.34". */
    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%s %.2f", label, probability);
    }
  }

  /** Keeps the list as it is. */
  public Predictions {
    ranked = List.copyOf(ranked);
  }

  /** Ranks classes by the numbers of a network's output. */
  static Predictions of(float[] probabilities, List<String> labels) {
    return new Predictions(
        IntStream.range(0, probabilities.length)
            .mapToObj(i -> new Prediction(i, labels.get(i), probabilities[i]))
            .sorted((a, b) -> Double.compare(b.probability, a.probability))
            .toList());
  }

  /** The most probable classes. */
  public List<Prediction> top(int count) {
    return ranked.subList(0, Math.min(count, ranked.size()));
  }

  /** The five most probable classes. */
  public List<Prediction> top5() {
    return top(5);
  }

  /** The probability of a class; 0 if there is none of this name. */
  public double probability(String label) {
    return ranked.stream()
        .filter(p -> p.label.equals(label))
        .mapToDouble(Prediction::probability)
        .sum();
  }

  /** The five most probable classes, a line each. */
  @Override
  public String toString() {
    return top5().stream().map(Prediction::toString).collect(Collectors.joining("\n"));
  }
}
