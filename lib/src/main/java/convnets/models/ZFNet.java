package convnets.models;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import ai.djl.nn.Parameter;
import convnets.Checks;
import convnets.nn.Conv;
import convnets.nn.Initializers;
import convnets.nn.Pool;
import convnets.nn.Unit;
import java.util.List;

/**
 * AlexNet with a finer first layer, found by looking at what its filters had learned.
 *
 * <p>M. D. Zeiler, R. Fergus, "Visualizing and Understanding Convolutional Networks", 2013,
 * arXiv:1311.2901. Layers bear the names of AlexNet's: {@code conv1} to {@code conv5}, {@code fc6}
 * to {@code fc8}.
 */
public final class ZFNet extends Design<ZFNet> {

  private int width = 96;
  private int hidden = 4096;
  private double dropRate = 0.5;

  private ZFNet() {}

  /** The network of figure 3, for images of 224×224. */
  public static ZFNet imageNet() {
    return new ZFNet();
  }

  /** The networks that the catalogue lists. */
  static List<Variant> variants() {
    return List.of(new Variant("zfnet", ZFNet::imageNet));
  }

  /**
   * Gives the first convolution this many channels, and the others theirs in proportion: 96, 256,
   * 384, 384, 256 in the paper.
   */
  public ZFNet width(int width) {
    Checks.positive("width", width);
    return with(d -> d.width = width);
  }

  /** Gives the two hidden fully connected layers this many units: 4096 in the paper. */
  public ZFNet hidden(int hidden) {
    Checks.positive("hidden", hidden);
    return with(d -> d.hidden = hidden);
  }

  /** Drops this share of the hidden fully connected layers in training: 0.5 in the paper. */
  public ZFNet dropout(double rate) {
    Checks.fraction("rate", rate);
    return with(d -> d.dropRate = rate);
  }

  /** Figure 3: 224 -> 110 -> 55 -> 26 -> 13 -> 6. */
  @Override
  public Unit build() {
    int size = smallImages ? 4 : 6;
    int wide = Math.max(1, Math.round(width * 256 / 96f));
    int wider = 4 * width;
    Unit net =
        seq(
            stage(first()),
            stage(second(wide)),
            conv(wide, wider, 3).bias().relu(),
            conv(wider, wider, 3).bias().relu(),
            conv(wider, wide, 3).bias().relu(),
            pool(),
            adaptiveAvgPool(size, size), // nothing at the paper's size; others fit as well
            flatten(),
            AlexNet.classifier(wide * size * size, hidden, classes, dropRate));
    // The paper: N(0, 0.01²), which suits its own widths alone.
    net.setInitializer(
        smallImages ? Initializers.heFanIn() : Initializers.normal(0.01), Parameter.Type.WEIGHT);
    net.setInitializer(Initializers.constant(0), Parameter.Type.BIAS);
    return net;
  }

  /** "Rectified, pooled, contrast normalized": not AlexNet's order. The constants are AlexNet's. */
  private Unit stage(Conv conv) {
    return seq(conv, relu(), pool(), AlexNet.responseNorm());
  }

  /** 7×7 by 2 pixels, where AlexNet has 11×11 by 4; small images keep their size. */
  private Conv first() {
    return smallImages
        ? conv(channels, width, 3).bias()
        : conv(channels, width, 7).stride(2).padding(1).bias();
  }

  private Conv second(int out) {
    return smallImages
        ? conv(width, out, 5).bias()
        : conv(width, out, 5).stride(2).padding(0).bias();
  }

  /** Overlapping pooling; 28×28 and 32×32 end as 4×4. */
  private Pool pool() {
    return smallImages ? maxPool(3, 2).padding(1) : maxPool(3, 2).ceil();
  }
}
