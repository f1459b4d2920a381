package convnets.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import convnets.torch.SpatialOps;

/**
 * What a body makes, at the height and width of the body's input: rows at the bottom and columns on
 * the right are left away, or the last ones repeated. What shrinks an image and enlarges it again
 * by the same factor comes out a few pixels too large or too small where the factor does not divide
 * its size.
 */
final class Fitted extends Unit {

  private final Block body;

  Fitted(Block body) {
    this.body = child(body);
  }

  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    NDArray x = inputs.singletonOrThrow();
    NDList outputs = new NDList();
    for (NDArray y : pass.run(body, inputs)) {
      outputs.add(fitted(pass, y, x.getShape()));
    }
    return outputs;
  }

  private NDArray fitted(Pass pass, NDArray y, Shape input) {
    Shape made = y.getShape();
    if (made.dimension() != 4 || input.dimension() != 4) {
      throw new IllegalArgumentException(
          describe() + " takes images (N, C, H, W), but was given " + made + " for " + input);
    }
    long rows = input.get(2) - made.get(2);
    long columns = input.get(3) - made.get(3);
    if (rows == 0 && columns == 0) {
      return y;
    }
    if (pass.dry()) {
      return pass.shaped(new Shape(made.get(0), made.get(1), input.get(2), input.get(3)), y);
    }
    NDArray cut = y;
    if (rows < 0 || columns < 0) {
      cut = SpatialOps.constantPad(y, 0, Math.min(columns, 0), 0, Math.min(rows, 0), 0);
    }
    return rows > 0 || columns > 0
        ? SpatialOps.replicationPad(cut, 0, Math.max(columns, 0), 0, Math.max(rows, 0))
        : cut;
  }

  @Override
  public Topology topology() {
    return Topology.SERIES;
  }

  @Override
  public String describe() {
    return "fitted to the size of the input";
  }
}
