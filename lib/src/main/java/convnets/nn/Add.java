package convnets.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
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
      if (sum != null) {
        checkAgreement(sum.getShape(), term.getShape());
      }
      sum = sum == null ? term : sum.add(term);
    }
    return sum;
  }

  /** Sums that shapes do not allow must not be left to PyTorch, which repeats the smaller array. */
  static void checkAgreement(Shape a, Shape b) {
    if (!a.equals(b)) {
      throw new IllegalArgumentException(
          "add: the branches must agree in shape, but made " + a + " and " + b);
    }
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
