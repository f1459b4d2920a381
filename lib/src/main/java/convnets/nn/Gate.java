package convnets.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
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
    NDArray weights = pass.run(attention, y);
    checkAgreement(y.getShape(), weights.getShape());
    return y.mul(weights);
  }

  /** What PyTorch would repeat along other axes than the caller meant is not left to it. */
  private static void checkAgreement(Shape body, Shape attention) {
    boolean agrees = body.dimension() == attention.dimension();
    for (int i = 0; agrees && i < body.dimension(); i++) {
      agrees = attention.get(i) == body.get(i) || attention.get(i) == 1;
    }
    if (!agrees) {
      throw new IllegalArgumentException(
          "gate: the attention must have the shape of the body %s, or 1 along an axis, but made %s"
              .formatted(body, attention));
    }
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
