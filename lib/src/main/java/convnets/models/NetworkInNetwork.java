package convnets.models;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import ai.djl.nn.Parameter;
import convnets.Checks;
import convnets.nn.Conv;
import convnets.nn.Initializers;
import convnets.nn.Layers;
import convnets.nn.Unit;
import java.util.ArrayList;
import java.util.List;

/**
 * Convolutions whose filters are small networks, and the mean over the image in place of fully
 * connected layers.
 *
 * <p>M. Lin, Q. Chen, S. Yan, "Network In Network", 2013, arXiv:1312.4400. Layers bear the names of
 * the authors' Caffe models: {@code conv1, cccp1, cccp2, conv2 …}. Their weights start as He's with
 * biases of zero; the paper set them by hand.
 */
public final class NetworkInNetwork extends Design<NetworkInNetwork> {

  /** How the maps of an mlpconv layer are made smaller, and whether half of them are dropped. */
  private enum After {
    MAX_POOL,
    MAX_POOL_DROPOUT,
    AVERAGE_POOL_DROPOUT,
    NOTHING
  }

  /** An mlpconv layer: a convolution, and two of 1×1 behind it; 0: as many as classes. */
  private record MlpConv(int kernel, int stride, After after, int... widths) {}

  /** The authors' model for CIFAR-10 (section 4.2). */
  private static final MlpConv[] CIFAR = {
    new MlpConv(5, 1, After.MAX_POOL_DROPOUT, 192, 160, 96),
    new MlpConv(5, 1, After.AVERAGE_POOL_DROPOUT, 192, 192, 192),
    new MlpConv(3, 1, After.NOTHING, 192, 192, 0),
  };

  /** The authors' model for ImageNet, of which the paper does not speak. */
  private static final MlpConv[] IMAGE_NET = {
    new MlpConv(11, 4, After.MAX_POOL, 96, 96, 96),
    new MlpConv(5, 1, After.MAX_POOL, 256, 256, 256),
    new MlpConv(3, 1, After.MAX_POOL_DROPOUT, 384, 384, 384),
    new MlpConv(3, 1, After.NOTHING, 1024, 1024, 0),
  };

  private MlpConv[] layers;
  private int width;
  private double dropRate = 0.5;

  private NetworkInNetwork() {}

  /** Four mlpconv layers, for images of 224×224. */
  public static NetworkInNetwork imageNet() {
    return new NetworkInNetwork().with(d -> d.layers = IMAGE_NET).width(96);
  }

  /** Three mlpconv layers, for images of 32×32, 10 classes. */
  public static NetworkInNetwork cifar() {
    return new NetworkInNetwork().with(d -> d.layers = CIFAR).width(192).smallImages().classes(10);
  }

  /** The networks that the catalogue lists. */
  static List<Variant> variants() {
    return List.of(
        new Variant("nin_imagenet", NetworkInNetwork::imageNet),
        new Variant("nin_cifar10", NetworkInNetwork::cifar));
  }

  /** Gives the first convolution this many channels, and the others theirs in proportion. */
  public NetworkInNetwork width(int width) {
    Checks.positive("width", width);
    return with(d -> d.width = width);
  }

  /** Drops this share of some feature maps in training: 0.5 in the paper. */
  public NetworkInNetwork dropout(double rate) {
    Checks.fraction("rate", rate);
    return with(d -> d.dropRate = rate);
  }

  @Override
  public Unit build() {
    List<Unit> net = new ArrayList<>();
    int in = channels;
    for (int i = 0; i < layers.length; i++) {
      Unit layer = mlpConv(in, i);
      net.add(i < layers.length - 1 ? layer : head(layer)); // the last has a map for each class
      in = width(layers[i], 2);
    }
    net.add(globalAvgPool());
    net.add(flatten());
    Unit all = seq(net.toArray(Unit[]::new));
    all.setInitializer(Initializers.heFanIn(), Parameter.Type.WEIGHT);
    all.setInitializer(Initializers.constant(0), Parameter.Type.BIAS);
    return all;
  }

  /** Figure 1b and what follows it: the same small network over every window of the input. */
  private Unit mlpConv(int in, int place) {
    MlpConv layer = layers[place];
    int first = width(layer, 0);
    int second = width(layer, 1);
    Unit mlp =
        seq(
            convolution(in, first, layer).relu(),
            named("cccp" + (2 * place + 1), conv(first, second, 1).bias()).relu(),
            named("cccp" + (2 * place + 2), conv(second, width(layer, 2), 1).bias()).relu());
    return switch (layer.after) {
      case MAX_POOL -> seq(mlp, maxPool(3, 2).ceil());
      case MAX_POOL_DROPOUT -> seq(mlp, maxPool(3, 2).ceil(), Layers.dropout(dropRate));
      case AVERAGE_POOL_DROPOUT -> seq(mlp, avgPool(3, 2).ceil(), Layers.dropout(dropRate));
      case NOTHING -> mlp;
    };
  }

  /** Moved by more than a pixel, it starts at the image's edge; small images keep their size. */
  private Conv convolution(int in, int out, MlpConv layer) {
    if (layer.stride == 1) {
      return conv(in, out, layer.kernel).bias();
    }
    return smallImages
        ? conv(in, out, 5).bias()
        : conv(in, out, layer.kernel).stride(layer.stride).padding(0).bias();
  }

  private int width(MlpConv layer, int place) {
    int published = layer.widths[place];
    return published == 0 ? classes : Math.max(1, published * width / layers[0].widths[0]);
  }
}
