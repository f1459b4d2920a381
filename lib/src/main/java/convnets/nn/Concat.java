package convnets.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import convnets.torch.TorchOps;

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
    return TorchOps.concat(parts, 1);
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
