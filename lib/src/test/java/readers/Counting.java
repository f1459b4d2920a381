package readers;

import ai.djl.ndarray.NDArray;
import convnets.nn.Layers;
import convnets.nn.Pass;
import convnets.nn.Unit;

/** A unit as a reader writes it, outside the library: it counts its passes. */
public final class Counting extends Unit {

  private int passes;

  /** How many there were, dry ones included. */
  public int passes() {
    return passes;
  }

  @Override
  protected NDArray forward(Pass pass, NDArray x) {
    passes++;
    return x.add(0);
  }

  /** A layer of a function of the reader's. */
  public static Unit function() {
    return Layers.lambda("mine", x -> x.add(0));
  }
}
