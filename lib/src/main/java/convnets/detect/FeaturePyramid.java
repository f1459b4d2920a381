package convnets.detect;

import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.batchNorm;
import static convnets.nn.Layers.conv;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import convnets.nn.Initializers;
import convnets.nn.Layers;
import convnets.nn.Pass;
import convnets.nn.Unit;
import convnets.torch.SpatialOps;
import java.util.ArrayList;
import java.util.List;

/**
 * A feature pyramid: the maps of a backbone, from fine to coarse, become maps of one width, each of
 * which knows what the coarser ones know. From the coarsest on, a map is enlarged to the size of
 * the next and added to it. (Lin et al., "Feature Pyramid Networks", 2016, arXiv:1612.03144, figure
 * 3; torchvision's {@code FeaturePyramidNetwork}, whose names its parameters bear.)
 */
final class FeaturePyramid extends Unit {

  private final int[] in;
  private final int width;
  private final boolean normalised;
  private final List<Unit> inner = new ArrayList<>();
  private final List<Unit> layers = new ArrayList<>();
  private final Unit enlarged;

  /**
   * A pyramid.
   *
   * @param in the channels of the backbone's maps
   * @param width of the pyramid's
   * @param normalised whether there are batch norms, and ReLUs at the end, as training from scratch
   *     wants them; the paper's has biases
   */
  FeaturePyramid(int[] in, int width, boolean normalised) {
    this(in, width, normalised, in.length);
  }

  private FeaturePyramid(int[] in, int width, boolean normalised, int given) {
    this.in = in;
    this.width = width;
    this.normalised = normalised;
    for (int i = 0; i < in.length; i++) {
      inner.add(child("inner_blocks." + i, block(in[i], width, 1, normalised, false)));
    }
    for (int i = 0; i < given; i++) {
      layers.add(child("layer_blocks." + i, block(width, width, 3, normalised, normalised)));
    }
    enlarged = child(new Enlarged());
  }

  /** The same, which gives its finest map alone. */
  FeaturePyramid finest() {
    return new FeaturePyramid(in, width, normalised, 1);
  }

  private static Unit block(int in, int out, int kernel, boolean normalised, boolean activated) {
    if (normalised) {
      Unit conv = conv(in, out, kernel);
      return activated
          ? seq(conv, batchNorm(out), Layers.relu()).indexed()
          : seq(conv, batchNorm(out)).indexed();
    }
    double bound = Math.sqrt(3.0 / (in * kernel * kernel)); // PyTorch's kaiming_uniform_, a = 1
    return seq(conv(in, out, kernel).bias().initializer(Initializers.uniform(bound))).indexed();
  }

  @Override
  protected NDList forward(Pass pass, NDList maps) {
    NDArray[] made = new NDArray[layers.size()];
    NDArray top = null;
    for (int i = maps.size() - 1; i >= 0; i--) {
      NDArray own = pass.run(inner.get(i), maps.get(i));
      top = top == null ? own : own.add(pass.run(enlarged, new NDList(top, own)).head());
      if (i < made.length) {
        made[i] = pass.run(layers.get(i), top);
      }
    }
    return new NDList(made);
  }

  @Override
  public String describe() {
    return "feature pyramid of " + inner.size() + " maps";
  }

  /** The first of two maps at the height and width of the second, each pixel the nearest. */
  private static final class Enlarged extends Unit {

    @Override
    protected NDList forward(Pass pass, NDList inputs) {
      NDArray x = inputs.get(0);
      Shape made = x.getShape();
      Shape wanted = inputs.get(1).getShape();
      long height = wanted.get(2);
      long width = wanted.get(3);
      return new NDList(
          pass.dry()
              ? pass.shaped(new Shape(made.get(0), made.get(1), height, width), x)
              : SpatialOps.upsampleNearest(x, height, width));
    }

    @Override
    public String describe() {
      return "nearest, to the size of the finer map";
    }
  }
}
