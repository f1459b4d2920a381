package convnets.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;

/** A body scaled by an attention over what it has made. */
final class Gate extends Unit {

  private final Block body;
  private final Block attention;

  Gate(Block body, Block attention) {
    this.body = child(body);
    this.attention = child(attention);
  }

  @Override
  protected NDArray forward(Pass pass, NDArray x) {
    NDArray y = pass.run(body, x);
    return y.mul(pass.run(attention, y));
  }

  @Override
  public Topology topology() {
    return Topology.GATE;
  }

  @Override
  public String describe() {
    return "gate";
  }
}
