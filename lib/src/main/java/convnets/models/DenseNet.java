package convnets.models;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import ai.djl.nn.Parameter;
import convnets.Checks;
import convnets.nn.Conv;
import convnets.nn.Initializers;
import convnets.nn.Layers;
import convnets.nn.Seq;
import convnets.nn.Unit;
import java.util.List;

/**
 * Networks in which each layer sees the outputs of all layers before it.
 *
 * <p>G. Huang, Z. Liu, L. van der Maaten, K. Q. Weinberger, "Densely Connected Convolutional
 * Networks", 2016, arXiv:1608.06993. Parameters bear torchvision's names.
 *
 * <p>{@link #imageNet(int)} has the networks of table 1, {@link #cifar} and {@link #cifarBC} those
 * of table 2.
 */
public final class DenseNet extends Design<DenseNet> {

  /** A column of table 1: k, and the layers in each dense block. */
  private record Column(int depth, int growth, int... layers) {}

  private static final Column[] TABLE_1 = {
    new Column(121, 32, 6, 12, 24, 16),
    new Column(161, 48, 6, 12, 36, 24), // of the first version of the paper, and torchvision
    new Column(169, 32, 6, 12, 32, 32),
    new Column(201, 32, 6, 12, 48, 32),
    new Column(264, 32, 6, 12, 64, 48),
  };

  private int[] layers;
  private int growth;

  /** Channels of the first convolution; 0: twice the growth rate. */
  private int width;

  /** Of the first convolution; 0: as it is usual, 2 for large images and 1 for small ones. */
  private int stemStride;

  private boolean bottleneck = true;
  private double compression = 0.5;
  private double dropRate;

  private DenseNet() {}

  /**
   * A column of table 1, for images of 224×224: bottlenecks, compression 0.5, and twice the growth
   * rate channels in the first convolution.
   *
   * @param depth 121, 161, 169, 201 or 264
   */
  public static DenseNet imageNet(int depth) {
    String otherwise = "depth (" + depth + ") must be 121, 161, 169, 201 or 264";
    Column column = row(TABLE_1, c -> c.depth == depth, otherwise);
    return new DenseNet().blocks(column.layers).growth(column.growth);
  }

  /**
   * DenseNet of table 2, for images of 32×32: three equal dense blocks without bottlenecks, no
   * compression, 16 channels in the first convolution, 10 classes.
   *
   * @param depth L in the paper: 40, 100 or any other 3n + 4
   * @param growth k in the paper: 12, 24
   */
  public static DenseNet cifar(int depth, int growth) {
    int n = layersPerBlock(depth, 3);
    return new DenseNet()
        .blocks(n, n, n)
        .growth(growth)
        .width(16)
        .compression(1)
        .bottleneck(false)
        .smallImages()
        .classes(10);
  }

  /**
   * DenseNet-BC of table 2, for images of 32×32: three equal dense blocks with bottlenecks,
   * compression 0.5, twice the growth rate channels in the first convolution, 10 classes.
   *
   * @param depth L in the paper: 100, 190, 250 or any other 6n + 4
   * @param growth k in the paper: 12, 24, 40
   */
  public static DenseNet cifarBC(int depth, int growth) {
    int n = layersPerBlock(depth, 6);
    return new DenseNet().blocks(n, n, n).growth(growth).smallImages().classes(10);
  }

  /** The networks that the catalogue lists. */
  static List<Variant> variants() {
    return List.of(
        new Variant("densenet121", () -> imageNet(121)),
        new Variant("densenet161", () -> imageNet(161)),
        new Variant("densenet169", () -> imageNet(169)),
        new Variant("densenet201", () -> imageNet(201)),
        new Variant("densenet264", () -> imageNet(264)),
        new Variant("densenet40_k12_cifar10", () -> cifar(40, 12)),
        new Variant("densenet40_k12_bc_cifar10", () -> cifarBC(40, 12)),
        new Variant("densenet100_k12_bc_cifar10", () -> cifarBC(100, 12)),
        new Variant("densenet190_k40_bc_cifar10", () -> cifarBC(190, 40)));
  }

  /** All but the first convolution, two transitions and the last layer, shared out. */
  private static int layersPerBlock(int depth, int convolutions) {
    if (depth < convolutions + 4 || (depth - 4) % convolutions != 0) {
      throw new IllegalArgumentException(
          "depth (" + depth + ") must be " + convolutions + "n + 4, and at least one n");
    }
    return (depth - 4) / convolutions;
  }

  /** Makes as many dense blocks, of so many layers each. */
  public DenseNet blocks(int... layers) {
    if (layers.length == 0) {
      throw new IllegalArgumentException("layers must name at least one dense block");
    }
    int[] copy = Checks.positive("layers", layers);
    return with(d -> d.layers = copy);
  }

