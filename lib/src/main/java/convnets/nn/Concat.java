package convnets.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;

/** Parallel branches over one input, joined along the channels. */
final class Concat extends Branches {

  Concat(Block... branches) {
    super("concat", 1, branches);
  }

  @Override
  protected NDArray forward(Pass pass, NDArray x) {
    NDList parts = new NDList();
    for (Child child : children()) {
      parts.add(pass.run(child.block(), x));
    }
    return NDArrays.concat(parts, 1);
  }

  @Override
  public Topology topology() {
    return Topology.CONCAT;
  }

  @Override
  public String describe() {
    return "concat";
  }
}
