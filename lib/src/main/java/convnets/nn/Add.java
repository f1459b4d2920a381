package convnets.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;

/** The sum of parallel branches over one input, accumulated in place where memory allows. */
final class Add extends Unit {

  Add(Block... branches) {
    Branches.require("add", 2, branches);
    for (Block branch : branches) {
      child(branch);
    }
  }

  @Override
  protected NDArray forward(Pass pass, NDArray x) {
    NDArray sum = null;
    boolean spare = false; // whether the sum so far may be overwritten
    for (Child child : children()) {
      NDArray term = pass.run(child.block(), x);
      boolean spareTerm = term != x && Ownership.mayOverwrite(child.block());
      if (sum == null) {
        sum = term;
        spare = spareTerm;
        continue;
      }
      if (!sum.getShape().equals(term.getShape())) {
        throw new IllegalArgumentException(
            "add: the branches must agree in shape, but made "
                + sum.getShape()
                + " and "
                + term.getShape());
      }
      if (spare) {
        sum = sum.addi(term);
      } else if (spareTerm) {
        sum = term.addi(sum);
      } else {
        sum = sum.add(term);
      }
      spare = true;
    }
    return sum;
  }

  @Override
  protected boolean outputMayBeOverwritten() {
    return true;
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
