package convnets.models;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import ai.djl.nn.Parameter;
import convnets.Checks;
import convnets.nn.Conv;
import convnets.nn.Initializers;
import convnets.nn.Layers;
import convnets.nn.Pool;
import convnets.nn.Seq;
import convnets.nn.Unit;
import java.util.List;

/**
 * The network that won ImageNet's challenge of 2012, in its three forms.
 *
 * <p>A. Krizhevsky, I. Sutskever, G. E. Hinton, "ImageNet Classification with Deep Convolutional
 * Neural Networks", NIPS 2012; A. Krizhevsky, "One weird trick for parallelizing convolutional
 * neural networks", 2014, arXiv:1404.5997. The first bears its authors' names of layers, {@code
 * conv1} to {@code fc8}, the second torchvision's.
 */
public final class AlexNet extends Design<AlexNet> {

  /**
   * What tells the forms apart: padding of the first layer, groups, and the convolutions' widths.
   */
  private record Form(int padding, int groups, int... widths) {}

  /** Figure 2 of the paper, its two halves side by side, each on a GPU of its own. */
  private static final Form TWO_GPUS = new Form(0, 2, 96, 256, 384, 384, 256);

  /** Section 5 of "One weird trick", as torchvision has it. */
  private static final Form ONE_TOWER = new Form(2, 1, 64, 192, 384, 256, 256);

  /** "Dive into Deep Learning", section 8.1. */
  private static final Form TEXTBOOK = new Form(1, 1, 96, 256, 384, 384, 256);

  private Form form;
  private int width;
  private int hidden = 4096;
  private double dropRate = 0.5;

  private AlexNet() {}

  private static AlexNet of(Form form) {
    return new AlexNet().with(d -> d.form = form).width(form.widths[0]);
  }

  /**
   * The network of 2012, for images of 227×227 (the paper says 224, with which its sizes do not
   * work out): two groups in the second, fourth and fifth convolution, local response
   * normalisation, overlapping pooling, dropout.
   */
  public static AlexNet paper() {
    return of(TWO_GPUS);
  }

  /** The network of 2014, for images of 224×224: one tower, fewer filters, no normalisation. */
  public static AlexNet torchvision() {
    return of(ONE_TOWER);
  }

  /**
   * The network of the textbook "Dive into Deep Learning", for images of 224×224: the widths of
   * 2012 without its groups and normalisation.
   */
  public static AlexNet textbook() {
    return of(TEXTBOOK);
  }

  /** The networks that the catalogue lists. */
  static List<Variant> variants() {
    return List.of(
        new Variant("alexnet_2012", AlexNet::paper),
        new Variant("alexnet", AlexNet::torchvision),
        new Variant("alexnet_d2l", AlexNet::textbook));
  }

  /** Gives the first convolution this many channels, and the others theirs in proportion. */
  public AlexNet width(int width) {
    Checks.positive("width", width);
    return with(d -> d.width = width);
  }

  /** Gives the two hidden fully connected layers this many units: 4096 in the papers. */
  public AlexNet hidden(int hidden) {
    Checks.positive("hidden", hidden);
    return with(d -> d.hidden = hidden);
  }

  /** Drops this share of what the hidden fully connected layers see or say: 0.5 in the paper. */
  public AlexNet dropout(double rate) {
    Checks.fraction("rate", rate);
    return with(d -> d.dropRate = rate);
  }

  @Override
  public Unit build() {
    return form == ONE_TOWER ? torchvisionNet() : columns();
  }

