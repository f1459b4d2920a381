package convnets.detect;

import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.conv;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Parameter;
import convnets.nn.Initializers;
import convnets.nn.Layers;
import convnets.nn.Pass;
import convnets.nn.Unit;

/**
 * A CenterNet as it runs: (N, 3, H, W) -> logits of the heat maps (N, C, H/s, W/s), offsets of
 * centres and sides of boxes (N, 2, H/s, W/s), in pixels of the map.
 */
final class CenterNetwork extends Unit {

  private final Unit maps;
  private final Unit heat;
  private final Unit offsets;
  private final Unit sizes;

  /**
   * A network.
   *
   * @param maps of which the first is looked at
   * @param in its channels
   * @param hidden channels between it and what is predicted
   */
  CenterNetwork(Unit maps, int in, int hidden, int classes, double prior) {
    this.maps = child("backbone", maps);
    heat = child("hm", head(in, hidden, classes, Math.log(prior / (1 - prior))));
    offsets = child("reg", head(in, hidden, 2, 0));
    sizes = child("wh", head(in, hidden, 2, 0));
  }

  /** The authors' names: layers 0 and 2, with a ReLU between. */
  private static Unit head(int in, int hidden, int out, double bias) {
    Unit last = conv(hidden, out, 1).bias().initializer(Initializers.normal(0.01));
    last.setInitializer(Initializers.constant(bias), Parameter.Type.BIAS);
    Unit first = conv(in, hidden, 3).bias();
    first.setInitializer(Initializers.constant(0), Parameter.Type.BIAS);
    return seq(first, Layers.relu(), last).indexed();
  }

  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    NDArray map = pass.run(maps, inputs).head();
    return new NDList(pass.run(heat, map), pass.run(offsets, map), pass.run(sizes, map));
  }

  @Override
  public String describe() {
    return "CenterNet";
  }
}
