package convnets.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import convnets.nn.Layers;
import convnets.nn.Pass;
import convnets.nn.TorchOps;
import convnets.nn.Unit;
import convnets.nn.Window;
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
    Shape shape = x.getShape(); // (N, branches · C, H, W)
    long n = shape.get(0);
    long c = shape.get(1) / branches;
    if (branches == 1) {
      return x.mul(pass.run(attention, pass.run(squeeze, x)).getNDArrayInternal().sigmoid());
    }
    NDArray parts = x.reshape(n, branches, c, shape.get(2), shape.get(3));
    NDArray logits = pass.run(attention, pass.run(squeeze, parts.sum(new int[] {1})));
    NDArray weights =
        TorchOps.softmax(logits.reshape(n, groups, branches, c / groups).swapAxes(1, 2), 1)
            .reshape(n, branches, c, 1, 1);
    return parts.mul(weights).sum(new int[] {1});
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
