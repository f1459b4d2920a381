package convnets.inspect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import convnets.nn.Pass;
import convnets.nn.Unit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What the layers of a network make of an input. */
public final class Activations {

  private Activations() {}

  /**
   * Runs one evaluation pass and keeps the outputs of some layers or named parts.
   *
   * @param net an initialised network
   * @param x its input
   * @param paths whose outputs: as {@link Unit#paths()} names them, such as "conv1" or "layer1.0"
   * @return copies of the outputs by path, in the order asked for; of a part with several outputs,
   *     by "path[0]", "path[1]" …; they belong to the manager of the input
   * @throws IllegalArgumentException if there is no such path
   */
  public static Map<String, NDArray> of(Unit net, NDArray x, String... paths) {
    Map<Block, String> known = net.paths();
    Set<String> names = new TreeSet<>(known.values());
    names.remove(""); // the network itself
    Map<String, NDList> kept = new LinkedHashMap<>();
    for (String path : paths) {
      if (!names.contains(path)) {
        throw new IllegalArgumentException(
            "path (" + path + ") is no part of this network; it has " + names);
      }
      kept.put(path, new NDList());
    }
    try (NDManager mirrors = x.getManager().newSubManager()) {
      Pass.Observer keep =
          (block, ins, outs) -> {
            String path = known.get(block);
            if (kept.containsKey(path)) {
              // Copies, out of scope: the pass frees the outputs themselves.
              NDList copies = new NDList();
              outs.forEach(output -> copies.add(output.duplicate()));
              NDScope.unregister(copies);
              kept.put(path, copies).close(); // a named layer runs under its path twice
            }
          };
      Pass pass = Pass.observed(new ParameterStore(mirrors, false), false, keep);
      NDList result = net.run(pass, new NDList(x));
      result.stream().filter(array -> array != x).forEach(NDArray::close);
    }
    return named(kept);
  }

  private static Map<String, NDArray> named(Map<String, NDList> outputs) {
    Map<String, NDArray> named = new LinkedHashMap<>();
    outputs.forEach(
        (path, arrays) -> {
          for (int i = 0; i < arrays.size(); i++) {
            named.put(arrays.size() == 1 ? path : path + "[" + i + "]", arrays.get(i));
          }
        });
    return named;
  }
}
