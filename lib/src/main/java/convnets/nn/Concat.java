package convnets.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
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
    checkAgreement(parts);
    return TorchOps.concat(parts, 1);
  }

  /** All but the channels must be the same. */
  private static void checkAgreement(NDList parts) {
    Shape first = Inputs.channels("concat", parts.head());
    for (NDArray part : parts) {
      Shape other = part.getShape();
      boolean agrees =
          other.dimension() == first.dimension()
              && other.get(0) == first.get(0)
              && other.slice(2).equals(first.slice(2));
      if (!agrees) {
        throw new IllegalArgumentException(
            "concat: the branches must agree in all but the channels, but made %s and %s"
                .formatted(first, other));
      }
    }
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
