package convnets.notebook;

import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The ways in which the parameters of one block can play the parts of those of another. Names do
 * not count, nor the order in which layers were put together: a layer can stand for any layer whose
 * parameters are of the same kinds and shapes.
 */
final class Partners {

  /** More ways are not tried. */
  private static final int MOST = 500;

  private final List<List<Parameter>> own;
  private final List<List<Parameter>> others;
  private final List<List<Parameter>> ways = new ArrayList<>();

  private Partners(List<List<Parameter>> own, List<List<Parameter>> others) {
    this.own = own;
    this.others = others;
  }

  /**
   * Lists the ways, the likeliest first.
   *
   * @param own what {@link #parameters} gives for one block
   * @param other a block whose parameters are of the same kinds and shapes
   * @return each way as the partners of {@code own}, in the same order
   */
  static List<List<Parameter>> of(Block own, Block other) {
    Partners layers = new Partners(layers(own), layers(other));
    List<List<Parameter>> ways = layers.find();
    return ways.isEmpty() ? layers.oneByOne().find() : ways;
  }

  /** The parameters of a block, layer by layer, in the order that {@link #of} speaks of. */
  static List<Parameter> parameters(Block block) {
    return layers(block).stream().flatMap(List::stream).toList();
  }

  /** Kind and shape, as in "weight (16, 8, 3, 3)". */
  static String kind(Parameter parameter) {
    String type = parameter.getType().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    return type + " " + parameter.getShape();
  }

  private static List<List<Parameter>> layers(Block block) {
    List<List<Parameter>> layers = new ArrayList<>();
    collect(block, layers);
    return layers;
  }

  /** Adds the layers of a block, one that stands in several places once. */
  private static void collect(Block block, List<List<Parameter>> layers) {
    List<Parameter> direct = new ArrayList<>(block.getDirectParameters().values());
    boolean known = layers.stream().anyMatch(layer -> layer.stream().anyMatch(direct::contains));
    if (!direct.isEmpty() && !known) {
      direct.sort(Comparator.comparing(Partners::kind));
      layers.add(direct);
    }
    block.getChildren().values().forEach(child -> collect(child, layers));
  }

  private Partners oneByOne() {
    return new Partners(singles(own), singles(others));
  }

  private static List<List<Parameter>> singles(List<List<Parameter>> layers) {
    return layers.stream().flatMap(List::stream).map(List::of).toList();
  }

  private List<List<Parameter>> find() {
    if (own.size() == others.size()) {
      extend(new ArrayList<>(), new boolean[others.size()]);
    }
    return ways;
  }

  /** Gives the next layer each partner that is still free, and goes on. */
  private void extend(List<List<Parameter>> chosen, boolean[] taken) {
    if (chosen.size() == own.size()) {
      ways.add(chosen.stream().flatMap(List::stream).toList());
      return;
    }
    List<String> wanted = kinds(own.get(chosen.size()));
    for (int i = 0; i < taken.length && ways.size() < MOST; i++) {
      if (!taken[i] && kinds(others.get(i)).equals(wanted)) {
        taken[i] = true;
        chosen.add(others.get(i));
        extend(chosen, taken);
        chosen.remove(chosen.size() - 1);
        taken[i] = false;
      }
    }
  }

  private static List<String> kinds(List<Parameter> layer) {
    return layer.stream().map(Partners::kind).toList();
  }
}
