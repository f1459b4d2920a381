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
import java.util.Set;

/**
 * A network with fifty times fewer parameters than AlexNet.
 *
 * <p>F. N. Iandola, S. Han, M. W. Moskewicz, K. Ashraf, W. J. Dally, K. Keutzer, "SqueezeNet:
 * AlexNet-level accuracy with 50x fewer parameters and &lt;0.5MB model size", 2016,
 * arXiv:1602.07360. Parameters bear torchvision's names.
 */
public final class SqueezeNet extends Design<SqueezeNet> {

  /**
   * The first convolution, its channels over the width, and the layers that a pooling follows: 1 is
   * the first convolution, 2 to 9 are the fire modules.
   */
  private record Version(int kernel, double width, Set<Integer> pooled) {}

  /** Table 1. */
  private static final Version VERSION_1_0 = new Version(7, 1.5, Set.of(1, 4, 8));

  /** The authors' later version: a cheaper first convolution, and earlier poolings. */
  private static final Version VERSION_1_1 = new Version(3, 1, Set.of(1, 3, 5));

  private Version version;
  private int width = 64;
  private int fires = 8;
  private double squeezeRatio = 0.125;
  private boolean bypass;
  private double dropRate = 0.5;

  private SqueezeNet() {}

  /** The network of table 1, for images of 224×224. */
  public static SqueezeNet version10() {
    return new SqueezeNet().with(d -> d.version = VERSION_1_0);
  }

  /** The authors' version 1.1, as accurate with 2.4 times fewer multiply-adds. */
  public static SqueezeNet version11() {
    return new SqueezeNet().with(d -> d.version = VERSION_1_1);
  }

  /** The networks that the catalogue lists. */
  static List<Variant> variants() {
    return List.of(
        new Variant("squeezenet1_0", SqueezeNet::version10),
        new Variant("squeezenet1_1", SqueezeNet::version11));
  }

  /**
   * Gives each half of the first fire module this many channels (64 in the paper, section 5.1's
   * base<sub>e</sub> / 2); they grow by as many every second module.
   */
  public SqueezeNet width(int width) {
    Checks.positive("width", width);
    return with(d -> d.width = width);
  }

  /** Stacks this many fire modules: 8 in the paper. */
  public SqueezeNet fires(int fires) {
    Checks.positive("fires", fires);
    return with(d -> d.fires = fires);
  }

  /** Squeezes to this share of the channels that a module has in the end: 0.125 in table 1. */
  public SqueezeNet squeezeRatio(double ratio) {
    Checks.positive("ratio", ratio);
    return with(d -> d.squeezeRatio = ratio);
  }

  /** Adds the input of each module that keeps the number of channels to its output (section 6). */
  public SqueezeNet bypass() {
    return with(d -> d.bypass = true);
  }

  /** Drops this share of the last feature maps in training: 0.5 in the paper. */
  public SqueezeNet dropout(double rate) {
    Checks.fraction("rate", rate);
    return with(d -> d.dropRate = rate);
  }

  @Override
  public Unit build() {
    Unit net = seq(named("features", features()), head(named("classifier", classifier())));
    net.setInitializer(Initializers.constant(0), Parameter.Type.BIAS);
    return net.then(flatten());
  }

  /** Table 1 without its last convolution; small images keep their size in the first one. */
  private Unit features() {
    List<Unit> layers = new ArrayList<>();
    int in = (int) Math.round(version.width * width);
    layers.add(
        smallImages
            ? convolution(channels, in, 3)
            : convolution(channels, in, version.kernel).stride(2).padding(0));
    layers.add(relu());
    addPool(layers, 1);
    for (int layer = 2; layer < 2 + fires; layer++) {
      int expanded = expanded(layer);
      int squeezed = Math.max(1, (int) Math.round(squeezeRatio * 2 * expanded));
      Unit fire = fire(in, squeezed, expanded);
      layers.add(bypass && in == 2 * expanded ? add(fire, identity()) : fire);
      in = 2 * expanded;
      addPool(layers, layer);
    }
    return seq(layers.toArray(Unit[]::new)).indexed();
  }

  private void addPool(List<Unit> layers, int layer) {
    if (version.pooled.contains(layer)) {
      layers.add(maxPool(3, 2).ceil());
    }
  }

  /** e1x1 and e3x3 of table 1: 64, 64, 128, 128, 192, 192, 256, 256. */
  private int expanded(int layer) {
    return width * (layer / 2);
  }

  /**
   * Figure 1: few channels, then many by 1×1 and 3×3 convolutions side by side. (N, in, …) -> (N, 2
   * expanded, …).
   */
  public static Unit fire(int in, int squeezed, int expanded) {
    return seq(
        named("squeeze", convolution(in, squeezed, 1)),
        relu(),
        concat(
            named("expand1x1", convolution(squeezed, expanded, 1)).relu(),
            named("expand3x3", convolution(squeezed, expanded, 3)).relu()));
  }

  private static Conv convolution(int in, int out, int kernel) {
    return conv(in, out, kernel).bias().initializer(Initializers.heUniform());
  }

  /** A score a class at every pixel, and then the mean over all pixels. */
  private Unit classifier() {
    int in = 2 * expanded(1 + fires);
    return seq(
            Layers.dropout(dropRate),
            conv(in, classes, 1).bias().initializer(Initializers.normal(0.01)),
            relu(),
            globalAvgPool())
        .indexed();
  }
}
