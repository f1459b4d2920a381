package convnets.models;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import convnets.nn.Layers;
import convnets.nn.Pass;
import convnets.nn.Unit;
import convnets.nn.Window;
import convnets.torch.TorchOps;
import java.util.Optional;

/**
 * Adds branches up, each channel of each weighted by an attention over what they have in common:
 * (N, branches · C, H, W) -> (N, C, H, W). The weights of a channel add up to 1 over the branches;
 * of one branch, they are sigmoids.
 */
final class BranchAttention extends Unit {

  private final int branches;
  private final int groups;
  private final Unit squeeze;
  private final Block attention;

  /**
   * An attention.
   *
   * @param groups into how many the channels of {@code attention}'s output are divided
   * @param attention (N, C, 1, 1) -> (N, groups · branches · C/groups, 1, 1), the logits
   */
  BranchAttention(int branches, int groups, Block attention) {
    this.branches = branches;
    this.groups = groups;
    squeeze = child(Layers.globalAvgPool());
    this.attention = child(attention);
  }

  @Override
  protected NDArray forward(Pass pass, NDArray x) {
    long n = x.getShape().get(0); // x: (N, branches · C, H, W)
    long c = x.getShape().get(1) / branches;
    NDArray means = pass.run(squeeze, x);
    if (branches == 1) {
      return x.mul(pass.run(attention, means).getNDArrayInternal().sigmoid());
    }
    // The mean of the branches' sum is the sum of their means, which takes no pass over the pixels.
    NDArray mean = means.reshape(n, branches, c, 1, 1).sum(new int[] {1});
    NDArray logits = pass.run(attention, mean);
    NDArray weights =
        TorchOps.softmax(logits.reshape(n, groups, branches, c / groups).swapAxes(1, 2), 1)
            .reshape(n, branches * c, 1, 1);
    return TorchOps.weightedSum(x, weights, branches);
  }

  /** The weights depend on all pixels. */
  @Override
  public Optional<Window> window() {
    return Optional.of(Window.WHOLE);
  }

  @Override
  public String describe() {
    return "attention over " + branches + " branches";
  }
}