  /** Lets each layer add this many channels (k in the paper). */
  public DenseNet growth(int growth) {
    Checks.positive("growth", growth);
    return with(d -> d.growth = growth);
  }

  /** Gives the first convolution this many channels, in place of twice the growth rate. */
  public DenseNet width(int width) {
    Checks.positive("width", width);
    return with(d -> d.width = width);
  }

  /** Moves the first convolution of the network by this many pixels at a time. */
  public DenseNet stemStride(int stride) {
    Checks.positive("stride", stride);
    return with(d -> d.stemStride = stride);
  }

  /** Keeps this share of the channels between dense blocks (θ in the paper): 0.5 is DenseNet-C. */
  public DenseNet compression(double compression) {
    if (!(compression > 0 && compression <= 1)) {
      throw new IllegalArgumentException(
          "compression (" + compression + ") must be above 0 and at most 1");
    }
    return with(d -> d.compression = compression);
  }

  /** Puts a 1×1 convolution to four times the growth rate before each 3×3, or not: DenseNet-B. */
  public DenseNet bottleneck(boolean bottleneck) {
    return with(d -> d.bottleneck = bottleneck);
  }

  /**
   * Drops this share after each convolution but the first in training: 0.2 without augmentation.
   */
  public DenseNet dropout(double rate) {
    Checks.fraction("rate", rate);
    return with(d -> d.dropRate = rate);
  }

  @Override
  public Unit build() {
    int in = width > 0 ? width : 2 * growth;
    Seq features = stem(in);
    for (int block = 1; block <= layers.length; block++) {
      features = features.then(named("denseblock" + block, denseBlock(in, layers[block - 1])));
      in += layers[block - 1] * growth;
      if (block < layers.length) {
        int out = Math.max(1, (int) (compression * in));
        features = features.then(named("transition" + block, transition(in, out)));
        in = out;
      }
    }
    features = features.then(named("norm5", batchNorm(in)));
    Unit net =
        seq(
            named("features", features),
            relu(),
            globalAvgPool(),
            flatten(),
            named("classifier", linear(in, classes)));
    net.setInitializer(Initializers.constant(0), Parameter.Type.BIAS);
    return net;
  }

  /** Small images enter the first dense block at their full size, and before any norm. */
  private Seq stem(int out) {
    int stride = stemStride > 0 ? stemStride : smallImages ? 1 : 2;
    return smallImages
        ? seq(named("conv0", convolution(channels, out, 3).stride(stride)))
        : seq(
            named("conv0", convolution(channels, out, 7).stride(stride)),
            named("norm0", batchNorm(out)),
            relu(),
            maxPool(3, 2).padding(1));
  }

  /**
   * A dense block with bottlenecks, as it stands in the networks of table 1: (N, in, H, W) -> (N,
   * in + layers · growth, H, W), the input first.
   */
  public static Unit denseBlock(int in, int layers, int growth) {
    Checks.positive("layers", layers);
    return new DenseNet().growth(growth).denseBlock(in, layers);
  }

  /** What stands between two dense blocks of table 1: (N, in, H, W) -> (N, out, H/2, W/2). */
  public static Unit transitionBlock(int in, int out) {
    return new DenseNet().transition(in, out);
  }

  /** Figure 1: each layer adds its channels to all that came before it. */
  private Unit denseBlock(int in, int count) {
    Unit[] block = new Unit[count];
    for (int i = 0; i < count; i++) {
      Unit layer = denseLayer(in + i * growth);
      block[i] = concat(identity(), named("denselayer" + (i + 1), layer));
    }
    return seq(block);
  }

  /** H of section 3: (N, in, H, W) -> (N, growth, H, W). */
  private Unit denseLayer(int in) {
    int wide = 4 * growth;
    return bottleneck
        ? seq(
            named("norm1", batchNorm(in)),
            relu(),
            dropping(named("conv1", convolution(in, wide, 1))),
            named("norm2", batchNorm(wide)),
            relu(),
            dropping(named("conv2", convolution(wide, growth, 3))))
        : seq(
            named("norm1", batchNorm(in)),
            relu(),
            dropping(named("conv1", convolution(in, growth, 3))));
  }

  private Unit transition(int in, int out) {
    return seq(
        named("norm", batchNorm(in)),
        relu(),
        dropping(named("conv", convolution(in, out, 1))),
        avgPool(2, 2));
  }

  private Unit dropping(Unit layer) {
    return dropRate > 0 ? layer.then(Layers.dropout(dropRate)) : layer;
  }

  private static Conv convolution(int in, int out, int kernel) {
    return conv(in, out, kernel).initializer(Initializers.heFanIn());
  }
}
