package convnets.models;

import ai.djl.ndarray.types.Shape;
import convnets.models.Models.Entry;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What {@link Models} lists: the networks of all families beside the figures and papers of two
 * tables. A test builds every network and counts.
 */
final class Catalogue {

  private static final String NETWORKS = "catalogue.tsv";
  private static final String PAPERS = "papers.tsv";

  /** In the order of the table. */
  static final List<Entry> ENTRIES =
      entries(variants(), Resource.rows(NETWORKS), Resource.rows(PAPERS));

  private Catalogue() {}

  private static List<Variant> variants() {
    return Stream.of(
            LeNet.variants(),
            AlexNet.variants(),
            ZFNet.variants(),
            NetworkInNetwork.variants(),
            VGG.variants(),
            GoogLeNet.variants(),
            InceptionV3.variants(),
            ResNet.variants(),
            InceptionV4.variants(),
            InceptionResNet.variants(),
            SqueezeNet.variants(),
            DenseNet.variants(),
            Xception.variants(),
            ResNeXt.variants(),
            MobileNetV1.variants(),
            ShuffleNetV1.variants(),
            SENet.variants(),
            MobileNetV2.variants(),
            CBAM.variants(),
            ShuffleNetV2.variants(),
            SKNet.variants(),
            MobileNetV3.variants(),
            EfficientNet.variants(),
            EfficientNetLite.variants(),
            ResNeSt.variants(),
            EfficientNetV2.variants())
        .flatMap(List::stream)
        .toList();
  }

  /**
   * Joins the networks with their rows, and those with their papers.
   *
   * @throws IllegalStateException if one is without the other, or a row cannot be read
   */
  static List<Entry> entries(
      List<Variant> variants, List<String[]> networks, List<String[]> papers) {
    Map<String, Variant> byName = by(Variant::name, variants);
    Map<String, String[]> rows = by(row -> row[0], networks);
    Set<String> unlisted = difference(byName.keySet(), rows.keySet());
    Set<String> unknown = difference(rows.keySet(), byName.keySet());
    if (!unlisted.isEmpty() || !unknown.isEmpty()) {
      throw new IllegalStateException(
          "%s lacks %s, which families build, and lists %s, which none builds"
              .formatted(NETWORKS, unlisted, unknown));
    }
    Map<String, String[]> byReference = by(row -> row[0], papers);
    return networks.stream().map(row -> entry(byName.get(row[0]), row, byReference)).toList();
  }

  private static Entry entry(Variant variant, String[] row, Map<String, String[]> papers) {
    try {
      String[] paper = papers.get(row[5]);
      return new Entry(
          variant.name(),
          paper[2] + ", " + paper[0],
          Integer.parseInt(paper[1]),
          new Shape(Arrays.stream(row[1].split("x")).mapToLong(Long::parseLong).toArray()),
          Long.parseLong(row[2]),
          Long.parseLong(row[3]),
          row[4].isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(row[4])),
          variant.design());
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          "%s: cannot read the row %s; its six cells are those of the first line, the last is a paper of %s"
              .formatted(NETWORKS, Arrays.toString(row), PAPERS),
          e);
    }
  }

  /** The items by a key that tells them apart. */
  private static <T> Map<String, T> by(Function<T, String> key, List<T> items) {
    return items.stream().collect(Collectors.toMap(key, Function.identity()));
  }

  private static Set<String> difference(Set<String> names, Set<String> others) {
    Set<String> difference = new TreeSet<>(names);
    difference.removeAll(others);
    return difference;
  }
}
