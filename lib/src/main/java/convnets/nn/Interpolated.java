package convnets.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import convnets.torch.SpatialOps;

/**
 * What a body makes, at the height and width of the body's input: each pixel between its four
 * neighbours, PyTorch's {@code interpolate} with {@code align_corners=False}. How much that
 * enlarges depends on the input, so a {@code ReceptiveField} behind it is that of the body.
 */
final class Interpolated extends Unit {

  private final Block body;
  private final Unit toSize;

  Interpolated(Block body) {
    this.body = child(body);
    toSize = child(new ToSize());
  }

  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    NDArray x = inputs.singletonOrThrow();
    NDList outputs = new NDList();
    for (NDArray y : pass.run(body, inputs)) {
      outputs.addAll(pass.run(toSize, new NDList(y, x)));
    }
    return outputs;
  }

  @Override
  public Topology topology() {
    return Topology.SERIES;
  }

  @Override
  public String describe() {
    return "interpolated to the size of the input";
  }

  /** The first of two images, at the height and width of the second. */
  private static final class ToSize extends Unit {

    @Override
    protected NDList forward(Pass pass, NDList inputs) {
      NDArray y = inputs.get(0);
      Shape made = y.getShape();
      Shape wanted = inputs.get(1).getShape();
      if (made.dimension() != 4 || wanted.dimension() != 4) {
        throw new IllegalArgumentException(
            describe() + " takes images (N, C, H, W), but was given " + made + " for " + wanted);
      }
      long height = wanted.get(2);
      long width = wanted.get(3);
      if (made.get(2) == height && made.get(3) == width) {
        return new NDList(y);
      }
      return new NDList(
          pass.dry()
              ? pass.shaped(new Shape(made.get(0), made.get(1), height, width), y)
              : SpatialOps.upsampleBilinear(y, height, width, false));
    }

    @Override
    protected String kind() {
      return "resize";
    }

    @Override
    public Label label() {
      return Label.of(Role.POOLING, describe());
    }

    @Override
    public String describe() {
      return "bilinear to the input's size";
    }
  }
}
