package convnets.inspect;

import static convnets.nn.Layers.identity;
import static java.util.stream.Collectors.toMap;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import convnets.nn.Pass;
import convnets.nn.Unit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * A trained network with blocks taken out, exchanged or replaced, to see what it cannot do without
 * (Veit, Wilber and Belongie 2016, arXiv:1605.06431, section 4).
 *
 * <pre>{@code
 * Evaluation.of(Lesions.without(net, "layer1.2"), batches).metrics().error();
 * Lesions.eachRemoved(net, shape, lesion -> Evaluation.of(lesion, batches).metrics().error());
 * }</pre>
 *
 * <p>The network is left as it is. What comes back shares its parameters, and computes by what they
 * are when it runs.
 */
public final class Lesions {

  private Lesions() {}

  /**
   * The numbered blocks that can be taken out or exchanged, as {@link Unit#paths()} names them, in
   * the order of the data: those whose output has the shape of their input.
   *
   * @param input the shape of the network's input, batch included
   */
  public static List<String> removable(Unit net, Shape input) {
    Map<Block, String> paths = net.paths();
    List<String> removable = new ArrayList<>();
    net.observeShapes(
        (block, inputs, outputs) -> {
          String path = paths.getOrDefault(block, "");
          boolean numbered = path.matches("(.*\\.)?\\d+") && !block.getChildren().isEmpty();
          if (numbered && Arrays.equals(inputs.getShapes(), outputs.getShapes())) {
            removable.add(path);
          }
        },
        input);
    return List.copyOf(removable);
  }

  /**
   * A network without some of its blocks: each hands on its input.
   *
   * @param paths of the blocks: see {@link #removable}
   * @throws IllegalArgumentException if there is no such path
   */
  public static Unit without(Unit net, String... paths) {
    return replaced(
        net, Arrays.stream(paths).distinct().collect(toMap(path -> path, path -> identity())));
  }

  /**
   * A network in which other blocks run in place of some, such as gates that never change.
   *
   * @param others by the path of the block that each stands for, as {@link Unit#paths()} names it;
   *     none of them may hold that block itself
   * @throws IllegalArgumentException if there is no such path
   */
  public static Unit replaced(Unit net, Map<String, ? extends Block> others) {
    Map<Block, Block> blocks = new IdentityHashMap<>();
    others.forEach((path, other) -> blocks.put(block(net, path), other));
    return new Lesioned(net, blocks);
  }

  /**
   * A network of which two blocks have changed places.
   *
   * @throws IllegalArgumentException if there is no such path
   */
  public static Unit exchanged(Unit net, String first, String second) {
    Block one = block(net, first);
    Block other = block(net, second);
    Map<Block, Block> others = new IdentityHashMap<>();
    others.put(one, other);
    others.put(other, one);
    return new Lesioned(net, others);
  }

  /**
   * Takes out each removable block in turn.
   *
   * @param input the shape of the network's input, batch included
   * @param measure what is asked of a network, such as its error
   * @return an answer for each block, in the order of {@link #removable}
   */
  public static double[] eachRemoved(Unit net, Shape input, ToDoubleFunction<Unit> measure) {
    return removable(net, input).stream()
        .mapToDouble(block -> measure.applyAsDouble(without(net, block)))
        .toArray();
  }

  /**
   * Exchanges each removable block in turn with the next one of its stage.
   *
   * @param input the shape of the network's input, batch included
   * @param measure what is asked of a network, such as its error
   * @return an answer for each pair of neighbours, in the order of the data
   */
  public static double[] neighboursExchanged(
      Unit net, Shape input, ToDoubleFunction<Unit> measure) {
    List<String> blocks = removable(net, input);
    return IntStream.range(1, blocks.size())
        .filter(i -> stage(blocks.get(i)).equals(stage(blocks.get(i - 1))))
        .mapToObj(i -> exchanged(net, blocks.get(i - 1), blocks.get(i)))
        .mapToDouble(measure)
        .toArray();
  }

  /** "layer1" of "layer1.0". */
  private static String stage(String block) {
    return block.replaceAll("\\.?\\d+$", "");
  }

  private static Block block(Unit net, String path) {
    return net.paths().entrySet().stream()
        .filter(entry -> entry.getValue().equals(path))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "path (" + path + ") is no part of this network: see Lesions.removable"));
  }

  /** A network in which other blocks run in place of some. */
  private static final class Lesioned extends Unit {

    private final Unit net;
    private final Map<Block, Block> others;

    Lesioned(Unit net, Map<Block, Block> others) {
      this.net = child(net);
      this.others = others;
    }

    @Override
    protected NDList forward(Pass pass, NDList inputs) {
      return pass.replacing(others).run(net, inputs);
    }

    @Override
    public String describe() {
      return net.describe() + " with a lesion";
    }
  }
}
