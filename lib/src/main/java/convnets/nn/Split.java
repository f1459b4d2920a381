package convnets.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import convnets.Checks;

/**
 * Each branch on its own chunk of the channels, all chunks of one size, joined along the channels.
 */
final class Split extends Branches {

  Split(Block... branches) {
    super("split", 2, branches);
  }

  @Override
  protected NDArray forward(Pass pass, NDArray x) {
    int branches = children().size();
    long channels = Inputs.channels(describe(), x).get(1);
    Checks.divides("branches", branches, "channels", (int) channels);
    NDList chunks = x.split(branches, 1);
    NDList parts = new NDList();
    for (int i = 0; i < branches; i++) {
      parts.add(pass.run(children().get(i).block(), chunks.get(i)));
    }
    return NDArrays.concat(parts, 1);
  }

  @Override
  public Topology topology() {
    return Topology.SPLIT;
  }

  @Override
  public String describe() {
    return "split";
  }
}
