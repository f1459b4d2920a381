package convnets.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import convnets.torch.FusedActivation;
import convnets.torch.FusedOps;
import java.util.ArrayList;
import java.util.List;

/**
 * A sum of branches for use, with the activation behind it. Where a branch ends in a convolution,
 * the convolution adds the other branches to its own sums.
 */
final class FusedAdd extends Unit {

  private final List<Unit> others = new ArrayList<>();
  private final FusedActivation activation;
  private final boolean ownsInput;

  /** The first branch that ends in a convolution: what comes before it, and the convolution. */
  private Unit before;

  private FusedConv last;

  /**
   * Adds up.
   *
   * @param ownsInput whether the sum may be written over the input: nobody else reads it
   */
  FusedAdd(Unit[] branches, FusedActivation activation, boolean ownsInput) {
    this.activation = activation;
    this.ownsInput = ownsInput;
    for (Unit branch : branches) {
      child(branch);
      if (last != null || !endsInConvolution(branch)) {
        others.add(branch);
      }
    }
  }

  /** Splits the branch in two if it ends in a convolution that can add. */
  private boolean endsInConvolution(Unit branch) {
    List<Block> layers =
        branch instanceof Seq
            ? branch.children().stream().map(Child::block).toList()
            : List.of(branch);
    if (layers.isEmpty()
        || !(layers.get(layers.size() - 1) instanceof FusedConv conv && conv.takesSum())) {
      return false;
    }
    last = conv;
    before = new Seq(false, layers.subList(0, layers.size() - 1).toArray(Block[]::new));
    return true;
  }

  @Override
  protected NDArray forward(Pass pass, NDArray x) {
    NDArray sum = null;
    for (Unit other : others) {
      NDArray term = pass.run(other, x);
      if (sum != null) {
        Add.checkAgreement(sum.getShape(), term.getShape());
      }
      boolean done = last == null && other == others.get(others.size() - 1);
      sum =
          sum == null
              ? term
              : FusedOps.addFused(sum, term, done ? activation : FusedActivation.NONE);
    }
    if (last == null) {
      return sum;
    }
    NDArray y = pass.run(before, x);
    return pass.dry() ? pass.run(last, y) : last.plus(y, sum, activation, mayWriteOverOthers());
  }

  /** Whether the sum of the other branches is read by nobody else, the convolution included. */
  private boolean mayWriteOverOthers() {
    return others.size() > 1
        || Fusion.isFresh(others.get(0))
        || ownsInput && Fusion.isFresh(before);
  }

  @Override
  public Topology topology() {
    return Topology.ADD;
  }

  @Override
  public String describe() {
    return "add" + Fusion.suffix(activation);
  }
}