  /** Section 3.5 of 2012, and without groups and normalisation the textbook's. */
  private Unit columns() {
    int size = smallImages ? 4 : form == TWO_GPUS ? 6 : 5;
    int groups = form.groups;
    Seq net =
        seq(
            stage(first()),
            stage(conv(widthOf(0), widthOf(1), 5).groups(groups).bias()),
            conv(widthOf(1), widthOf(2), 3).bias().relu(),
            conv(widthOf(2), widthOf(3), 3).groups(groups).bias().relu(),
            conv(widthOf(3), widthOf(4), 3).groups(groups).bias().relu(),
            pool(),
            adaptiveAvgPool(size, size), // nothing at the paper's size; others fit as well
            flatten(),
            classifier(widthOf(4) * size * size, hidden, classes, dropRate));
    if (form == TWO_GPUS) {
      startAsIn2012(net);
    } else {
      net.setInitializer(Initializers.xavier(), Parameter.Type.WEIGHT);
    }
    return net;
  }

  /** A convolution, ReLU, local response normalisation in 2012, and pooling. */
  private Unit stage(Conv conv) {
    return form == TWO_GPUS ? seq(conv, relu(), responseNorm(), pool()) : seq(conv, relu(), pool());
  }

  /** The first convolution; small images keep their size in it. */
  private Conv first() {
    return smallImages
        ? conv(channels, widthOf(0), 5).bias()
        : conv(channels, widthOf(0), 11).stride(4).padding(form.padding).bias();
  }

  /** Overlapping pooling (section 3.4): half the size; 28×28 and 32×32 end as 4×4. */
  private Pool pool() {
    return smallImages ? maxPool(3, 2).padding(1) : maxPool(3, 2);
  }

  /** Section 3.3: k = 2, n = 5, α = 1e-4 for the sum of squares, 5e-4 for their mean; β = 0.75. */
  static Unit responseNorm() {
    return localResponseNorm(5, 5e-4, 0.75, 2);
  }

  /** Three fully connected layers, dropout behind the first two (section 4.2). */
  static Unit classifier(int in, int hidden, int classes, double dropRate) {
    return seq(
        named("fc6", linear(in, hidden)).relu(),
        Layers.dropout(dropRate),
        named("fc7", linear(hidden, hidden)).relu(),
        Layers.dropout(dropRate),
        named("fc8", linear(hidden, classes)));
  }

  /**
   * Section 5: weights from N(0, 0.01²), biases 1 where they keep ReLUs alive and 0 elsewhere.
   * Small images start as He's, because 0.01 suits the paper's widths alone.
   */
  private void startAsIn2012(Unit net) {
    net.setInitializer(
        smallImages ? Initializers.heFanIn() : Initializers.normal(0.01), Parameter.Type.WEIGHT);
    net.setInitializer(Initializers.constant(0), Parameter.Type.BIAS);
    if (!smallImages) {
      for (String layer : new String[] {"conv2", "conv4", "conv5", "fc6", "fc7"}) {
        net.setInitializer(Initializers.constant(1), layer + ".bias");
      }
    }
  }

  /** Torchvision's: dropout stands before the first two fully connected layers. */
  private Unit torchvisionNet() {
    int size = smallImages ? 4 : 6;
    Unit features =
        seq(
                first(),
                relu(),
                pool(),
                conv(widthOf(0), widthOf(1), 5).bias(),
                relu(),
                pool(),
                conv(widthOf(1), widthOf(2), 3).bias(),
                relu(),
                conv(widthOf(2), widthOf(3), 3).bias(),
                relu(),
                conv(widthOf(3), widthOf(4), 3).bias(),
                relu(),
                pool())
            .indexed();
    Unit classifier =
        seq(
                Layers.dropout(dropRate),
                linear(widthOf(4) * size * size, hidden),
                relu(),
                Layers.dropout(dropRate),
                linear(hidden, hidden),
                relu(),
                linear(hidden, classes))
            .indexed();
    Unit net =
        seq(
            named("features", features),
            adaptiveAvgPool(size, size), // nothing at 224×224; other sizes fit as well
            flatten(),
            named("classifier", classifier));
    net.setInitializer(Initializers.pytorchUniform(), Parameter.Type.WEIGHT);
    return net;
  }

  /** The channels of a convolution, an even number for the two groups of 2012. */
  private int widthOf(int layer) {
    return Math.max(1, form.widths[layer] * width / form.widths[0] / 2) * 2;
  }
}
