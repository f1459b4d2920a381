package convnets.models;

import ai.djl.ndarray.types.Shape;
import convnets.io.DownloadProgress;
import convnets.nn.Backbone;
import convnets.nn.Unit;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.numbers.NumberColumnFormatter;

/**
 * The door to the zoo: every network of the course by name.
 *
 * <p>The names are torchvision's; where it lacks the network, timm's or the authors'. To change
 * more than the number of classes, start from the family's design, as in {@code
 * ResNet.imageNet(50).zeroGamma().build()}.
 */
public final class Models {

  private Models() {}

  /**
   * A network of the zoo.
   *
   * @param name what {@link #create} calls it
   * @param paper the title of the paper that published it, and its arXiv number
   * @param year when the paper appeared
   * @param input the shape of the image it was published for, (C, H, W)
   * @param parameters how many numbers it learns, with its published number of classes
   * @param multiplyAdds multiplications, each with its addition, for one image of that shape
   * @param top1 accuracy on ImageNet's validation set in percent, as the paper or its authors give
   *     it
   * @param design the network on paper
   */
  public record Entry(
      String name,
      String paper,
      int year,
      Shape input,
      long parameters,
      long multiplyAdds,
      OptionalDouble top1,
      Supplier<? extends Design<?>> design) {

    /** How many classes the published network tells apart. */
    public int classes() {
      return design.get().classes;
    }
  }

  /** All networks, paper by paper. */
  public static List<Entry> list() {
    return Catalogue.ENTRIES;
  }

  /** The networks whose name or paper contains all of these words, whatever their case. */
  public static List<Entry> search(String words) {
    List<String> wanted = List.of(words.toLowerCase(Locale.ROOT).trim().split("\\s+"));
    return list().stream()
        .filter(
            e ->
                wanted.stream()
                    .allMatch((e.name + " " + e.paper).toLowerCase(Locale.ROOT)::contains))
        .toList();
  }

  /**
   * The networks that {@link #search} finds, as a table: network, input, parameters, multiply-adds,
   * top-1 in percent (missing where the paper gives none), year, paper.
   */
  public static Table table(String words) {
    StringColumn network = StringColumn.create("network");
    StringColumn input = StringColumn.create("input");
    LongColumn parameters = LongColumn.create("parameters");
    LongColumn multiplyAdds = LongColumn.create("multiply-adds");
    DoubleColumn top1 = DoubleColumn.create("top-1, %");
    IntColumn year = IntColumn.create("year");
    StringColumn paper = StringColumn.create("paper");
    for (Entry entry : search(words)) {
      network.append(entry.name);
      input.append(
          LongStream.of(entry.input.getShape())
              .mapToObj(Long::toString)
              .collect(Collectors.joining("×")));
      parameters.append(entry.parameters);
      multiplyAdds.append(entry.multiplyAdds);
      if (entry.top1.isPresent()) {
        top1.append(entry.top1.getAsDouble());
      } else {
        top1.appendMissing();
      }
      year.append(entry.year);
      paper.append(entry.paper);
    }
    NumberColumnFormatter thousands =
        new NumberColumnFormatter(
            new DecimalFormat("#,##0", DecimalFormatSymbols.getInstance(Locale.ROOT)));
    parameters.setPrintFormatter(thousands);
    multiplyAdds.setPrintFormatter(thousands);
    return Table.create("zoo", network, input, parameters, multiplyAdds, top1, year, paper);
  }

  /**
   * What the catalogue says of a network.
   *
   * @throws IllegalArgumentException if there is none of this name; the message suggests the
   *     nearest
   */
  public static Entry entry(String name) {
    return list().stream()
        .filter(entry -> entry.name.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "name ("
                        + name
                        + ") is no network of the zoo; did you mean "
                        + nearest(name)
                        + "?"));
  }

  /** Builds a network with its published number of classes: (N, C, H, W) -> (N, classes). */
  public static Unit create(String name) {
    return entry(name).design.get().build();
  }

  /** Builds a network that tells {@code classes} classes apart: (N, C, H, W) -> (N, classes). */
  public static Unit create(String name, int classes) {
    return entry(name).design.get().classes(classes).build();
  }

  /**
   * Builds a network without its classifier, for what looks at more than one thing in an image: (N,
   * C, H, W) -> its feature maps. {@link Pretrained#backbone()} has weights.
   */
  public static Backbone backbone(String name) {
    return entry(name).design.get().backbone();
  }

  /**
   * A network with the weights that others have trained on ImageNet. EfficientNet-Lite0's come with
   * the course; others are fetched from torchvision at first use, silently.
   *
   * @throws IllegalArgumentException if no weights of it are known; the message says of which they
   *     are
   * @throws convnets.weights.WeightsException if they cannot be fetched or read
   * @throws convnets.io.FileException if the course's data folder is not found
   */
  public static Pretrained pretrained(String name) {
    return pretrained(name, (done, total) -> {});
  }

  /** As {@link #pretrained(String)}, and tells how far the download is. */
  public static Pretrained pretrained(String name, DownloadProgress progress) {
    return PublishedWeights.of(name).load(progress);
  }

  /**
   * A network to be trained on: with the weights of {@link #pretrained(String)} but for a new head,
   * which tells {@code classes} classes apart and starts at random.
   */
  public static Unit pretrained(String name, int classes) {
    return PublishedWeights.of(name).load(classes, (done, total) -> {});
  }

  // The best known by method, in the order of the papers.

  /** {@code create("alexnet")}. */
  public static Unit alexnet() {
    return create("alexnet");
  }

  /** {@code create("vgg16")}. */
  public static Unit vgg16() {
    return create("vgg16");
  }

  /** {@code create("googlenet")}. */
  public static Unit googlenet() {
    return create("googlenet");
  }

  /** {@code create("resnet18")}. */
  public static Unit resnet18() {
    return create("resnet18");
  }

  /** {@code create("resnet50")}. */
  public static Unit resnet50() {
    return create("resnet50");
  }

  /** {@code create("densenet121")}. */
  public static Unit densenet121() {
    return create("densenet121");
  }

  /** {@code create("resnext50_32x4d")}. */
  public static Unit resnext50_32x4d() {
    return create("resnext50_32x4d");
  }

  /** {@code create("mobilenet_v2")}. */
  public static Unit mobilenet_v2() {
    return create("mobilenet_v2");
  }

  /** {@code create("shufflenet_v2_x1_0")}. */
  public static Unit shufflenet_v2_x1_0() {
    return create("shufflenet_v2_x1_0");
  }

  /** {@code create("mobilenet_v3_large")}. */
  public static Unit mobilenet_v3_large() {
    return create("mobilenet_v3_large");
  }

  /** {@code create("efficientnet_b0")}. */
  public static Unit efficientnet_b0() {
    return create("efficientnet_b0");
  }

  /** {@code create("resnest50")}. */
  public static Unit resnest50() {
    return create("resnest50");
  }

  private static String nearest(String name) {
    return list().stream()
        .map(Entry::name)
        .min(Comparator.comparingInt(other -> distance(plain(name), plain(other))))
        .orElseThrow();
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }

  /** How many letters must be put in, taken out or exchanged (Levenshtein). */
  private static int distance(String a, String b) {
    int[] before = new int[b.length() + 1];
    Arrays.setAll(before, i -> i);
    for (int i = 1; i <= a.length(); i++) {
      int[] now = new int[b.length() + 1];
      now[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int exchange = before[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        now[j] = Math.min(exchange, Math.min(before[j], now[j - 1]) + 1);
      }
      before = now;
    }
    return before[b.length()];
  }
}
