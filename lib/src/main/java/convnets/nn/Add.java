package convnets.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;

/** The sum of parallel branches over one input. */
final class Add extends Branches {

  Add(Block... branches) {
    super("add", 2, branches);
  }

  @Override
  protected NDArray forward(Pass pass, NDArray x) {
    NDArray sum = null;
    for (Child child : children()) {
      NDArray term = pass.run(child.block(), x);
      sum = sum == null ? term : sum(sum, term);
    }
    return sum;
  }

  private static NDArray sum(NDArray a, NDArray b) {
    if (!a.getShape().equals(b.getShape())) {
      throw new IllegalArgumentException(
          "add: the branches must agree in shape, but made "
              + a.getShape()
              + " and "
              + b.getShape());
    }
    return a.add(b);
  }

  @Override
  public Topology topology() {
    return Topology.ADD;
  }

  @Override
  public String describe() {
    return "add";
  }
}
