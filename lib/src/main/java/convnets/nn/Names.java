package convnets.nn;

import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import convnets.nn.Unit.Child;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The names of a block's parameters, by the rules of torchvision's models.
 *
 * <ul>
 *   <li>A named child opens a scope: {@code layer1}, within it {@code 0}, within it {@code
 *       downsample}.
 *   <li>A child without a name shares the scope of its parent, so that a series within a sum within
 *       a series leaves no trace.
 *   <li>A layer without a name is called by its kind and its place among that kind in the scope:
 *       {@code conv1, bn1, relu1, conv2, bn2}.
 *   <li>A scope that a second child opens goes on counting where the first one stopped, so that a
 *       scope can be cut in two and leave all names as they were.
 * </ul>
 *
 * @param parameters every parameter by its full name, in the order of the data
 * @param blocks the path of every block that has one: layers, and whatever was named
 */
record Names(Map<String, Parameter> parameters, Map<Block, String> blocks) {

  /**
   * A scope of names.
   *
   * @param counts how many layers of each kind it has
   * @param entered the blocks that opened it
   */
  private record Scope(Map<String, Integer> counts, Set<Block> entered) {
    Scope() {
      this(new HashMap<>(), Collections.newSetFromMap(new IdentityHashMap<>()));
    }
  }

  /** Names all that is in a block. */
  static Names of(Block block) {
    Names names = new Names(new LinkedHashMap<>(), new IdentityHashMap<>());
    names.visit(block, "", true, new Scope(), new HashMap<>());
    return names;
  }

  /**
   * Names a block and what is in it.
   *
   * @param path the scope, or the block's own path if it is {@code named}
   * @param scopes all scopes by their paths
   */
  private void visit(
      Block block, String path, boolean named, Scope scope, Map<String, Scope> scopes) {
    boolean layer = !(block instanceof Unit unit) || unit.children().isEmpty();
    String own = path;
    if (!named && layer) {
      String kind =
          block instanceof Unit unit ? unit.kind() : word(block.getClass().getSimpleName());
      own = join(path, kind + scope.counts.merge(kind, 1, Integer::sum));
      named = true;
    }
    if (named) {
      blocks.putIfAbsent(block, own);
    }
    if (!(block instanceof Unit unit)) {
      for (Pair<String, Parameter> pair : block.getParameters()) {
        parameters.put(join(own, pair.getKey()), pair.getValue());
      }
      return;
    }
    for (Pair<String, Parameter> pair : unit.getDirectParameters()) {
      put(join(own, pair.getKey()), pair.getValue());
    }
    for (Child child : unit.children()) {
      if (child.name() == null) {
        visit(child.block(), path, false, scope, scopes);
        continue;
      }
      String inner = join(path, child.name());
      Scope opened = scopes.computeIfAbsent(inner, key -> new Scope());
      if (opened.entered.add(child.block())) { // one that is used twice has its names already
        visit(child.block(), inner, true, opened, scopes);
      }
    }
  }

  private void put(String name, Parameter parameter) {
    Parameter before = parameters.put(name, parameter);
    if (before != null && before != parameter) {
      throw new IllegalStateException(
          "two parameters are called " + name + ": give one of their blocks another name");
    }
  }

  /** A word that can stand in a path, made of a few: "hard swish" becomes "hardswish". */
  static String word(String words) {
    return words.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", "");
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
