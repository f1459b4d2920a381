package convnets.detect;

import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.conv;
import static convnets.nn.Layers.maxPool;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import convnets.models.VGG;
import convnets.nn.Conv;
import convnets.nn.Initializers;
import convnets.nn.Layers;
import convnets.nn.Pass;
import convnets.nn.Unit;
import java.util.ArrayList;
import java.util.List;

/**
 * The six maps of SSD300: VGG-16 to the last convolution of its fourth stage, whose pixels are
 * scaled to a length that is learned; its fifth stage with the fully connected layers as
 * convolutions, the first of them dilated; and four further pairs of convolutions. (Liu et al.
 * 2015, arXiv:1512.02325, figure 2 and section 3.1; torchvision's {@code SSDFeatureExtractorVGG},
 * whose names its parameters bear.)
 */
final class VggMaps extends Unit {

  static final int[] CHANNELS = {512, 1024, 512, 256, 256, 256};

  /** Of the image's pixels from one pixel of a map to the next, at 300×300. */
  static final double[] STEPS = {8, 16, 32, 64, 100, 300};

  /** The third pooling, by which 75 pixels become 38, and the fourth. */
  private static final int THIRD_POOLING = 16;

  private static final int FOURTH_POOLING = 23;
  private static final int LAST_POOLING = 30;
  private static final double LENGTH = 20;

  private final Unit features;
  private final Parameter scale;
  private final List<Unit> extra = new ArrayList<>();

  VggMaps() {
    Block series = VGG.imageNet(16).build().getChildren().valueAt(0);
    List<Block> layers = ((Unit) series).getChildren().valueAt(0).getChildren().values();
    List<Block> first = new ArrayList<>(layers.subList(0, FOURTH_POOLING));
    first.set(THIRD_POOLING, maxPool(2, 2).ceil());
    features = child("features", seq(first.toArray(Block[]::new)).indexed());
    scale =
        parameter(
            "scale_weight",
            Parameter.Type.GAMMA,
            new Shape(CHANNELS[0]),
            Initializers.constant(LENGTH));
    List<Block> second = new ArrayList<>(layers.subList(FOURTH_POOLING, LAST_POOLING));
    second.add(
        seq(
                maxPool(3, 1).padding(1),
                plain(conv(512, 1024, 3).dilation(6)),
                Layers.relu(),
                plain(conv(1024, 1024, 1)),
                Layers.relu())
            .indexed());
    extra.add(seq(second.toArray(Block[]::new)).indexed());
    extra.add(pair(1024, 512, conv(256, 512, 3).stride(2)));
    extra.add(pair(512, 256, conv(128, 256, 3).stride(2)));
    extra.add(pair(256, 256, conv(128, 256, 3).padding(0)));
    extra.add(pair(256, 256, conv(128, 256, 3).padding(0)));
    for (int i = 0; i < extra.size(); i++) {
      child("extra." + i, extra.get(i));
    }
  }

  private static Unit pair(int in, int out, Conv second) {
    return seq(plain(conv(in, out / 2, 1)), Layers.relu(), plain(second), Layers.relu()).indexed();
  }

  private static Unit plain(Conv conv) {
    Unit layer = conv.bias().initializer(Initializers.xavier());
    layer.setInitializer(Initializers.constant(0), Parameter.Type.BIAS);
    return layer;
  }

  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    NDArray x = pass.run(features, inputs.singletonOrThrow());
    NDList maps = new NDList(scaled(x, pass.value(scale, x)));
    for (Unit next : extra) {
      x = pass.run(next, x);
      maps.add(x);
    }
    return maps;
  }

  /** Each pixel over its length, times the scale of the channel: PyTorch's {@code normalize}. */
  private static NDArray scaled(NDArray x, NDArray scale) {
    NDArray length = x.square().sum(new int[] {1}, true).maximum(1e-24).sqrt();
    return x.div(length).mul(scale.reshape(1, -1, 1, 1));
  }

  @Override
  public String describe() {
    return "feature maps of SSD300";
  }
}
