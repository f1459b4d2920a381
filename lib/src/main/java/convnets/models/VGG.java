package convnets.models;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import ai.djl.nn.Parameter;
import convnets.Checks;
import convnets.nn.Initializers;
import convnets.nn.Layers;
import convnets.nn.Unit;
import java.util.ArrayList;
import java.util.List;

/**
 * Networks of 3×3 convolutions only.
 *
 * <p>K. Simonyan, A. Zisserman, "Very Deep Convolutional Networks for Large-Scale Image
 * Recognition", 2014, arXiv:1409.1556. Parameters bear torchvision's names and start as
 * torchvision's; the paper first trained the network of 11 layers and started deeper ones from it.
 */
public final class VGG extends Design<VGG> {

  /** A column of table 1: the 3×3 convolutions before each of the five poolings. */
  private record Column(int depth, int... convolutions) {}

  private static final Column[] TABLE_1 = {
    new Column(11, 1, 1, 2, 2, 2), // A
    new Column(13, 2, 2, 2, 2, 2), // B
    new Column(16, 2, 2, 3, 3, 3), // D
    new Column(19, 2, 2, 4, 4, 4), // E
  };

  /** The width doubles after each pooling until it is eight times that of the first stage. */
  private static final int LAST_DOUBLING = 3;

  private int[] convolutions;
  private int width = 64;
  private int hidden = 4096;
  private boolean bn;
  private double dropRate = 0.5;

  private VGG() {}

  /**
   * A column of table 1, for images of 224×224: 1000 classes and no batch norm, as in the paper.
   *
   * @param depth 11 (A), 13 (B), 16 (D) or 19 (E)
   */
  public static VGG imageNet(int depth) {
    String otherwise = "depth (" + depth + ") must be 11, 13, 16 or 19";
    return new VGG().convolutions(row(TABLE_1, c -> c.depth == depth, otherwise).convolutions);
  }

  /**
   * Stages of your own for images of about 28×28 or 32×32, 10 classes: two stages of two
   * convolutions and one of three are {@code VGG.small(2, 2, 3)}. Each stage halves the image; the
   * mean over what is left goes through one fully connected layer.
   *
   * @param convolutions how many 3×3 convolutions each stage has
   */
  public static VGG small(int... convolutions) {
    return new VGG().convolutions(convolutions).smallImages().classes(10);
  }

  /** The networks that the catalogue lists. */
  static List<Variant> variants() {
    return List.of(
        new Variant("vgg11", () -> imageNet(11)),
        new Variant("vgg13", () -> imageNet(13)),
        new Variant("vgg16", () -> imageNet(16)),
        new Variant("vgg19", () -> imageNet(19)),
        new Variant("vgg11_bn", () -> imageNet(11).bn()),
        new Variant("vgg13_bn", () -> imageNet(13).bn()),
        new Variant("vgg16_bn", () -> imageNet(16).bn()),
        new Variant("vgg19_bn", () -> imageNet(19).bn()));
  }

  private VGG convolutions(int... convolutions) {
    if (convolutions.length == 0) {
      throw new IllegalArgumentException("convolutions must name at least one stage");
    }
    int[] copy = Checks.positive("convolutions", convolutions);
    return with(d -> d.convolutions = copy);
  }

  /** Gives the first stage this many channels; they double until they are eight times as many. */
  public VGG width(int width) {
    Checks.positive("width", width);
    return with(d -> d.width = width);
  }

  /**
   * Gives the two hidden fully connected layers this many units; those for small images lack them.
   */
  public VGG hidden(int hidden) {
    Checks.positive("hidden", hidden);
    return with(d -> d.hidden = hidden);
  }

  /**
   * Puts a batch norm behind each convolution (torchvision's {@code vgg16_bn}, not the paper's).
   */
  public VGG bn() {
    return with(d -> d.bn = true);
  }

  /** Drops this share of the hidden fully connected layers in training: 0.5 in the paper. */
  public VGG dropout(double rate) {
    Checks.fraction("rate", rate);
    return with(d -> d.dropRate = rate);
  }

  @Override
  public Unit build() {
    Unit net =
        smallImages
            ? seq(
                named("features", features()),
                globalAvgPool(),
                flatten(),
                named("classifier", linear(widthOf(convolutions.length - 1), classes)))
            : seq(
                named("features", features()),
                adaptiveAvgPool(7, 7), // nothing at 224×224; other sizes fit as well
                flatten(),
                named("classifier", classifier(widthOf(convolutions.length - 1) * 7 * 7)));
    net.setInitializer(Initializers.constant(0), Parameter.Type.BIAS);
    return net;
  }

  /** The upper part of table 1: (N, channels, H, W) -> (N, width of the last stage, H/32, W/32). */
  private Unit features() {
    List<Unit> layers = new ArrayList<>();
    int in = channels;
    for (int stage = 0; stage < convolutions.length; stage++) {
      layers.addAll(stage(in, widthOf(stage), convolutions[stage], bn));
      layers.add(
          smallImages ? maxPool(2, 2).ceil() : maxPool(2, 2)); // 28 -> 14 -> 7 -> 4 -> 2 -> 1
      in = widthOf(stage);
    }
    return seq(layers.toArray(Unit[]::new)).indexed();
  }

  /**
   * Some 3×3 convolutions, each with a ReLU, and a pooling: (N, in, H, W) -> (N, out, H/2, W/2).
   * The layers are called by their places, 0, 2, 4 …
   */
  public static Unit block(int in, int out, int convolutions) {
    Checks.positive("convolutions", convolutions);
    List<Unit> layers = stage(in, out, convolutions, false);
    layers.add(maxPool(2, 2));
    return seq(layers.toArray(Unit[]::new)).indexed();
  }

  private static List<Unit> stage(int in, int out, int convolutions, boolean bn) {
    List<Unit> layers = new ArrayList<>();
    for (int i = 0; i < convolutions; i++) {
      layers.add(conv(i == 0 ? in : out, out, 3).bias());
      if (bn) {
        layers.add(batchNorm(out));
      }
      layers.add(relu());
    }
    return layers;
  }

  private int widthOf(int stage) {
    return width << Math.min(stage, LAST_DOUBLING);
  }

  /** The lower part of table 1: FC-4096, FC-4096, FC-1000. */
  private Unit classifier(int in) {
    return seq(
            linear(in, hidden).initializer(Initializers.normal(0.01)),
            relu(),
            Layers.dropout(dropRate),
            linear(hidden, hidden).initializer(Initializers.normal(0.01)),
            relu(),
            Layers.dropout(dropRate),
            linear(hidden, classes).initializer(Initializers.normal(0.01)))
        .indexed();
  }
}
